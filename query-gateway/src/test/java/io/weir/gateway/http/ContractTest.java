package io.weir.gateway.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import io.vertx.openapi.contract.OpenAPIContract;
import io.vertx.openapi.validation.ResponseValidator;
import io.vertx.openapi.validation.ValidatableResponse;
import io.weir.gateway.ingest.PublishException;
import io.weir.gateway.search.LogHit;
import io.weir.gateway.search.StoreException;
import io.weir.gateway.search.TestingLogStore;
import io.weir.gateway.search.Times;
import io.weir.model.kafka.EventId;
import io.weir.model.log.LogLevel;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/**
 * Walks every operation of the document against a running gateway: each answer has a status and a
 * body that the document describes, and each operation answers well at least once.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ContractTest {
  private static final String EVENT = "{\"service\":\"a\",\"message\":\"m\"}";

  private final Vertx vertx = Vertx.vertx();
  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final TestingGateway gateway = new TestingGateway();
  private final Map<String, Set<Integer>> seen = new HashMap<>();
  private OpenAPIContract contract;
  private ResponseValidator validator;
  private String eventId;

  @BeforeAll
  void prepare() throws Exception {
    LogHit hit =
        gateway.store.add(
            Times.nanos(Instant.parse("2026-03-29T10:00:00Z")), 1, "a", "web", LogLevel.ERROR);
    gateway.store.index("logs-2026-03-29-10", 1);
    eventId = hit.eventId();
    // The validator knows no problem+json; under another name its schema can be checked as well.
    String text =
        Contract.read()
            .json()
            .encode()
            .replace("application/problem+json", "application/json")
            .replace("application/yaml", "text/plain");
    contract =
        OpenAPIContract.from(vertx, new JsonObject(text))
            .toCompletionStage()
            .toCompletableFuture()
            .get(30, TimeUnit.SECONDS);
    validator = ResponseValidator.create(vertx, contract);
  }

  @AfterAll
  void close() {
    gateway.close();
    vertx.close();
  }

  @Test
  void everyOperationAnswersAsTheDocumentSays() throws Exception {
    check("health", get("health"));
    check("metrics", get("metrics"));
    check("openapi", get("openapi.yaml"));
    check("ready", get("ready?role=search"));
    gateway.elasticsearch.away(true);
    gateway.clock.advance(Duration.ofSeconds(5));
    check("ready", get("ready?role=search"));
    check("ready", get("ready?role=nobody"));

    check("ingestLogs", post("{\"events\":[" + EVENT + ",{}]}", null));
    check("ingestLogs", post("{\"events\":[{}]}", null));
    check("ingestLogs", post("{\"events\":[]}", null));
    check("ingestLogs", post("{\"events\":[" + EVENT + "]}", "br"));
    check("ingestLogs", post(" ".repeat(9 << 20), null));
    gateway.publisher.fail(new PublishException("away", 1, null));
    check("ingestLogs", post("{\"events\":[" + EVENT + "]}", null));

    String filter = "service=a&level=ERROR&host=web&from=2026-03-29T10:00Z&to=2026-03-29T10:10Z";
    check("searchLogs", get("logs/search?" + filter + "&limit=100&order=asc&tier=hot"));
    check("searchLogs", get("logs/search?limit=5000"));
    check("searchLogs", get("logs/search?tier=cold"));
    check("logHistogram", get("logs/histogram?" + filter + "&interval=1m"));
    check("logHistogram", get("logs/histogram?interval=x"));
    check("logFacets", get("logs/facets?field=service&" + filter));
    check("logFacets", get("logs/facets?field=user_id&size=3&" + filter));
    check("logFacets", get("logs/facets"));
    check("logContext", get("logs/context?id=" + eventId + "&before=1&after=1"));
    check("logContext", get("logs/context?id=1"));
    check("logContext", get("logs/context?id=" + EventId.encode(TestingLogStore.CODE, 9, 9)));
    check("listSegments", get("segments?tier=all&limit=10&from=2026-03-29"));
    check("listSegments", get("segments?limit=0"));
    for (StoreException.Kind kind :
        List.of(StoreException.Kind.UNAVAILABLE, StoreException.Kind.TIMEOUT)) {
      gateway.store.fail(new StoreException(kind, "away", null));
      check("searchLogs", get("logs/search"));
      check("logHistogram", get("logs/histogram"));
      check("logFacets", get("logs/facets?field=service"));
      check("logContext", get("logs/context?id=" + eventId));
      check("listSegments", get("segments"));
    }

    for (var operation : contract.operations()) {
      String id = operation.getOperationId();
      assertThat(seen).as("operation without a request here").containsKey(id);
      assertThat(seen.get(id)).as(id).anyMatch(status -> status / 100 == 2);
      assertThat(operation.getOpenAPIModel().getString("summary")).as(id).isNotBlank();
    }
    // 429 needs a crowd; GatewayServerTest has one.
    List<String> unseen = new ArrayList<>();
    for (var operation : contract.operations()) {
      for (String status :
          new TreeSet<>(
              operation.getOpenAPIModel().getJsonObject("responses").fieldNames().stream()
                  .filter(name -> name.matches("\\d+"))
                  .toList())) {
        if (!status.equals("429")
            && !seen.get(operation.getOperationId()).contains(Integer.valueOf(status))) {
          unseen.add(operation.getOperationId() + " " + status);
        }
      }
    }
    assertThat(unseen).isEmpty();
  }

  @Test
  void theServedDocumentIsTheOneThatIsEnforced() throws Exception {
    assertThat(get("openapi.yaml").body()).isEqualTo(Contract.read().text().toString(UTF_8));
  }

  private void check(String operation, HttpResponse<String> response) throws Exception {
    String type = response.headers().firstValue("Content-Type").orElse("");
    boolean problem = response.statusCode() / 100 != 2 && !operation.equals("ready");
    if (problem) {
      assertThat(type).as(operation).isEqualTo("application/problem+json");
    }
    if (type.contains("json")) {
      validator
          .validate(
              ValidatableResponse.create(
                  response.statusCode(),
                  Map.of(),
                  Buffer.buffer(response.body()),
                  "application/json"),
              operation)
          .toCompletionStage()
          .toCompletableFuture()
          .get(10, TimeUnit.SECONDS);
    } else {
      // Text has no schema to hold it to, only its type.
      assertThat(contract.operation(operation).getResponse(response.statusCode()).getContent())
          .as(operation)
          .containsKey("text/plain");
    }
    seen.computeIfAbsent(operation, id -> new TreeSet<>()).add(response.statusCode());
  }

  private HttpResponse<String> get(String path) throws Exception {
    return client.send(
        HttpRequest.newBuilder(URI.create(gateway.uri() + path)).build(),
        HttpResponse.BodyHandlers.ofString());
  }

  private HttpResponse<String> post(String body, String encoding) throws Exception {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(gateway.uri().resolve("ingest/logs"))
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(body));
    if (encoding != null) {
      request.header("Content-Encoding", encoding);
    }
    return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
  }
}
