package io.weir.harness.e2e.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.weir.harness.e2e.SharedNodes;
import io.weir.harness.e2e.SinkJob;
import io.weir.harness.e2e.delivery.KafkaTopic;
import io.weir.harness.e2e.prometheus.SampleJobs;
import io.weir.harness.node.ElasticsearchNode;
import io.weir.harness.node.GatewayProcess;
import io.weir.harness.node.KafkaBroker;
import io.weir.harness.node.PrometheusNode;
import io.weir.model.log.LogEvent;
import io.weir.model.log.LogLevel;
import io.weir.model.metric.Sample;
import io.weir.sinks.prometheus.RemoteWriteSinkMetrics;
import java.io.BufferedReader;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The shipped gateway with API keys, in front of a real Kafka, Elasticsearch and Prometheus. */
@ExtendWith(SharedNodes.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SecuredGatewayITCase {
  @RegisterExtension static final SampleJobs JOBS = new SampleJobs();

  private static final String TOPIC = "secured-logs";
  private static final String POINTS = "secured-metrics";
  private static final Instant NOON = Instant.parse("2026-02-11T12:00:00Z");
  private static final String RANGE = "&from=2026-02-11T12:00Z&to=2026-02-11T13:00Z";

  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private ApiKeys keys;
  private PrometheusNode prometheus;
  private IdentityProvider provider;
  private GatewayProcess gateway;
  private String all;
  private String mine;
  private Instant end;

  @BeforeAll
  void start(
      SharedNodes nodes, KafkaBroker kafka, ElasticsearchNode elasticsearch, @TempDir Path folder)
      throws Exception {
    try (Admin admin = kafka.admin()) {
      admin
          .createTopics(
              List.of(
                  new NewTopic(TOPIC, 2, (short) 1)
                      .configs(Map.of("message.timestamp.type", "LogAppendTime")),
                  new NewTopic(POINTS, 1, (short) 1)))
          .all()
          .get(30, TimeUnit.SECONDS);
    }
    HotLogs logs = new HotLogs(elasticsearch, TOPIC).withTemplate();
    List<LogEvent> events = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      String service = i % 2 == 0 ? "secured-mine" : "secured-foreign";
      events.add(logs.event(NOON.plusSeconds(i), i, service, LogLevel.INFO, "secured " + i));
    }
    logs.index(events);
    prometheus = PrometheusNode.builder(nodes.directories()).name("secured-prometheus").build();
    prometheus.start();
    prometheus.awaitReady();
    end = Instant.ofEpochSecond(Instant.now().getEpochSecond() / 60 * 60 - 600);
    long first = end.minusSeconds(1_200).toEpochMilli();
    new PushedSamples()
        .series("requests", Map.of("service", "secured-mine", "host", "a"), first, 80, i -> 2)
        .series("requests", Map.of("service", "secured-foreign", "host", "a"), first, 80, i -> 40)
        .series("limits", Map.of("service", "secured-mine", "host", "a"), first, 80, i -> 4)
        .series("limits", Map.of("host", "a"), first, 80, i -> 100)
        .series("or", Map.of("service", "secured-foreign"), first, 80, i -> 7)
        .push(prometheus);
    keys = new ApiKeys(folder.resolve("keys.json"));
    all = keys.add("all", List.of("ingest", "read", "admin"));
    mine = keys.add("mine", List.of("ingest", "read", "admin"), "secured-mine");
    provider = new IdentityProvider(folder.resolve("idp"));
    gateway =
        GatewayProcess.builder(nodes.directories())
            .name("gateway-secured")
            .option("roles", "ingest,search,tail,metrics")
            .option("kafka.bootstrap-servers", kafka.bootstrapServers())
            .option("kafka.logs-topic", TOPIC)
            .option("kafka.metrics-topic", POINTS)
            .option("elasticsearch.hosts", elasticsearch.uri().toString())
            .option("prometheus.url", prometheus.uri().toString())
            .option("auth.keys-file", keys.file().toString())
            .option("http.reload-interval", "500ms")
            .option("oidc.issuer", provider.issuer())
            .option("oidc.audience", "weir-read")
            .option("oidc.roles-claim", "scope")
            .build();
    gateway.start();
    gateway.awaitReady();
  }

  @AfterAll
  void stop() {
    if (gateway != null) {
      gateway.close();
    }
    if (provider != null) {
      provider.close();
    }
    if (prometheus != null) {
      prometheus.close();
    }
  }

  @Test
  void nobodyIsAnsweredWithoutAKeyAndAProbeIs() throws Exception {
    assertThat(get(null, "logs/search").statusCode()).isEqualTo(401);
    assertThat(get(null, "health").statusCode()).isEqualTo(200);
    assertThat(get(null, "ui/").statusCode()).isEqualTo(200);
    JsonNode ready = HotLogs.json(get(null, "ready").body());
    assertThat(ready.path("dependencies")).isNotEmpty();
    ready
        .path("dependencies")
        .forEach(dependency -> assertThat(dependency.path("detail").asText()).isEmpty());
  }

  @Test
  void elasticsearchIsAskedForTheServicesOfTheKeyAlone() throws Exception {
    assertThat(json(all, "logs/search?q=secured" + RANGE).path("total_matched").asInt())
        .isEqualTo(20);
    for (String q : List.of("secured", "secured%20OR%20service:secured-foreign", "")) {
      JsonNode page = json(mine, "logs/search?q=" + q + RANGE);
      assertThat(page.path("total_matched").asInt()).as(q).isEqualTo(10);
      assertThat(page.toString()).doesNotContain("secured-foreign");
    }
    assertThat(json(mine, "logs/facets?field=service" + RANGE).path("values")).hasSize(1);
    JsonNode foreign =
        json(all, "logs/search?service=secured-foreign&limit=1" + RANGE).path("logs").path(0);
    String context =
        "logs/context?id="
            + foreign.path("event_id").asText()
            + "&timestamp="
            + foreign.path("timestamp").asText();
    assertThat(get(all, context).statusCode()).isEqualTo(200);
    assertThat(get(mine, context).statusCode()).isEqualTo(404);
    String cursor = json(all, "logs/search?q=secured&limit=5" + RANGE).path("next_cursor").asText();
    assertThat(get(mine, "logs/search?q=secured&limit=5&cursor=" + cursor + RANGE).statusCode())
        .as("a cursor of somebody who sees more")
        .isEqualTo(400);
  }

  /** What a real Prometheus makes of the narrowed query: values of 40, 7 and 100 are foreign. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "requests",
        "{__name__=~\".+\"}",
        "{__name__=\"or\"}",
        "sum(requests)",
        "sum without (service) (requests)",
        "max by (host) ({__name__=~\"requests|limits\"})",
        "requests{service=\"secured-foreign\"}",
        "requests{service!=\"secured-mine\"}",
        "requests or limits",
        "requests / on (host) group_left limits",
        "max_over_time(requests[10m])",
        "max_over_time(sum(requests)[5m:1m])",
        "sum(requests offset 1m)",
        "label_replace(requests, \"service\", \"x\", \"service\", \"(.*)\")",
        "topk(5, requests) by (host)",
        "count({host=\"a\"}) # comment } or requests",
        "absent(nothing)",
        "1 + scalar(sum(limits))",
      })
  void prometheusReadsTheSeriesOfTheServiceAlone(String query) throws Exception {
    String path = "api/v1/query?time=" + end.getEpochSecond() + "&query=" + Api.encoded(query);
    HttpResponse<String> narrowed = get(mine, path);
    assertThat(narrowed.statusCode()).as(narrowed.body()).isEqualTo(200);
    assertThat(narrowed.body()).doesNotContain("secured-foreign");
    JsonNode data = HotLogs.json(narrowed.body()).path("data");
    List<JsonNode> values = new ArrayList<>();
    if (data.path("resultType").asText().equals("scalar")) {
      values.add(data.path("result"));
    } else {
      data.path("result").forEach(result -> values.add(result.path("value")));
    }
    for (JsonNode value : values) {
      assertThat(Double.parseDouble(value.path(1).asText()))
          .as(query + " -> " + narrowed.body())
          .isLessThanOrEqualTo(5);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"or", "info(requests)", "requests{host=\"a\" or service=\"x\"}"})
  void whatCannotBeNarrowedWithCertaintyIsRefused(String query) throws Exception {
    HttpResponse<String> response = get(mine, "api/v1/query?query=" + Api.encoded(query));
    assertThat(response.statusCode()).as(response.body()).isEqualTo(400);
    assertThat(HotLogs.json(response.body()).path("errorType").asText()).isEqualTo("bad_data");
  }

  @Test
  void labelsAndSeriesAreThoseOfTheServiceAlone() throws Exception {
    String range =
        "start=" + end.minusSeconds(1_200).getEpochSecond() + "&end=" + end.getEpochSecond();
    assertThat(json(mine, "api/v1/label/service/values?" + range).path("data").toString())
        .isEqualTo("[\"secured-mine\"]");
    assertThat(json(mine, "api/v1/label/__name__/values?" + range).path("data").toString())
        .isEqualTo("[\"limits\",\"requests\"]");
    assertThat(json(mine, "api/v1/series?match%5B%5D=requests&" + range).path("data")).hasSize(1);
    assertThat(json(all, "api/v1/series?match%5B%5D=requests&" + range).path("data")).hasSize(2);
    JsonNode asked =
        json(
            mine,
            "metrics/query?metric=requests&agg=sum&step=60s&from="
                + end.minusSeconds(600)
                + "&to="
                + end);
    Set<Double> values = new TreeSet<>();
    asked.path("datapoints").forEach(point -> values.add(point.path("value").asDouble()));
    assertThat(values).containsExactly(2.0);
  }

  @Test
  void ingestAndTheLiveStreamKeepToTheService() throws Exception {
    HttpResponse<InputStream> stream =
        client.send(
            request(mine, "logs/stream").build(), HttpResponse.BodyHandlers.ofInputStream());
    assertThat(stream.statusCode()).isEqualTo(200);
    try (BufferedReader lines = new BufferedReader(new InputStreamReader(stream.body(), UTF_8))) {
      post(all, "{\"service\":\"secured-foreign\",\"message\":\"not for you\"}", 1);
      post(mine, "{\"service\":\"secured-foreign\",\"message\":\"not from you\"}", 0);
      post(mine, "{\"service\":\"secured-mine\",\"message\":\"for you\"}", 1);
      StringBuilder seen = new StringBuilder();
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        seen.append(line).append('\n');
        if (line.contains("for you")) {
          break;
        }
      }
      assertThat(seen.toString()).contains("\"for you\"").doesNotContain("foreign", "not ");
    }
  }

  @Test
  void samplesOfTheRemoteWriteSinkAreTakenWithItsBearerTokenAlone(KafkaBroker kafka)
      throws Exception {
    KafkaTopic points = new KafkaTopic(kafka, POINTS);
    URI receiver = gateway.uri().resolve("api/v1/write");
    List<Sample> samples =
        List.of(
            new Sample("secured_pushed", Map.of("service", "secured-mine"), 1, end.toEpochMilli()));

    SinkJob wrong = JOBS.start(receiver, samples, sink -> sink.setBearerToken("weir_wrong"));
    assertThatThrownBy(wrong::awaitEnd).hasStackTraceContaining("was answered 401");
    assertThat(points.size()).isZero();

    SinkJob right = JOBS.start(receiver, samples, sink -> sink.setBearerToken(all)).awaitEnd();
    assertThat(right.counter(RemoteWriteSinkMetrics.SAMPLES_WRITTEN)).isEqualTo(1);
    assertThat(points.size()).isEqualTo(1);
  }

  @Test
  void aNewKeyIsKnownAndARevokedOneIsNotWithoutARestart() throws Exception {
    String key = keys.add("new", List.of("read"));
    Awaitility.await()
        .atMost(Duration.ofSeconds(30))
        .until(() -> get(key, "whoami").statusCode() == 200);
    keys.revoke(key);
    Awaitility.await()
        .atMost(Duration.ofSeconds(30))
        .until(() -> get(key, "whoami").statusCode() == 401);
    assertThat(get(all, "whoami").statusCode()).isEqualTo(200);
  }

  @Test
  void tokensOfARealIdentityProviderAreTakenAndItsKeysAreFollowed() throws Exception {
    String token = provider.token("weir-read");
    JsonNode caller = json(token, "whoami");
    assertThat(caller.path("id").asText()).isEqualTo("user:agent");
    assertThat(caller.path("scopes").toString()).isEqualTo("[\"read\"]");
    assertThat(get(token, "logs/search?q=secured" + RANGE).statusCode()).isEqualTo(200);
    assertThat(get(token, "api/v1/query?query=up").statusCode()).isEqualTo(200);
    assertThat(get(provider.token("weir-ingest"), "whoami").statusCode())
        .as("meant for another audience")
        .isEqualTo(401);
    provider.changeKey();
    String next = provider.token("weir-read");
    assertThat(next.substring(0, next.indexOf('.')))
        .as("another key is named in the head")
        .isNotEqualTo(token.substring(0, token.indexOf('.')));
    Awaitility.await()
        .atMost(Duration.ofSeconds(60))
        .until(() -> get(next, "whoami").statusCode() == 200);
  }

  private void post(String key, String event, int accepted) throws Exception {
    HttpResponse<String> response =
        client.send(
            request(key, "ingest/logs")
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString("{\"events\":[" + event + "]}"))
                .build(),
            HttpResponse.BodyHandlers.ofString());
    assertThat(response.statusCode()).as(response.body()).isEqualTo(accepted > 0 ? 202 : 400);
  }

  private JsonNode json(String key, String path) throws Exception {
    HttpResponse<String> response = get(key, path);
    assertThat(response.statusCode()).as(path + " -> " + response.body()).isEqualTo(200);
    return HotLogs.json(response.body());
  }

  private HttpResponse<String> get(String key, String path) throws Exception {
    return client.send(request(key, path).build(), HttpResponse.BodyHandlers.ofString());
  }

  private HttpRequest.Builder request(String key, String path) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(gateway.uri() + path)).timeout(Duration.ofSeconds(60));
    if (key != null) {
      request.header("Authorization", "Bearer " + key);
    }
    return request;
  }
}
