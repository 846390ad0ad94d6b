package io.weir.gateway.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.weir.gateway.ingest.MemoryBudget;
import io.weir.gateway.ingest.PublishException;
import io.weir.gateway.search.LogFilter;
import io.weir.gateway.search.LogHit;
import io.weir.gateway.search.StoreException;
import io.weir.gateway.search.TestingLogStore;
import io.weir.gateway.search.Times;
import io.weir.model.log.LogLevel;
import io.weir.model.query.Query;
import io.weir.model.query.QueryPrinter;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GatewayServerTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final long T10 = Times.nanos(Instant.parse("2026-03-29T10:00:00Z"));
  private static final String EVENT = "{\"service\":\"a\",\"message\":\"m\",\"level\":\"ERROR\"}";

  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private TestingGateway gateway;

  @BeforeEach
  void start() {
    gateway =
        new TestingGateway(
            "search.max-concurrent", "2",
            "search.max-queued", "1",
            "ingest.max-body-bytes", "64KiB",
            "ingest.max-inflated-bytes", "256KiB",
            "ingest.max-in-flight-bytes", "1MiB");
  }

  @AfterEach
  void stop() {
    gateway.close();
  }

  // ---- search ----

  @Test
  void answersTheExampleOfTheBriefVerbatim() throws Exception {
    gateway.store.add(T10 + 1, 1, "payments", "web", LogLevel.ERROR);
    gateway.store.add(T10 + 2, 2, "payments", "web", LogLevel.INFO);
    gateway.store.add(T10 + 3, 3, "checkout", "web", LogLevel.ERROR);
    JsonNode page =
        ok(
            "logs/search?service=payments&level=ERROR&from=2026-03-29T10:00Z"
                + "&to=2026-03-29T10:10Z");
    assertThat(page.path("logs")).hasSize(1);
    JsonNode log = page.path("logs").get(0);
    assertThat(log.path("message").asText()).isEqualTo("message 1");
    assertThat(log.path("event_id").asText()).hasSize(22);
    assertThat(page.path("next_cursor").isNull()).isTrue();
    assertThat(page.path("total_matched").asInt()).isEqualTo(1);
    assertThat(page.path("total_relation").asText()).isEqualTo("eq");
    assertThat(page.path("partial").asBoolean()).isFalse();
    assertThat(page.path("from").asText()).isEqualTo("2026-03-29T10:00:00.000000000Z");
    assertThat(page.path("shards").path("successful").asInt()).isEqualTo(3);
  }

  @Test
  void pagesWithTheCursorAsTheBriefWritesIt() throws Exception {
    for (int i = 0; i < 250; i++) {
      gateway.store.add(T10 + i, i, "payments", "web", LogLevel.ERROR);
    }
    String query =
        "logs/search?service=payments&level=ERROR&from=2026-03-29T10:00Z&to=2026-03-29T10:10Z"
            + "&limit=100";
    List<String> ids = new ArrayList<>();
    JsonNode page = ok(query);
    while (true) {
      page.path("logs").forEach(log -> ids.add(log.path("event_id").asText()));
      if (page.path("next_cursor").isNull()) {
        break;
      }
      page = ok(query + "&cursor=" + page.path("next_cursor").asText());
    }
    assertThat(ids).hasSize(250).doesNotHaveDuplicates();
  }

  @Test
  void handsTheQueryOverExactlyAsItWasSent() throws Exception {
    ok("logs/search?q=" + encoded("\"a & b\" \"100%2B + 1\"") + "&service=x%26service%3Dy");
    LogFilter filter = gateway.store.requests().get(0).filter();
    assertThat(QueryPrinter.withoutPositions(filter.query()))
        .isEqualTo(
            new Query.And(
                List.of(new Query.Phrase("a & b", 0), new Query.Phrase("100%2B + 1", 0))));
    assertThat(filter.services()).containsExactly("x&service=y");
    JsonNode syntax = problem(400, "logs/search?q=" + encoded("\"a & b\" 100%25 c) d"));
    assertThat(syntax.path("errors").get(0).path("field").asText()).isEqualTo("q");
    assertThat(syntax.path("errors").get(0).path("position").asInt()).isEqualTo(16);
  }

  @Test
  void takesLevelsAsAListInEitherForm() throws Exception {
    gateway.store.add(T10, 1, "a", "web", LogLevel.ERROR);
    gateway.store.add(T10, 2, "a", "web", LogLevel.WARN);
    gateway.store.add(T10, 3, "a", "web", LogLevel.INFO);
    assertThat(ok("logs/search?level=error,Warning&from=2026-03-29T10:00Z").path("logs"))
        .hasSize(2);
    assertThat(ok("logs/search?level=ERROR&level=WARN&from=2026-03-29T10:00Z").path("logs"))
        .hasSize(2);
    assertThat(problem(400, "logs/search?level=LOUD").path("detail").asText())
        .startsWith("level: 'LOUD' is no level");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "logs/search?limit=5000 | limit | 5000 is greater than 1000",
        "logs/search?limit=0 | limit | 0 is less than 1",
        "logs/search?limit=ten | limit | Instance type string is invalid. Expected integer",
        "logs/search?limit=1&limit=2 | limit | is given 2 times",
        "logs/search?order=up | order | does not match any of",
        "logs/search?levle=ERROR | levle | is no parameter of this call; it has cursor, from",
        "logs/search?cursor=abc | cursor | malformed cursor",
        "logs/search?from=2026-03-29T10:00Z&to=2026-03-28T10:00Z | from | from is not before to",
        "logs/search?from=2025-03-29T10:00Z&to=2026-03-28T10:00Z | from | range too long",
        "logs/search?from=yesterday | from | 'yesterday' is not a time",
        "logs/histogram?interval=often | interval | 'often' is not an interval",
        "logs/facets | field | is required",
        "logs/facets?field=message | field | 'message' has no facets",
        "logs/context?id=1 | id | is not an event id",
        "logs/context | id | is required",
        "segments?cursor=abc | cursor | malformed cursor",
        "segments?tier=warm | tier | does not match any of",
        "ready?role=nobody | role | does not match any of",
        "health?verbose=1 | verbose | is no parameter of this call, which has none"
      })
  void namesTheFieldAndTheReason(String path, String field, String reason) throws Exception {
    JsonNode error = problem(400, path).path("errors").get(0);
    assertThat(error.path("field").asText()).isEqualTo(field);
    assertThat(error.path("reason").asText()).contains(reason);
  }

  @Test
  void doesNotPretendToHaveAColdTier() throws Exception {
    assertThat(problem(501, "logs/search?tier=cold").path("detail").asText())
        .contains("tier=cold is not implemented");
  }

  @Test
  void saysWhatFailedOnAPartialPage() throws Exception {
    gateway.store.add(T10, 1, "a", "web", LogLevel.ERROR);
    gateway.store.reportNext(TestingLogStore.ONE_FAILED);
    JsonNode page = ok("logs/search?from=2026-03-29T10:00Z");
    assertThat(page.path("partial").asBoolean()).isTrue();
    assertThat(page.path("total_relation").asText()).isEqualTo("gte");
    assertThat(page.path("next_cursor").isTextual()).isTrue();
    assertThat(page.path("shards").path("failures").get(0).path("reason").asText())
        .isEqualTo("it is red");
  }

  @Test
  void answersHistogramFacetsContextAndSegments() throws Exception {
    LogHit event = gateway.store.add(T10, 1, "a", "web", LogLevel.ERROR);
    gateway.store.add(T10 + 1, 2, "a", "web", LogLevel.INFO);
    gateway.store.index("logs-2026-03-29-10", 2);
    JsonNode histogram = ok("logs/histogram?from=2026-03-29T10:00Z&interval=5m");
    assertThat(histogram.path("buckets")).hasSize(2);
    assertThat(histogram.path("buckets").get(0).path("levels").path("ERROR").asInt()).isOne();
    assertThat(histogram.path("interval_s").asInt()).isEqualTo(300);
    JsonNode facet = ok("logs/facets?field=level&from=2026-03-29T10:00Z");
    assertThat(facet.path("sampled").asBoolean()).isFalse();
    assertThat(facet.path("values")).hasSize(2);
    JsonNode sample = ok("logs/facets?field=user_id&from=2026-03-29T10:00Z&size=1");
    assertThat(sample.path("sampled").asBoolean()).isTrue();
    assertThat(sample.path("sample_size").asInt()).isEqualTo(2);
    JsonNode context = ok("logs/context?id=" + event.eventId() + "&before=0&after=5");
    assertThat(context.path("event").path("message").asText()).isEqualTo("message 1");
    assertThat(context.path("after")).hasSize(1);
    JsonNode segments = ok("segments?tier=hot");
    assertThat(segments.path("segments").get(0).path("documents").asInt()).isEqualTo(2);
    String unknown = io.weir.model.kafka.EventId.encode("zzzzv".replace('z', 'u'), 0, 1);
    problem(404, "logs/context?id=" + unknown);
  }

  @ParameterizedTest
  @CsvSource({
    "UNAVAILABLE, 503, true",
    "OVERLOADED, 503, true",
    "TIMEOUT, 504, false",
    "REJECTED, 500, false"
  })
  void tellsWhyTheStoreDidNotAnswer(StoreException.Kind kind, int status, boolean retry)
      throws Exception {
    gateway.store.fail(new StoreException(kind, "secret words", null));
    HttpResponse<String> response = get("logs/search");
    assertThat(response.statusCode()).isEqualTo(status);
    assertThat(response.headers().firstValue("Retry-After").isPresent()).isEqualTo(retry);
    assertThat(response.body().contains("secret words")).isEqualTo(status != 500);
  }

  @Test
  void refusesMoreSearchesThanMayRunAndWait() throws Exception {
    gateway.store.block(2);
    List<CompletableFuture<HttpResponse<String>>> running = new ArrayList<>();
    running.add(getAsync("logs/search"));
    running.add(getAsync("logs/search"));
    gateway.store.awaitBlocked();
    // One waits; of the following ones none may.
    HttpResponse<String> refused = null;
    for (int i = 0; i < 50 && refused == null; i++) {
      CompletableFuture<HttpResponse<String>> another = getAsync("logs/search");
      try {
        refused = another.get(200, TimeUnit.MILLISECONDS);
      } catch (java.util.concurrent.TimeoutException e) {
        running.add(another);
      }
    }
    assertThat(refused).isNotNull();
    assertThat(refused.statusCode()).isEqualTo(429);
    assertThat(refused.headers().firstValue("Retry-After")).contains("1");
    // Ingest has threads of its own.
    assertThat(post("{\"events\":[" + EVENT + "]}").statusCode()).isEqualTo(202);
    gateway.store.release();
    for (CompletableFuture<HttpResponse<String>> search : running) {
      assertThat(search.get(60, TimeUnit.SECONDS).statusCode()).isEqualTo(200);
    }
  }

  @Test
  void cancelsTheSearchWhenTheClientGoesAway() throws Exception {
    gateway.store.block(1);
    try (Socket socket = new Socket("127.0.0.1", gateway.port())) {
      socket
          .getOutputStream()
          .write("GET /logs/search HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(UTF_8));
      gateway.store.awaitBlocked();
    }
    await()
        .atMost(60, TimeUnit.SECONDS)
        .untilAsserted(
            () ->
                assertThat(get("metrics").body())
                    .contains("weir_search_cancelled_total{operation=\"search\"} 1.0"));
  }

  // ---- ingest ----

  @Test
  void acceptsEventsOnceTheyAreAcknowledged() throws Exception {
    HttpResponse<String> response = post("{\"events\":[" + EVENT + ",{\"service\":\"b\"}]}");
    assertThat(response.statusCode()).isEqualTo(202);
    JsonNode result = JSON.readTree(response.body());
    assertThat(result.path("accepted").asInt()).isOne();
    assertThat(result.path("rejected").get(0).path("index").asInt()).isOne();
    assertThat(result.path("rejected").get(0).path("reason").asText()).isEqualTo("missing_message");
    assertThat(result.path("shed").isEmpty()).isTrue();
    assertThat(gateway.publisher.published()).hasSize(1);
  }

  @Test
  void holdsTheAnswerBackUntilTheAcknowledgement() throws Exception {
    gateway.publisher.hold();
    CompletableFuture<HttpResponse<String>> answer = postAsync(body(EVENT), null);
    await().atMost(60, TimeUnit.SECONDS).until(() -> gateway.publisher.waiting() == 1);
    assertThat(answer).isNotDone();
    gateway.publisher.acknowledge();
    assertThat(answer.get(60, TimeUnit.SECONDS).statusCode()).isEqualTo(202);
  }

  @Test
  void answersWith400AndEveryReasonWhenNothingCouldBeTaken() throws Exception {
    HttpResponse<String> response = post("{\"events\":[{\"service\":\"b\"},3]}");
    assertThat(response.statusCode()).isEqualTo(400);
    JsonNode problem = JSON.readTree(response.body());
    assertThat(problem.path("rejected")).hasSize(2);
    assertThat(problem.path("rejected").get(1).path("reason").asText()).isEqualTo("not_an_object");
    assertThat(problem.path("accepted").asInt()).isZero();
  }

  @Test
  void takesCompressedBodies() throws Exception {
    byte[] body = body(EVENT);
    ByteArrayOutputStream gzipped = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(gzipped)) {
      gzip.write(body);
    }
    assertThat(postAsync(gzipped.toByteArray(), "gzip").join().statusCode()).isEqualTo(202);
    assertThat(postAsync(com.github.luben.zstd.Zstd.compress(body), "zstd").join().statusCode())
        .isEqualTo(202);
    HttpResponse<String> brotli = postAsync(body, "br").join();
    assertThat(brotli.statusCode()).isEqualTo(415);
    assertThat(brotli.headers().firstValue("Accept-Encoding")).contains("gzip, zstd");
    assertThat(postAsync(body, "gzip").join().statusCode()).isEqualTo(400);
  }

  @Test
  void refusesBodiesThatAreTooLargeAsSentOrInflated() throws Exception {
    HttpResponse<String> large = postAsync(new byte[100_000], null).join();
    assertThat(large.statusCode()).isEqualTo(413);
    assertThat(large.body()).contains("larger than 65536 bytes");
    byte[] bomb = com.github.luben.zstd.Zstd.compress(new byte[10 << 20]);
    HttpResponse<String> inflated = postAsync(bomb, "zstd").join();
    assertThat(inflated.statusCode()).isEqualTo(413);
    assertThat(inflated.body()).contains("262144 bytes decompressed");
    HttpResponse<String> chunked =
        client.send(
            ingest(HttpRequest.BodyPublishers.ofInputStream(() -> zeros(100_000)), null),
            HttpResponse.BodyHandlers.ofString());
    assertThat(chunked.statusCode()).isEqualTo(413);
    assertThat(gateway.budget.used()).isZero();
  }

  @Test
  void takesOnlyJson() throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(gateway.uri().resolve("ingest/logs"))
            .header("Content-Type", "text/plain")
            .POST(HttpRequest.BodyPublishers.ofString("x"))
            .build();
    assertThat(client.send(request, HttpResponse.BodyHandlers.ofString()).statusCode())
        .isEqualTo(415);
  }

  @Test
  void asksTheClientToComeAgainWhenKafkaDoesNotAcknowledge() throws Exception {
    gateway.publisher.fail(new PublishException("Kafka is away", 0, null));
    HttpResponse<String> response = post("{\"events\":[" + EVENT + "]}");
    assertThat(response.statusCode()).isEqualTo(503);
    assertThat(response.headers().firstValue("Retry-After")).contains("2");
    assertThat(response.body()).contains("Kafka is away");
    assertThat(get("metrics").body())
        .contains("weir_ingest_failed_requests_total{reason=\"not-acknowledged\"} 1.0");
    gateway.publisher.fail(null);
    assertThat(post("{\"events\":[" + EVENT + "]}").statusCode()).isEqualTo(202);
  }

  @Test
  void shedsUnderPressureAndCountsIt() throws Exception {
    try (MemoryBudget.Reservation others = gateway.budget.reserve()) {
      others.grow(800_000);
      HttpResponse<String> response =
          post("{\"events\":[" + EVENT + "," + EVENT.replace("ERROR", "DEBUG") + "]}");
      assertThat(response.statusCode()).isEqualTo(202);
      assertThat(JSON.readTree(response.body()).path("shed").path("DEBUG").asInt()).isOne();
      assertThat(JSON.readTree(response.body()).path("accepted").asInt()).isOne();
      others.grow(248_000);
      assertThat(post("{\"events\":[" + EVENT + "]}" + " ".repeat(2_000)).statusCode())
          .isEqualTo(503);
    }
    assertThat(get("metrics").body())
        .contains("weir_ingest_shed_events_total{level=\"debug\"} 1.0")
        .contains("weir_ingest_failed_requests_total{reason=\"overloaded\"} 1.0")
        .contains("weir_ingest_events_total{outcome=\"accepted\"} 1.0");
  }

  @Test
  void givesBackTheMemoryOfAnUploadThatBreaksOff() throws Exception {
    try (Socket socket = new Socket("127.0.0.1", gateway.port())) {
      OutputStream out = socket.getOutputStream();
      out.write(
          ("POST /ingest/logs HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                  + "Content-Length: 5000\r\n\r\n"
                  + "x".repeat(1_000))
              .getBytes(UTF_8));
      out.flush();
      await().atMost(60, TimeUnit.SECONDS).until(() -> gateway.budget.used() > 0);
    }
    await().atMost(60, TimeUnit.SECONDS).until(() -> gateway.budget.used() == 0);
  }

  @Test
  void takesBackTheMemoryOfAnUploadThatTrickles() throws Exception {
    try (TestingGateway impatient = new TestingGateway("ingest.body-timeout", "1s");
        Socket socket = new Socket("127.0.0.1", impatient.port())) {
      OutputStream out = socket.getOutputStream();
      out.write(
          ("POST /ingest/logs HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                  + "Content-Length: 5000\r\n\r\n"
                  + "x".repeat(1_000))
              .getBytes(UTF_8));
      out.flush();
      String answer = new String(socket.getInputStream().readAllBytes(), UTF_8);
      assertThat(answer)
          .startsWith("HTTP/1.1 503 ")
          .containsIgnoringCase("\r\nretry-after: 2\r\n")
          .contains("the body did not come in within 1000 ms");
      assertThat(impatient.budget.used()).isZero();
    }
  }

  // ---- around ----

  @Test
  void saysWhichRoleIsOff() throws Exception {
    try (TestingGateway searchOnly = new TestingGateway("roles", "search")) {
      HttpRequest request =
          HttpRequest.newBuilder(searchOnly.uri().resolve("ingest/logs"))
              .POST(HttpRequest.BodyPublishers.ofString("{}"))
              .build();
      HttpResponse<String> response = client.send(request, HttpResponse.BodyHandlers.ofString());
      assertThat(response.statusCode()).isEqualTo(404);
      assertThat(response.body()).contains("this gateway runs without the role 'ingest'");
    }
  }

  @Test
  void isReadyWhileOneRoleCanServeAndTellsWhichOneCannot() throws Exception {
    assertThat(ok("ready").path("status").asText()).isEqualTo("ready");
    gateway.elasticsearch.away(true);
    gateway.clock.advance(Duration.ofSeconds(2));
    JsonNode degraded = ok("ready");
    assertThat(degraded.path("status").asText()).isEqualTo("degraded");
    assertThat(degraded.path("roles").path("search").asText()).isEqualTo("unready");
    assertThat(degraded.path("roles").path("ingest").asText()).isEqualTo("ready");
    assertThat(get("ready?role=search").statusCode()).isEqualTo(503);
    assertThat(get("ready?role=ingest").statusCode()).isEqualTo(200);
    gateway.kafka.away(true);
    gateway.topics.away(true);
    gateway.logTopic.away(true);
    gateway.clock.advance(Duration.ofSeconds(2));
    assertThat(get("ready").statusCode()).isEqualTo(200);
    gateway.prometheusUp.away(true);
    gateway.clock.advance(Duration.ofSeconds(2));
    assertThat(get("ready").statusCode()).isEqualTo(503);
    assertThat(ok("health").path("status").asText()).isEqualTo("alive");
  }

  @Test
  void refusesARequestThatNamesNoHost() throws Exception {
    try (java.net.Socket socket = new java.net.Socket("127.0.0.1", gateway.port())) {
      socket
          .getOutputStream()
          .write("GET /health HTTP/1.1\r\nConnection: close\r\n\r\n".getBytes(UTF_8));
      assertThat(new String(socket.getInputStream().readAllBytes(), UTF_8))
          .startsWith("HTTP/1.1 400");
    }
  }

  @Test
  void answersUnknownPathsAndMethodsWithProblemsToo() throws Exception {
    assertThat(problem(404, "logs").path("detail").asText()).contains("/openapi.yaml");
    HttpRequest delete =
        HttpRequest.newBuilder(gateway.uri().resolve("logs/search")).DELETE().build();
    HttpResponse<String> response = client.send(delete, HttpResponse.BodyHandlers.ofString());
    assertThat(response.statusCode()).isEqualTo(405);
    assertThat(response.headers().firstValue("Allow")).contains("GET");
    assertThat(response.headers().firstValue("Content-Type")).contains("application/problem+json");
    assertThat(get("logs/search?q=" + "x".repeat(20_000)).statusCode()).isEqualTo(414);
    assertThat(get("logs/search?q=" + "x".repeat(5_000)).statusCode()).isEqualTo(400);
    // The JDK's client would not send such a URL.
    try (Socket socket = new Socket("127.0.0.1", gateway.port())) {
      socket
          .getOutputStream()
          .write(
              "GET /logs/search?q=%zz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
                  .getBytes(UTF_8));
      assertThat(new String(socket.getInputStream().readAllBytes(), UTF_8))
          .startsWith("HTTP/1.1 400 ")
          .contains("application/problem+json");
    }
  }

  @Test
  void sendsSecurityHeadersAndNoCors() throws Exception {
    HttpResponse<String> response =
        client.send(
            HttpRequest.newBuilder(gateway.uri().resolve("health"))
                .header("Origin", "https://example.com")
                .build(),
            HttpResponse.BodyHandlers.ofString());
    assertThat(response.headers().firstValue("X-Content-Type-Options")).contains("nosniff");
    assertThat(response.headers().firstValue("Content-Security-Policy"))
        .contains("default-src 'none'; frame-ancestors 'none'");
    assertThat(response.headers().firstValue("Access-Control-Allow-Origin")).isEmpty();
  }

  @Test
  void finishesRequestsInFlightBeforeItStops() throws Exception {
    gateway.publisher.hold();
    CompletableFuture<HttpResponse<String>> answer = postAsync(body(EVENT), null);
    await().atMost(60, TimeUnit.SECONDS).until(() -> gateway.publisher.waiting() == 1);
    CompletableFuture<Void> stopping = CompletableFuture.runAsync(gateway::close);
    await()
        .atMost(60, TimeUnit.SECONDS)
        .until(
            () -> {
              try (Socket refused = new Socket("127.0.0.1", gateway.port())) {
                return refused.getInputStream().read() < 0;
              } catch (IOException e) {
                return true;
              }
            });
    gateway.publisher.acknowledge();
    assertThat(answer.get(60, TimeUnit.SECONDS).statusCode()).isEqualTo(202);
    stopping.get(60, TimeUnit.SECONDS);
    gateway = new TestingGateway();
  }

  private JsonNode ok(String path) throws Exception {
    HttpResponse<String> response = get(path);
    assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
    assertThat(response.headers().firstValue("Content-Type")).contains("application/json");
    return JSON.readTree(response.body());
  }

  private JsonNode problem(int status, String path) throws Exception {
    HttpResponse<String> response = get(path);
    assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
    assertThat(response.headers().firstValue("Content-Type")).contains("application/problem+json");
    JsonNode problem = JSON.readTree(response.body());
    assertThat(problem.path("status").asInt()).isEqualTo(status);
    return problem;
  }

  private HttpResponse<String> get(String path) throws IOException, InterruptedException {
    return client.send(request(path), HttpResponse.BodyHandlers.ofString());
  }

  private CompletableFuture<HttpResponse<String>> getAsync(String path) {
    return client.sendAsync(request(path), HttpResponse.BodyHandlers.ofString());
  }

  private HttpRequest request(String path) {
    return HttpRequest.newBuilder(URI.create(gateway.uri() + path)).build();
  }

  private HttpResponse<String> post(String body) throws IOException, InterruptedException {
    return client.send(
        ingest(HttpRequest.BodyPublishers.ofString(body), null),
        HttpResponse.BodyHandlers.ofString());
  }

  private CompletableFuture<HttpResponse<String>> postAsync(byte[] body, String encoding) {
    return client.sendAsync(
        ingest(HttpRequest.BodyPublishers.ofByteArray(body), encoding),
        HttpResponse.BodyHandlers.ofString());
  }

  private HttpRequest ingest(HttpRequest.BodyPublisher body, String encoding) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(gateway.uri().resolve("ingest/logs"))
            .header("Content-Type", "application/json; charset=UTF-8")
            .POST(body);
    if (encoding != null) {
      request.header("Content-Encoding", encoding);
    }
    return request.build();
  }

  private static byte[] body(String event) {
    return ("{\"events\":[" + event + "]}").getBytes(UTF_8);
  }

  private static InputStream zeros(int length) {
    return new java.io.ByteArrayInputStream(new byte[length]);
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, UTF_8);
  }
}
