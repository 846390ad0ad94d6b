package io.weir.gateway.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Vertx;
import io.vertx.openapi.contract.Location;
import io.vertx.openapi.contract.Operation;
import io.vertx.openapi.contract.Parameter;
import io.weir.gateway.auth.CallerLimits;
import io.weir.gateway.auth.Scope;
import io.weir.gateway.auth.ServiceAccess;
import io.weir.gateway.auth.TestingKeys;
import io.weir.gateway.ingest.WriteRequests;
import io.weir.model.log.LogLevel;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.xerial.snappy.Snappy;

/**
 * Sends nonsense to every operation for a while: each request is answered, none with a failure of
 * the gateway, and memory does not grow. The same seed makes the same requests; {@code
 * -Dweir.fuzz.seconds=600 -Dweir.fuzz.seed=7} goes on for longer and makes others.
 */
@Timeout(value = 30, unit = TimeUnit.MINUTES)
class EndpointFuzzTest {
  private static final long SEED = Long.getLong("weir.fuzz.seed", 20_260_329L);
  private static final long SECONDS = Long.getLong("weir.fuzz.seconds", 12);
  private static final long MAX_GROWTH = 48L << 20;

  /** What broke programs before, and words of the languages that are spoken here. */
  private static final List<String> VALUES =
      List.of(
          "",
          " ",
          "0",
          "-1",
          "1",
          "99999999999999999999",
          "1e309",
          "NaN",
          "null",
          "true",
          "[]",
          "{}",
          "\"",
          "'",
          "\\",
          "%",
          "%00",
          "\u0000",
          "\n",
          "\r\nX-Injected: 1",
          "\u202e",
          "\ud83d",
          "../../etc/passwd",
          "service:a",
          "level:ERROR",
          "(",
          ")",
          "((((((((",
          "a AND",
          "OR",
          "NOT",
          "a:[1 TO",
          "latency:>1",
          "\"phrase",
          "*",
          "?",
          "/regex(/",
          "-",
          "a^2",
          "a~",
          "now",
          "now-1h",
          "now-999999999999d",
          "2026-03-29T10:00Z",
          "2026-13-45",
          "1774778400000",
          "asc",
          "desc",
          "cold",
          "hot",
          "all",
          "search",
          "rate(up[5m])",
          "sum by (x) (up)",
          "{x=~\"(\"}",
          "up offset 5m",
          "a / b",
          "p99",
          "1m",
          "0s",
          "17y",
          "service:a,b:c",
          "ERROR,WARN",
          "x",
          "r",
          "<script>alert(1)</script>",
          "${jndi:ldap://x}",
          "{{7*7}}",
          "' OR 1=1 --");

  private static final List<String> BODIES =
      List.of(
          "{\"events\":[{\"service\":\"a\",\"message\":\"m\",\"fields\":{\"k\":[1,{\"x\":null}]}}]}",
          "{\"points\":[{\"metric\":\"m\",\"value\":1,\"timestamp\":1774778400}]}",
          "{\"resourceLogs\":[{\"scopeLogs\":[{\"logRecords\":[{\"timeUnixNano\":\"1\","
              + "\"body\":{\"stringValue\":\"x\"}}]}]}]}",
          "{\"metric\":\"m\",\"condition\":\">\",\"threshold\":1,\"duration_s\":60,"
              + "\"notification_channel\":\"c\"}",
          "{\"title\":\"t\",\"panels\":[{\"title\":\"p\",\"kind\":\"metric\",\"metric\":\"m\"}]}",
          PipelineCallsTest.SILENCE,
          "query=up&start=1&end=2&step=1");

  @TempDir private Path folder;
  private final Random random = new Random(SEED);
  private final Vertx vertx = Vertx.vertx();
  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private TestingGateway gateway;
  private List<String> keys;

  @BeforeEach
  void start() {
    TestingKeys file = new TestingKeys(folder);
    Set<Scope> all = Set.of(Scope.values());
    keys =
        List.of(
            file.add(all, ServiceAccess.ALL, Optional.empty(), CallerLimits.NONE),
            file.add(all, "a"),
            "weir_nonsense");
    gateway = new TestingGateway("auth.keys-file", file.file().path().toString());
    gateway.prometheus.answer(200, "{\"status\":\"success\",\"data\":{\"result\":[]}}");
    for (int i = 0; i < 50; i++) {
      gateway.store.add(1_774_778_400_000_000_000L + i, i, "a", "web", LogLevel.ERROR);
    }
  }

  @AfterEach
  void stop() {
    gateway.close();
    vertx.close();
  }

