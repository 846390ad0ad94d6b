package io.weir.harness.e2e.ui;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.weir.harness.e2e.SharedNodes;
import io.weir.harness.e2e.gateway.PushedSamples;
import io.weir.harness.e2e.logs.LogsPipeline;
import io.weir.harness.node.GatewayProcess;
import io.weir.harness.node.PrometheusNode;
import io.weir.model.alert.AlertRule.Severity;
import io.weir.model.alert.AlertState;
import io.weir.model.alert.AlertStatus;
import io.weir.model.alert.AlertTransition;
import io.weir.model.json.AlertStateJson;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * What the web interface is looked at with: the logs job on the shared cluster, a gateway in front
 * of it, a Prometheus that scrapes both, and events that came in as any event does.
 */
final class UiStack implements AutoCloseable {
  /** Events of the plain kind; one of six is an error. */
  static final int EVENTS = 600;

  /** Records that are no events. */
  static final int POISON = 2;

  static final String HOSTILE = "hostile";
  static final String LONG = "endless";

  /** Topic of the events. */
  static final String NAME = "ui-logs";

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration PATIENCE = Duration.ofSeconds(90);
  private static final List<String> SERVICES = List.of("payments", "checkout", "search");
  private static final List<String> LEVELS =
      List.of("INFO", "INFO", "ERROR", "INFO", "WARN", "DEBUG");

  private final SharedNodes nodes;
  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final LogsPipeline pipeline;
  private final GatewayProcess gateway;
  private final PrometheusNode prometheus;
  private long ingested;

  /** When the newest of the plain events was. */
  private final Instant end;

  UiStack(SharedNodes nodes) throws Exception {
    this.nodes = nodes;
    this.pipeline = new LogsPipeline(nodes, NAME).start();
    createTopics();
    this.prometheus =
        PrometheusNode.builder(nodes.directories())
            .name("prometheus-ui")
            .scrapeJob("weir")
            .scrapeInterval(Duration.ofSeconds(1))
            .build();
    prometheus.start();
    prometheus.awaitReady();
    this.gateway =
        GatewayProcess.builder(nodes.directories())
            .name("gateway-ui")
            .option("kafka.bootstrap-servers", nodes.kafka().bootstrapServers())
            .option("kafka.logs-topic", NAME)
            .option("kafka.alert-rules-topic", "ui-alert-rules")
            .option("kafka.dashboards-topic", "ui-dashboards")
            .option("kafka.alert-state-topic", "ui-alert-state")
            .option("kafka.alert-history-topic", "ui-alert-history")
            .option("kafka.logs-dead-letters-topic", pipeline.deadLetters().name())
            .option("kafka.metrics-dead-letters-topic", "ui-metrics-dead-letters")
            .option("elasticsearch.hosts", nodes.elasticsearch().uri().toString())
            .option("prometheus.url", prometheus.uri().toString())
            .option("alertmanager.url", nodes.alertmanager().uri().toString())
            .option("flink.url", nodes.flink().restUri().toString())
            .build();
    gateway.start();
    gateway.awaitReady();
    Map<String, Map<String, String>> targets = new TreeMap<>();
    nodes
        .flink()
        .metricsPorts()
        .forEach((process, port) -> targets.put("127.0.0.1:" + port, Map.of("service", process)));
    targets.put(gateway.uri().getAuthority(), Map.of("service", "gateway"));
    prometheus.scrape("weir", targets);
    this.end = Instant.now().minusSeconds(5);
    seed();
  }

  private void createTopics() throws Exception {
    Map<String, String> compacted = Map.of("cleanup.policy", "compact");
    try (Admin admin = nodes.kafka().admin()) {
      admin
          .createTopics(
              List.of(
                  new NewTopic("ui-alert-rules", 1, (short) 1).configs(compacted),
                  new NewTopic("ui-dashboards", 1, (short) 1).configs(compacted),
                  new NewTopic("ui-alert-state", 4, (short) 1).configs(compacted),
                  new NewTopic("ui-alert-history", 4, (short) 1),
                  new NewTopic("ui-metrics-dead-letters", 1, (short) 1)))
          .all()
          .get(30, TimeUnit.SECONDS);
    }
  }

