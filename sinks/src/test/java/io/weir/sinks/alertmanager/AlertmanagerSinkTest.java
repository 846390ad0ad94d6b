package io.weir.sinks.alertmanager;

import static io.weir.sinks.notification.Alerts.TEN;
import static io.weir.sinks.notification.Alerts.firing;
import static io.weir.sinks.notification.Alerts.resolved;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import io.weir.model.alert.AlertState;
import io.weir.sinks.notification.HttpReceiver;
import io.weir.sinks.notification.Receiver;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AlertmanagerSinkTest {
  private static final Clock NOW = Clock.fixed(Instant.ofEpochMilli(TEN + 300_000), ZoneOffset.UTC);

  @Test
  void aFiringAlertEndsInTheFutureAndLinksToItsPageAndItsState() {
    byte[] body =
        new AlertmanagerAlerts(Duration.ofMinutes(10), "https://weir/", NOW)
            .encode(List.of(firing("a")));

    assertThat(new String(body, StandardCharsets.UTF_8))
        .isEqualTo(
            "[{\"labels\":{\"alertname\":\"a\"},"
                + "\"generatorURL\":\"https://weir/ui/alerts?edit=a\","
                + "\"annotations\":{\"link\":\"https://weir/ui/alerts?edit=a\","
                + "\"state_link\":\"https://weir/alerts/a/state\","
                + "\"summary\":\"much\",\"value\":\"2.5\"},"
                + "\"startsAt\":\"2026-03-29T10:00:00Z\",\"endsAt\":\"2026-03-29T10:15:00Z\"}]");
  }

  @Test
  void theGroupOfAnAlertIsALabelWhateverTagsItHas() {
    AlertState firing = firing("a");
    AlertState grouped =
        new AlertState(
            firing.alertId(),
            firing.ruleVersion(),
            Map.of("region", "eu", "mount", "/"),
            firing.status(),
            firing.value(),
            firing.sinceMillis(),
            firing.startsAtMillis(),
            null,
            firing.updatedAtMillis(),
            firing.severity(),
            Map.of("alertname", "a", "alert_group", "mine"),
            Map.of());
    byte[] body =
        new AlertmanagerAlerts(Duration.ofMinutes(10), null, NOW).encode(List.of(grouped));

    assertThat(new String(body, StandardCharsets.UTF_8))
        .startsWith(
            "[{\"labels\":{\"alert_group\":\"{mount=\\\"/\\\",region=\\\"eu\\\"}\","
                + "\"alertname\":\"a\"}");
  }

  @Test
  void aResolvedAlertHasItsOwnEnd() {
    byte[] body =
        new AlertmanagerAlerts(Duration.ofMinutes(10), null, NOW).encode(List.of(resolved("a")));

    assertThat(new String(body, StandardCharsets.UTF_8))
        .contains("\"endsAt\":\"2026-03-29T10:01:00Z\"")
        .doesNotContain("generatorURL");
  }

  @Test
  void anEndThatLiesAheadOfTheClockIsNow() {
    Clock behind = Clock.fixed(Instant.ofEpochMilli(TEN), ZoneOffset.UTC);
    byte[] body =
        new AlertmanagerAlerts(Duration.ofMinutes(10), null, behind).encode(List.of(resolved("a")));

    assertThat(new String(body, StandardCharsets.UTF_8))
        .contains("\"endsAt\":\"2026-03-29T10:00:00Z\"");
  }

  @Test
  void postsWithItsLoginToTheApi() throws Exception {
    AtomicReference<String> login = new AtomicReference<>();
    AtomicReference<String> path = new AtomicReference<>();
    try (Server server = new Server(200, login, path)) {
      AlertmanagerConnection connection =
          new AlertmanagerConnection(
              List.of(server.url("/prefix/")),
              null,
              null,
              "t0ken",
              null,
              Duration.ofSeconds(5),
              Duration.ofSeconds(5));
      try (Receiver receiver = receiver(connection)) {
        receiver.tell(List.of(firing("a")));
      }
    }

    assertThat(login).hasValue("Bearer t0ken");
    assertThat(path).hasValue("/prefix/api/v2/alerts");
  }

  @ParameterizedTest
  @ValueSource(ints = {400, 413, 422})
  void whatAlertmanagerFindsInvalidIsRefused(int status) throws Exception {
    try (Server server = new Server(status, new AtomicReference<>(), new AtomicReference<>());
        Receiver receiver = receiver(AlertmanagerConnection.to(server.url("")))) {
      assertThatThrownBy(() -> receiver.tell(List.of(firing("a"))))
          .isInstanceOf(Receiver.RefusedException.class)
          .hasMessageContaining("answered " + status);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {401, 404, 415, 429, 500, 503, 302})
  void everythingElseIsTriedAgain(int status) throws Exception {
    try (Server server = new Server(status, new AtomicReference<>(), new AtomicReference<>());
        Receiver receiver = receiver(AlertmanagerConnection.to(server.url("")))) {
      assertThatThrownBy(() -> receiver.tell(List.of(firing("a"))))
          .isInstanceOf(IOException.class)
          .isNotInstanceOf(Receiver.RefusedException.class);
    }
  }

  @Test
  void refusesWhatDoesNotGoTogether() {
    Duration second = Duration.ofSeconds(1);
    assertThatThrownBy(
            () ->
                new AlertmanagerConnection(
                    List.of(URI.create("ftp://x")), "u", null, "t", null, second, second))
        .hasMessageContaining("http(s)://host:port")
        .hasMessageContaining("username and password go together")
        .hasMessageContaining("exclude each other");
    assertThatThrownBy(
            () ->
                AlertmanagerSink.to(
                    AlertmanagerConnection.to(URI.create("http://x:1")),
                    Duration.ofMinutes(5),
                    Duration.ofMinutes(9),
                    null))
        .hasMessageContaining("at least twice");
  }

  @Test
  void itsTextShowsNoSecret() {
    Duration second = Duration.ofSeconds(1);
    assertThat(
            new AlertmanagerConnection(
                    List.of(URI.create("http://x:1")), "u", "s3cret", null, null, second, second)
                .toString())
        .doesNotContain("s3cret");
  }

  private static Receiver receiver(AlertmanagerConnection connection) {
    return new HttpReceiver(
        connection.address(connection.urls().get(0)),
        connection.open(),
        connection.authorization(),
        new AlertmanagerAlerts(Duration.ofMinutes(10), null, NOW)::encode);
  }

  /** Answers every request the same. */
  private static final class Server implements AutoCloseable {
    private final HttpServer server;

    Server(int status, AtomicReference<String> login, AtomicReference<String> path)
        throws IOException {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
      server.createContext(
          "/",
          exchange -> {
            exchange.getRequestBody().readAllBytes();
            login.set(exchange.getRequestHeaders().getFirst("Authorization"));
            path.set(exchange.getRequestURI().getPath());
            exchange.getResponseHeaders().add("Location", "http://elsewhere/");
            exchange.sendResponseHeaders(status, -1);
            exchange.close();
          });
      server.start();
    }

    URI url(String path) {
      return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + path);
    }

    @Override
    public void close() {
      server.stop(0);
    }
  }
}
