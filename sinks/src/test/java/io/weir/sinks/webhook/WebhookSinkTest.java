package io.weir.sinks.webhook;

import static io.weir.sinks.notification.Alerts.firing;
import static io.weir.sinks.notification.Alerts.resolved;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import io.weir.sinks.notification.HttpReceiver;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WebhookSinkTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "127.0.0.1",
        "0.0.0.0",
        "10.1.2.3",
        "172.16.0.1",
        "172.31.255.255",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "192.0.2.1",
        "198.18.0.1",
        "203.0.113.9",
        "224.0.0.1",
        "255.255.255.255",
        "::1",
        "::",
        "fe80::1",
        "fc00::1",
        "fd12:3456::1",
        "ff02::1",
        "::ffff:10.0.0.1",
        "::10.0.0.1",
        "64:ff9b::a00:1",
        "2002:a00:1::1",
        "2001:0:a00:1::1"
      })
  void specialAddressesAreNotPublic(String address) throws Exception {
    assertThat(PublicAddresses.isPublic(InetAddress.getByName(address))).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "8.8.8.8",
        "172.32.0.1",
        "100.128.0.1",
        "192.167.1.1",
        "2606:4700::1111",
        "64:ff9b::808:808"
      })
  void otherAddressesAre(String address) throws Exception {
    assertThat(PublicAddresses.isPublic(InetAddress.getByName(address))).isTrue();
  }

  @Test
  void oneAddressThatIsNotPublicIsEnoughToRefuseAName() throws Exception {
    InetAddress[] both = {InetAddress.getByName("8.8.8.8"), InetAddress.getByName("10.0.0.1")};

    assertThatThrownBy(() -> new PublicAddresses(Set.of(), host -> both).resolve("example.org"))
        .isInstanceOf(UnknownHostException.class)
        .hasMessageContaining("10.0.0.1, which is not public");
    assertThat(new PublicAddresses(Set.of("example.org"), host -> both).resolve("example.org"))
        .isEqualTo(both);
  }

  @Test
  void onlyAllowedHostsAreTaken() {
    assertThatThrownBy(() -> targets("https://evil.org/x", List.of("*.example.org")))
        .hasMessageContaining("'evil.org' is not among the allowed hosts");
    assertThatThrownBy(() -> targets("https://example.org.evil.org/", List.of("example.org")))
        .hasMessageContaining("not among");
    assertThatThrownBy(() -> targets("https://evilexample.org/", List.of("*.example.org")))
        .hasMessageContaining("not among");
    assertThat(targets("https://hooks.example.org/s3cret", List.of("*.example.org")).toString())
        .isEqualTo("WebhookTargets[hooks.example.org]");
  }

  @Test
  void noRequestReachesAnAddressThatIsNotPublic() throws Exception {
    AtomicInteger requests = new AtomicInteger();
    HttpServer server = server(requests);
    String url = "http://hooks.example.org:" + server.getAddress().getPort() + "/";
    PublicAddresses.Lookup loopback = host -> new InetAddress[] {InetAddress.getLoopbackAddress()};
    try {
      try (HttpReceiver refused = receiver(url, Set.of(), loopback)) {
        assertThatThrownBy(() -> refused.tell(List.of(firing("a"))))
            .hasMessageContaining("which is not public");
      }
      assertThat(requests).hasValue(0);
      try (HttpReceiver allowed = receiver(url, Set.of("hooks.example.org"), loopback)) {
        allowed.tell(List.of(firing("a")));
      }
      assertThat(requests).hasValue(1);
    } finally {
      server.stop(0);
    }
  }

  @Test
  void anAddressWrittenAsNumbersIsCheckedToo() throws Exception {
    AtomicInteger requests = new AtomicInteger();
    HttpServer server = server(requests);
    String url = "http://127.0.0.1:" + server.getAddress().getPort() + "/";
    try (HttpReceiver receiver = receiver(url, Set.of(), InetAddress::getAllByName)) {
      assertThatThrownBy(() -> receiver.tell(List.of(firing("a"))))
          .hasMessageContaining("which is not public");
      assertThat(requests).hasValue(0);
    } finally {
      server.stop(0);
    }
  }

  @Test
  void theBodyHoldsTheAlerts() {
    String body =
        new String(WebhookSink.body(List.of(firing("a"), resolved("b"))), StandardCharsets.UTF_8);

    assertThat(body)
        .startsWith("{\"alerts\":[{\"alert_id\":\"a\"")
        .contains("},{\"alert_id\":\"b\"")
        .endsWith("]}");
  }

  private static HttpServer server(AtomicInteger requests) throws Exception {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          requests.incrementAndGet();
          exchange.getRequestBody().readAllBytes();
          exchange.sendResponseHeaders(204, -1);
          exchange.close();
        });
    server.start();
    return server;
  }

  private static HttpReceiver receiver(
      String url, Set<String> allowPrivate, PublicAddresses.Lookup lookup) {
    WebhookTargets targets =
        new WebhookTargets(
            List.of(URI.create(url)),
            List.of(URI.create(url).getHost()),
            allowPrivate,
            null,
            Duration.ofSeconds(5));
    return new HttpReceiver(
        WebhookSink.address(targets, URI.create(url), 1),
        WebhookSink.client(targets, lookup),
        null,
        WebhookSink::body);
  }

  private static WebhookTargets targets(String url, List<String> allowed) {
    return new WebhookTargets(
        List.of(URI.create(url)), allowed, Set.of(), null, Duration.ofSeconds(5));
  }
}
