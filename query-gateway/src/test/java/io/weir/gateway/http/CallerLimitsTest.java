package io.weir.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.gateway.auth.CallerLimits;
import io.weir.gateway.auth.Scope;
import io.weir.gateway.auth.ServiceAccess;
import io.weir.gateway.auth.TestingKeys;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Limits of each caller, over real HTTP. */
@Timeout(120)
class CallerLimitsTest {
  private static final String SEARCH = "logs/search?from=2026-03-29T10:00Z&to=2026-03-29T10:10Z";

  @TempDir private Path folder;
  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private TestingKeys keys;
  private TestingGateway gateway;

  @BeforeEach
  void start() {
    keys = new TestingKeys(folder);
    gateway = new TestingGateway("auth.keys-file", keys.file().path().toString());
  }

  @AfterEach
  void stop() {
    gateway.store.release();
    gateway.close();
  }

  @Test
  void oneRequestTooManyInASecondIsToldWhenToComeAgain() {
    HttpTester limited = new HttpTester(gateway, key(1, 0, 0));
    HttpTester other = new HttpTester(gateway, key(1, 0, 0));
    int taken = 0;
    HttpResponse<String> refused = null;
    // The bucket holds one request; however slow this is, 50 of them are not a second apart.
    for (int i = 0; i < 50 && refused == null; i++) {
      HttpResponse<String> response = limited.get("whoami");
      if (response.statusCode() == 429) {
        refused = response;
      } else {
        assertThat(response.statusCode()).isEqualTo(200);
        taken++;
      }
    }
    assertThat(refused).isNotNull();
    assertThat(taken).isPositive();
    assertThat(refused.headers().firstValue("Retry-After")).contains("1");
    assertThat(HttpTester.json(refused).path("type").asText()).endsWith("too-many-of-this-caller");
    assertThat(other.get("whoami").statusCode()).isEqualTo(200);
  }

  @Test
  void oneRequestTooManyAtATimeIsRefusedUntilAnotherEnds() throws Exception {
    String key = key(0, 2, 0);
    gateway.store.block(2);
    HttpTester tester = new HttpTester(gateway, key);
    CompletableFuture<HttpResponse<String>> one = tester.getAsync(SEARCH);
    CompletableFuture<HttpResponse<String>> two = tester.getAsync(SEARCH);
    gateway.store.awaitBlocked();
    assertThat(tester.get("whoami").statusCode()).isEqualTo(429);
    assertThat(new HttpTester(gateway, key(0, 2, 0)).get("whoami").statusCode()).isEqualTo(200);
    gateway.store.release();
    assertThat(one.get(30, TimeUnit.SECONDS).statusCode()).isEqualTo(200);
    assertThat(two.get(30, TimeUnit.SECONDS).statusCode()).isEqualTo(200);
    await().until(() -> tester.get("whoami").statusCode() == 200);
  }

  @Test
  void aClientThatGoesAwayTakesNoPlace() throws Exception {
    String key = key(0, 1, 0);
    gateway.store.block(1);
    try (java.net.Socket socket = new java.net.Socket("127.0.0.1", gateway.port())) {
      socket
          .getOutputStream()
          .write(
              ("GET /"
                      + SEARCH
                      + " HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer "
                      + key
                      + "\r\n\r\n")
                  .getBytes(java.nio.charset.StandardCharsets.US_ASCII));
      gateway.store.awaitBlocked();
      assertThat(new HttpTester(gateway, key).get("whoami").statusCode()).isEqualTo(429);
    }
    await().until(() -> new HttpTester(gateway, key).get("whoami").statusCode() == 200);
  }

  @Test
  void streamsHaveALimitOfTheirOwnAndTakeNoRequestsPlace() throws Exception {
    String key = key(0, 1, 2);
    HttpResponse<InputStream> one = stream(key);
    HttpResponse<InputStream> two = stream(key);
    assertThat(two.statusCode()).isEqualTo(200);
    HttpResponse<InputStream> three = stream(key);
    assertThat(three.statusCode()).isEqualTo(429);
    assertThat(three.headers().firstValue("Retry-After")).isPresent();
    HttpTester tester = new HttpTester(gateway, key);
    await().until(() -> tester.get("whoami").statusCode() == 200);
    one.body().close();
    await()
        .until(
            () -> {
              HttpResponse<InputStream> again = stream(key);
              again.body().close();
              return again.statusCode() == 200;
            });
    two.body().close();
  }

  @Test
  void aRefusedBodyIsReadToItsEndSoThatTheSenderHearsWhy() {
    String key = key(1, 0, 0);
    HttpTester tester = new HttpTester(gateway, key);
    String body = "{\"events\":[{\"service\":\"a\",\"message\":\"" + "m".repeat(500_000) + "\"}]}";
    Awaitility.await()
        .atMost(Duration.ofSeconds(50))
        .until(() -> tester.post("ingest/logs", body).statusCode() == 429);
  }

  private HttpResponse<InputStream> stream(String key) throws Exception {
    return client.send(
        HttpRequest.newBuilder(URI.create(gateway.uri() + "logs/stream"))
            .header("Authorization", "Bearer " + key)
            .build(),
        HttpResponse.BodyHandlers.ofInputStream());
  }

  private String key(int rate, int concurrent, int streams) {
    String key =
        keys.add(
            Set.of(Scope.READ, Scope.INGEST),
            ServiceAccess.ALL,
            Optional.empty(),
            new CallerLimits(rate, concurrent, streams));
    gateway.reloadKeys();
    return key;
  }

  private static ConditionFactory await() {
    return Awaitility.await().atMost(Duration.ofSeconds(50));
  }
}