  private void seed() throws Exception {
    List<ObjectNode> events = new ArrayList<>();
    for (int i = 0; i < EVENTS; i++) {
      ObjectNode event =
          event(
              end.minusSeconds(EVENTS - 1 - i),
              SERVICES.get(i % 3),
              LEVELS.get(i / 3 % 6),
              "connection " + i + " to card-processor " + (i % 4 == 0 ? "refused" : "accepted"));
      event.put("host", "web-" + i % 5);
      event.putObject("fields").put("user_id", i % 40).put("attempt", i % 3);
      events.add(event);
    }
    for (String line : hostileLines()) {
      events.add(event(end, HOSTILE, "ERROR", line));
    }
    events.add(event(end, LONG, "WARN", "begin " + "x".repeat(1_000_000) + " end"));
    ingest(events);
    try (KafkaProducer<byte[], byte[]> producer = producer()) {
      producer.send(record(NAME, "poison", "this is <b>no JSON</b>".getBytes(UTF_8))).get();
      producer.send(record(NAME, "poison", "{\"message\":\"whose?\"}".getBytes(UTF_8))).get();
    }
    pushSamples();
    await("all events to be found")
        .atMost(PATIENCE)
        .until(() -> total("") >= EVENTS + hostileLines().size() + 1);
    await("dead letters").atMost(PATIENCE).until(() -> pipeline.deadLetters().size() >= POISON);
  }

  /** Lines that would do harm to whoever takes them for markup or for a terminal's commands. */
  static List<String> hostileLines() {
    return List.of(
        "<img src=x onerror=\"document.title='owned'\"><script>document.title='owned'</script>",
        "</span></div><style>*{display:none}</style><iframe src='javascript:alert(1)'></iframe>",
        "\u001b[31mred\u001b[0m \u001b]0;owned\u0007 \u001b[2J\u001b[1;1H cleared",
        "user \u202egnp.exe\u202c and \u2066isolated\u2069 \u200bzero",
        "a\tb\u0000c\u0008d\r\nnext line",
        "&lt;b&gt; &amp; {{7*7}} ${7*7} javascript:alert(1)");
  }

  /** A counter that rises by 1 a second, with ten minutes at 20 a second in the middle. */
  private void pushSamples() throws Exception {
    long first = end.minusSeconds(3 * 3600).toEpochMilli() / 15_000 * 15_000;
    double[] sums = {0, 0};
    PushedSamples samples = new PushedSamples();
    for (int service = 0; service < 2; service++) {
      int index = service;
      samples.series(
          "ui_errors_total",
          Map.of("service", SERVICES.get(service), "host", "web-1"),
          first,
          720,
          i -> sums[index] += 15 * (index == 0 && i >= 340 && i < 380 ? 20 : 1));
    }
    samples.push(prometheus);
  }

  /** Says what an audit says of itself through the Pushgateway, as of now. */
  void audited(Map<String, Double> ratios, Map<String, Double> items, Instant ended)
      throws Exception {
    PushedSamples samples = new PushedSamples();
    long now = Instant.now().toEpochMilli();
    ratios.forEach(
        (of, ratio) ->
            samples.series(
                "weir_run_ratio", Map.of("run", "AuditJob", "of", of), now, 1, i -> ratio));
    items.forEach(
        (item, count) ->
            samples.series(
                "weir_run_items", Map.of("run", "AuditJob", "item", item), now, 1, i -> count));
    samples.series(
        "weir_run_last_success_timestamp_seconds",
        Map.of("run", "AuditJob"),
        now,
        1,
        i -> ended.getEpochSecond());
    samples.push(prometheus);
  }