  @Test
  void nonsenseIsAnsweredAndNeverAsAFailureOfTheGateway() throws Exception {
    List<Operation> operations =
        Contract.read()
            .enforced(vertx)
            .toCompletionStage()
            .toCompletableFuture()
            .get(30, TimeUnit.SECONDS)
            .operations();
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS);
    long warm = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS) / 3;
    long before = -1;
    Map<Integer, Integer> statuses = new TreeMap<>();
    Set<String> done = new TreeSet<>();
    int sent = 0;
    while (System.nanoTime() < end || sent < 40 * operations.size()) {
      Operation operation = operations.get(sent % operations.size());
      HttpRequest request = request(operation);
      int status = status(operation, request);
      statuses.merge(status, 1, Integer::sum);
      if (status / 100 == 2) {
        done.add(operation.getOperationId());
      }
      sent++;
      if (sent % 25 == 0) {
        brokenHttp();
      }
      if (before < 0 && System.nanoTime() > warm) {
        before = usedAfterCollection();
      }
    }
    long growth = usedAfterCollection() - before;
    System.out.println("fuzzed with seed " + SEED + ": " + sent + " requests, " + statuses);
    assertThat(growth).as("bytes that are held more than before").isLessThan(MAX_GROWTH);
    assertThat(statuses).containsKeys(200, 400, 401, 404);
    Set<String> never = new TreeSet<>();
    operations.forEach(operation -> never.add(operation.getOperationId()));
    never.removeAll(done);
    assertThat(never)
        .as("operations behind whose checks nothing ever came")
        .containsExactlyInAnyOrderElementsOf(SoundRequests.WITHOUT_UPSTREAM);
  }

  private int status(Operation operation, HttpRequest request) throws Exception {
    String what = "seed " + SEED + ": " + request.method() + " " + request.uri();
    HttpResponse<InputStream> response =
        client.send(request, HttpResponse.BodyHandlers.ofInputStream());
    try (InputStream body = response.body()) {
      if (operation.getOperationId().equals("streamLogs") && response.statusCode() == 200) {
        return 200; // it would go on
      }
      String text = new String(body.readAllBytes(), UTF_8);
      // The store of this test may hang up on a connection that was about to be used again.
      boolean hungUp =
          response.statusCode() == 503 && text.contains("Prometheus cannot be reached");
      boolean coldSearch =
          response.statusCode() == 501 && request.uri().toString().contains("cold");
      assertThat(response.statusCode() < 500 || coldSearch || hungUp)
          .as(what + " -> " + response.statusCode() + " " + text)
          .isTrue();
      assertThat(response.headers().map()).as(what).doesNotContainKey("x-injected");
      return response.statusCode();
    }
  }

  /** A third of the requests are sound, a third is but for one thing, a third is nonsense. */
  private HttpRequest request(Operation operation) throws IOException {
    int wrong = random.nextInt(3);
    if (wrong == 2) {
      return nonsense(operation);
    }
    String id = operation.getOperationId();
    StringBuilder path = new StringBuilder(operation.getAbsoluteOpenAPIPath().substring(1));
    List<String> query = new ArrayList<>();
    List<Parameter> parameters = operation.getParameters();
    int odd = wrong == 0 ? -1 : random.nextInt(parameters.size() + 1);
    for (int i = 0; i < parameters.size(); i++) {
      Parameter parameter = parameters.get(i);
      String value = i == odd ? value() : SoundRequests.value(id, parameter.getName());
      int hole = path.indexOf("{" + parameter.getName() + "}");
      if (hole >= 0) {
        String text = HttpTester.encoded(value.isEmpty() ? "x" : value).replace("+", "%20");
        path.replace(hole, path.indexOf("}", hole) + 1, text);
      } else if (parameter.isRequired() || i == odd || !value.isEmpty() && random.nextInt(4) == 0) {
        if (parameter.getIn() == Location.QUERY) {
          query.add(HttpTester.encoded(parameter.getName()) + "=" + HttpTester.encoded(value));
        }
      }
    }
    HttpRequest.Builder request = to(path, query);
    SoundRequests.Body body = SoundRequests.body(id);
    byte[] bytes =
        id.equals("remoteWrite")
            ? Snappy.compress(WriteRequests.of("m", 1, 1_774_778_400_000L))
            : body == null ? new byte[0] : body.text().getBytes(UTF_8);
    if (odd == parameters.size()) {
      bytes = mutated(bytes);
    }
    String method = operation.getHttpMethod().name();
    request.method(
        method,
        bytes.length == 0
            ? HttpRequest.BodyPublishers.noBody()
            : HttpRequest.BodyPublishers.ofByteArray(bytes));
    if (bytes.length > 0) {
      request.header("Content-Type", body == null ? "application/x-protobuf" : body.type());
      if (body == null) {
        request.header("Content-Encoding", "snappy");
      }
    }
    if (method.equals("PUT") || method.equals("DELETE")) {
      request.header("If-Match", "*");
    }
    return request.header("Authorization", "Bearer " + keys.get(0)).build();
  }

  private HttpRequest.Builder to(StringBuilder path, List<String> query) {
    return HttpRequest.newBuilder(
            URI.create(
                gateway.uri()
                    + path.toString()
                    + (query.isEmpty() ? "" : "?" + String.join("&", query))))
        .timeout(Duration.ofSeconds(60));
  }

  private HttpRequest nonsense(Operation operation) {
    StringBuilder path =
        new StringBuilder(
            operation.getAbsoluteOpenAPIPath().substring(1).replaceAll("\\{[^}]*}", "%%"));
    int hole;
    while ((hole = path.indexOf("%%")) >= 0) {
      String value = HttpTester.encoded(value());
      path.replace(hole, hole + 2, value.isEmpty() ? "x" : value.replace("+", "%20"));
    }
    List<String> query = new ArrayList<>();
    for (Parameter parameter : operation.getParameters()) {
      if (random.nextInt(3) > 0) {
        query.add(HttpTester.encoded(parameter.getName()) + "=" + HttpTester.encoded(value()));
      }
    }
    if (random.nextInt(10) == 0) {
      query.add(HttpTester.encoded(value()) + "=" + HttpTester.encoded(value()));
    }
    HttpRequest.Builder request = to(path, query);
    String method = operation.getHttpMethod().name();
    boolean withBody = method.equals("POST") || method.equals("PUT");
    request.method(
        method,
        withBody
            ? HttpRequest.BodyPublishers.ofByteArray(body())
            : HttpRequest.BodyPublishers.noBody());
    // Most with a key for everything, some with one for a service, few with a wrong one or none.
    int key = List.of(0, 0, 0, 0, 0, 0, 1, 1, 2, keys.size()).get(random.nextInt(10));
    if (key < keys.size()) {
      request.header("Authorization", "Bearer " + keys.get(key));
    }
    if (withBody) {
      request.header(
          "Content-Type",
          one(
              List.of(
                  "application/json",
                  "application/json",
                  "application/x-protobuf",
                  "application/x-www-form-urlencoded",
                  "text/plain",
                  ";;=")));
      request.header(
          "Content-Encoding", one(List.of("identity", "identity", "gzip", "zstd", "snappy", "br")));
      request.header("Idempotency-Key", one(List.of("k", "x".repeat(300), "a b")));
    }
    if (random.nextInt(4) == 0) {
      request.header(
          "If-Match", one(List.of("*", "\"1\"", "W/\"1\"", "\"99999999999999999999\"", "x")));
    }
    return request.build();
  }

  private String value() {
    String value = one(VALUES);
    return switch (random.nextInt(8)) {
      case 0 -> value + one(VALUES);
      case 1 -> value.repeat(1 + random.nextInt(40));
      case 2 -> mutated(value.getBytes(UTF_8), ISO_8859_1);
      case 3 -> "(".repeat(random.nextInt(1_500)) + value;
      default -> value;
    };
  }

  private String mutated(byte[] bytes, java.nio.charset.Charset as) {
    return new String(mutated(bytes), as);
  }

  private byte[] body() {
    if (random.nextInt(12) == 0) {
      try {
        return mutated(Snappy.compress(WriteRequests.of("m", 1, 1_774_778_400_000L)));
      } catch (IOException e) {
        throw new IllegalStateException(e);
      }
    }
    String body = one(BODIES);
    return switch (random.nextInt(6)) {
      case 0 -> body.getBytes(UTF_8);
      case 1 -> ("[".repeat(1 + random.nextInt(5_000)) + body).getBytes(UTF_8);
      case 2 ->
          body.replace(":1", ":" + one(List.of("1e999", "-0", "{}", "[[]]", "\"\"")))
              .getBytes(UTF_8);
      case 3 ->
          body.replace("\"m\"", "\"" + "m".repeat(random.nextInt(70_000)) + "\"").getBytes(UTF_8);
      default -> mutated(body.getBytes(UTF_8));
    };
  }

  private byte[] mutated(byte[] bytes) {
    byte[] changed = bytes.clone();
    if (changed.length == 0) {
      return changed;
    }
    for (int i = random.nextInt(4); i >= 0; i--) {
      changed[random.nextInt(changed.length)] = (byte) random.nextInt(256);
    }
    return random.nextInt(3) == 0
        ? java.util.Arrays.copyOf(changed, random.nextInt(changed.length + 1))
        : changed;
  }

  /** What no client of HTTP would send. The gateway answers or hangs up, and goes on. */
  private void brokenHttp() throws IOException {
    byte[] lines =
        mutated(
            "GET /logs/search?q=a HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc"
                .getBytes(ISO_8859_1));
    try (Socket socket = new Socket("127.0.0.1", gateway.port())) {
      socket.setSoTimeout(2_000);
      socket.getOutputStream().write(lines);
      socket.shutdownOutput();
      byte[] answer = socket.getInputStream().readNBytes(12);
      assertThat(new String(answer, ISO_8859_1)).doesNotStartWith("HTTP/1.1 5");
    } catch (java.net.SocketException | java.net.SocketTimeoutException e) {
      // Hung up, or it waits for the rest of a request that has no end.
    }
  }

  private static long usedAfterCollection() {
    Runtime runtime = Runtime.getRuntime();
    long used = Long.MAX_VALUE;
    for (int i = 0; i < 3; i++) {
      System.gc();
      used = Math.min(used, runtime.totalMemory() - runtime.freeMemory());
    }
    return used;
  }

  private <T> T one(List<T> of) {
    return of.get(random.nextInt(of.size()));
  }
}
