package io.weir.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.weir.gateway.auth.Scope;
import io.weir.gateway.auth.TestingKeys;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class TailRoleTest {
  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final TestingGateway gateway =
      new TestingGateway("tail.max-subscribers-per-address", "3", "tail.retry-after", "3s");
  private final HttpTester tester = new HttpTester(gateway);

  @AfterEach
  void close() {
    gateway.close();
  }

  @Test
  void streamsEventsAsServerSentEvents() throws Exception {
    try (Stream stream = stream("logs/stream?service=payments&q=%22timed+out%22", null)) {
      assertThat(stream.response.headers().firstValue("Content-Type"))
          .contains("text/event-stream");
      gateway.log.append("payments", "INFO", "all is well");
      gateway.log.append("payments", "INFO", "timed out");
      await().until(() -> stream.lines.contains("event: log"));
      await().until(() -> stream.lines.stream().anyMatch(line -> line.contains("timed out")));
      assertThat(stream.lines.get(0)).isEqualTo("retry: 3000");
      assertThat(String.join("\n", stream.lines)).doesNotContain("all is well");
      assertThat(gateway.tailMeter.count("delivered")).isEqualTo(1);
    }
  }

  @Test
  void aHeaderWinsOverTheUrlAsBrowsersNeedIt() throws Exception {
    String id;
    try (Stream stream = stream("logs/stream?service=payments", null)) {
      id = stream.lastId();
    }
    gateway.log.append("payments", "INFO", "one");
    String second;
    try (Stream stream = stream("logs/stream?service=payments&last_event_id=" + id, null)) {
      await().until(() -> stream.lines.stream().anyMatch(line -> line.contains("one")));
      second = stream.lastId();
    }
    gateway.log.append("payments", "INFO", "two");
    try (Stream stream =
        stream("logs/stream?service=payments&since=15m&last_event_id=" + id, second)) {
      await().until(() -> stream.lines.stream().anyMatch(line -> line.contains("two")));
      assertThat(String.join("\n", stream.lines)).doesNotContain("\"one\"");
    }
  }

  @Test
  void saysWhatIsWrongBeforeTheStreamBegins() {
    problem("logs/stream?colour=red", 400, "colour", "is no parameter of this call");
    problem("logs/stream?since=soon", 400, "since", "is no span such as 10m");
    problem("logs/stream?level=loud", 400, "level", "is no level");
    problem("logs/stream?q=latency_ms%3A%3E100", 400, "q", "without an order");
    problem("logs/stream?q=%28", 400, "q", "");
    problem("logs/stream?last_event_id=1abc", 400, "Last-Event-ID", "is no id of this stream");
  }

  private void problem(String path, int status, String field, String reason) {
    HttpResponse<String> response = tester.get(path);
    assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
    assertThat(response.headers().firstValue("Content-Type")).contains(Problem.CONTENT_TYPE);
    JsonNode error = HttpTester.json(response).path("errors").path(0);
    assertThat(error.path("field").asText()).isEqualTo(field);
    assertThat(error.path("reason").asText()).contains(reason);
  }

  @Test
  void refusesOneStreamTooManyAndTakesItWhenAnotherEnds() throws Exception {
    Stream one = stream("logs/stream", null);
    try (Stream two = stream("logs/stream", null);
        Stream three = stream("logs/stream", null)) {
      HttpResponse<String> refused = tester.get("logs/stream");
      assertThat(refused.statusCode()).isEqualTo(429);
      assertThat(refused.headers().firstValue("Retry-After")).contains("3");
      assertThat(HttpTester.json(refused).path("type").asText()).endsWith("too-many-streams");
      one.close();
      await().untilAsserted(() -> stream("logs/stream", null).close());
      assertThat(three.response.statusCode()).isEqualTo(two.response.statusCode());
    }
  }

  @Test
  void answers503WhileKafkaIsAway() {
    gateway.log.away(true);
    HttpResponse<String> response = tester.get("logs/stream");
    assertThat(response.statusCode()).isEqualTo(503);
    assertThat(response.headers().firstValue("Retry-After")).isPresent();
  }

  @Test
  void saysGoodbyeAndEndsTheStreamWhenTheGatewayStops() throws Exception {
    TestingGateway stopping = new TestingGateway();
    Stream stream;
    try (stopping) {
      stream =
          new Stream(
              client.send(
                  HttpRequest.newBuilder(URI.create(stopping.uri() + "logs/stream")).build(),
                  HttpResponse.BodyHandlers.ofInputStream()));
    }
    stream.ended.get(30, TimeUnit.SECONDS);
    assertThat(stream.lines).contains("event: bye").noneMatch(line -> line.startsWith("broken"));
  }

  @Test
  void aStreamDoesNotOutliveItsKey(@TempDir Path folder) throws Exception {
    TestingKeys keys = new TestingKeys(folder);
    String revoked = keys.add(Scope.READ);
    String other = keys.add(Scope.READ);
    try (TestingGateway secured =
            new TestingGateway(
                "auth.keys-file", keys.file().path().toString(), "tail.heartbeat", "100ms");
        Stream one = stream(secured, revoked);
        Stream two = stream(secured, other)) {
      secured.log.append("payments", "INFO", "before");
      await().until(() -> one.lines.stream().anyMatch(line -> line.contains("before")));
      keys.revoke(revoked);
      secured.reloadKeys();
      one.ended.get(30, TimeUnit.SECONDS);
      assertThat(one.lines).contains("event: bye");
      assertThat(String.join("\n", one.lines)).contains("\"reason\":\"unauthenticated\"");
      secured.log.append("payments", "INFO", "after");
      await().until(() -> two.lines.stream().anyMatch(line -> line.contains("after")));
      assertThat(two.ended).isNotDone();
      assertThat(new HttpTester(secured, revoked).get("logs/stream").statusCode()).isEqualTo(401);
    }
  }

  private Stream stream(TestingGateway of, String key) throws Exception {
    return new Stream(
        client.send(
            HttpRequest.newBuilder(URI.create(of.uri() + "logs/stream"))
                .header("Authorization", "Bearer " + key)
                .build(),
            HttpResponse.BodyHandlers.ofInputStream()));
  }

  /** However busy the machine is: no timing decides here. */
  private static ConditionFactory await() {
    return Awaitility.await().atMost(Duration.ofSeconds(50));
  }

  private Stream stream(String path, String lastId) throws Exception {
    HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(gateway.uri() + path));
    if (lastId != null) {
      request.header("Last-Event-ID", lastId);
    }
    return new Stream(client.send(request.build(), HttpResponse.BodyHandlers.ofInputStream()));
  }

  /** A stream that is read in the background. */
  private static final class Stream implements AutoCloseable {
    private final HttpResponse<java.io.InputStream> response;
    private final List<String> lines = new CopyOnWriteArrayList<>();
    private final CompletableFuture<Void> ended;

    Stream(HttpResponse<java.io.InputStream> response) {
      assertThat(response.statusCode()).isEqualTo(200);
      this.response = response;
      this.ended = CompletableFuture.runAsync(this::read);
    }

    private void read() {
      try (BufferedReader reader =
          new BufferedReader(new InputStreamReader(response.body(), StandardCharsets.UTF_8))) {
        for (String line = reader.readLine(); line != null; line = reader.readLine()) {
          lines.add(line);
        }
      } catch (IOException e) {
        lines.add("broken: " + e);
      }
    }

    String lastId() {
      await().until(() -> lines.stream().anyMatch(line -> line.startsWith("id: ")));
      return lines.stream()
          .filter(line -> line.startsWith("id: "))
          .reduce((one, other) -> other)
          .orElseThrow()
          .substring(4);
    }

    @Override
    public void close() throws IOException {
      response.body().close();
    }
  }
}