  /** Says of two groups of a rule that they fire and that they are over. */
  void alerts(String rule) throws Exception {
    Map<String, String> labels =
        Map.of("alertname", "errors", "service", "payments", "alert_id", rule);
    long now = Instant.now().toEpochMilli() / 1000 * 1000;
    AlertState pending = state(rule, "payments", AlertStatus.PENDING, now - 300_000, labels);
    AlertState firing = state(rule, "payments", AlertStatus.FIRING, now - 150_000, labels);
    try (KafkaProducer<byte[], byte[]> producer = producer()) {
      for (AlertTransition transition :
          List.of(
              new AlertTransition(AlertStatus.INACTIVE, AlertTransition.Reason.CONDITION, pending),
              new AlertTransition(AlertStatus.PENDING, AlertTransition.Reason.CONDITION, firing))) {
        producer
            .send(record("ui-alert-history", firing.key(), AlertStateJson.encode(transition)))
            .get();
      }
      producer.send(record("ui-alert-state", firing.key(), AlertStateJson.encode(firing))).get();
    }
    await("the gateway to read the state")
        .atMost(PATIENCE)
        .until(() -> get("alerts/" + rule + "/state").path("states").size() == 1);
  }

  private static AlertState state(
      String rule, String service, AlertStatus status, long at, Map<String, String> labels) {
    return new AlertState(
        rule,
        0,
        Map.of("service", service),
        status,
        0.042,
        at,
        status == AlertStatus.FIRING ? at : null,
        null,
        at,
        Severity.CRITICAL,
        labels,
        Map.of("summary", "payments fail"));
  }

  static ObjectNode event(Instant at, String service, String level, String message) {
    return JSON.createObjectNode()
        .put("timestamp", at.toString())
        .put("service", service)
        .put("level", level)
        .put("message", message);
  }

  /** Sends events as any client does. */
  void ingest(List<ObjectNode> events) {
    ObjectNode body = JSON.createObjectNode();
    body.putArray("events").addAll(events);
    JsonNode answer =
        send(
            HttpRequest.newBuilder(uri().resolve("ingest/logs"))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body.toString())));
    assertThat(answer.path("accepted").asInt()).as(answer.toString()).isEqualTo(events.size());
    ingested += events.size();
  }

  /** Returns how many events the gateway has taken. */
  long ingested() {
    return ingested;
  }

  /** Returns how many events of the last hour match; -1 while an index is just being made. */
  long total(String query) {
    String path = "logs/search?limit=1&from=now-1h&q=" + URLEncoder.encode(scoped(query), UTF_8);
    return json(answer(HttpRequest.newBuilder(URI.create(uri() + path))))
        .path("total_matched")
        .asLong(-1);
  }

  /** Other tests leave events behind in the same store. */
  static String scoped(String query) {
    return ("kafka_topic:" + NAME + " " + query).strip();
  }

  JsonNode get(String path) {
    return send(HttpRequest.newBuilder(URI.create(uri() + path)));
  }

  private JsonNode send(HttpRequest.Builder request) {
    HttpResponse<String> response = answer(request);
    assertThat(response.statusCode() / 100).as(response.body()).isEqualTo(2);
    return json(response);
  }

  private static JsonNode json(HttpResponse<String> response) {
    try {
      return JSON.readTree(response.body());
    } catch (IOException e) {
      throw new UncheckedIOException(response.body(), e);
    }
  }

  private HttpResponse<String> answer(HttpRequest.Builder request) {
    try {
      return client.send(
          request.timeout(Duration.ofSeconds(60)).build(), HttpResponse.BodyHandlers.ofString());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  URI uri() {
    return gateway.uri();
  }

  SharedNodes nodes() {
    return nodes;
  }

  /** Returns when the newest of the plain events was. */
  Instant end() {
    return end;
  }

  private KafkaProducer<byte[], byte[]> producer() {
    return new KafkaProducer<>(
        Map.of(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, nodes.kafka().bootstrapServers()),
        new ByteArraySerializer(),
        new ByteArraySerializer());
  }

  private static ProducerRecord<byte[], byte[]> record(String topic, String key, byte[] value) {
    return new ProducerRecord<>(topic, key.getBytes(UTF_8), value);
  }

  @Override
  public void close() {
    gateway.close();
    prometheus.close();
    pipeline.close();
  }
}
