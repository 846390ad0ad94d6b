package io.weir.harness.e2e.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.weir.harness.e2e.SharedNodes;
import io.weir.harness.node.ElasticsearchNode;
import io.weir.harness.node.GatewayProcess;
import io.weir.harness.node.HarnessLayout;
import io.weir.harness.node.KafkaBroker;
import io.weir.harness.node.PrometheusNode;
import io.weir.model.log.LogEvent;
import io.weir.model.log.LogLevel;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Runs every shell example of {@code docs/api.md}, as a reader of the page would. */
@ExtendWith(SharedNodes.class)
class ApiDocumentITCase {
  private static final Pattern EXAMPLE = Pattern.compile("```sh\n(.*?)```", Pattern.DOTALL);
  private static final String DOCUMENTED = "http://127.0.0.1:8080/";
  private static final String TOPIC = "gateway-document";
  private static final String POINTS = "gateway-document-points";
  private static final String RULES = "gateway-document-rules";
  private static final String DASHBOARDS = "gateway-document-dashboards";
  private static final String STATES = "gateway-document-states";
  private static final String HISTORY = "gateway-document-history";
  private static final String LETTERS = "gateway-document-dead-letters";

  @Test
  void everyExampleWorks(SharedNodes nodes, KafkaBroker kafka, ElasticsearchNode elasticsearch)
      throws Exception {
    try (Admin admin = kafka.admin()) {
      admin
          .createTopics(
              Stream.of(TOPIC, POINTS, RULES, DASHBOARDS, STATES, HISTORY, LETTERS)
                  .map(topic -> new NewTopic(topic, 1, (short) 1))
                  .toList())
          .all()
          .get(30, TimeUnit.SECONDS);
    }
    HotLogs logs = new HotLogs(elasticsearch, TOPIC).withTemplate();
    LogEvent event =
        logs.event(
            Instant.parse("2026-03-29T10:00:00Z"),
            1,
            "payments",
            "web-1",
            LogLevel.ERROR,
            "connection refused by card-processor",
            "{\"user_id\":42}");
    logs.index(List.of(event));
    PrometheusNode prometheus =
        PrometheusNode.builder(nodes.directories()).name("gateway-document-prometheus").build();
    GatewayProcess gateway =
        GatewayProcess.builder(nodes.directories())
            .name("gateway-document")
            .option("kafka.bootstrap-servers", kafka.bootstrapServers())
            .option("kafka.logs-topic", TOPIC)
            .option("kafka.metrics-topic", POINTS)
            .option("kafka.alert-rules-topic", RULES)
            .option("kafka.dashboards-topic", DASHBOARDS)
            .option("kafka.alert-state-topic", STATES)
            .option("kafka.alert-history-topic", HISTORY)
            .option("kafka.logs-dead-letters-topic", LETTERS)
            .option("prometheus.url", prometheus.uri().toString())
            .option("elasticsearch.hosts", elasticsearch.uri().toString())
            .build();
    try (prometheus;
        gateway) {
      prometheus.start();
      prometheus.awaitReady();
      gateway.start();
      gateway.awaitReady();
      // Ready means one role; every one is shown here.
      await()
          .atMost(Duration.ofSeconds(60))
          .until(() -> new Api(gateway).get("ready").path("status").asText().equals("ready"));
      List<String> answers = new ArrayList<>();
      Matcher examples = EXAMPLE.matcher(Files.readString(page()));
      while (examples.find()) {
        answers.add(run(examples.group(1).replace(DOCUMENTED, gateway.uri().toString())));
      }
      assertThat(answers).hasSizeGreaterThanOrEqualTo(18);
      assertThat(answers.get(0)).contains("\"accepted\":2").contains("\"missing_service\"");
      assertThat(answers.get(1)).contains("\"accepted\":1");
      assertThat(answers.get(2)).contains("\"accepted\":2").contains("\"invalid_value\"");
      assertThat(answers.get(3)).contains(event.eventId());
      assertThat(answers.get(4)).contains(event.eventId());
      assertThat(answers)
          .anySatisfy(answer -> assertThat(answer).contains("\"event\":{\"event_id\""))
          .anySatisfy(answer -> assertThat(answer).contains("\"datapoints\":[]"))
          .anySatisfy(answer -> assertThat(answer).contains("\"alert_id\":\"payments-errors\""))
          .anySatisfy(answer -> assertThat(answer).contains("\"would_fire\":false"))
          .anySatisfy(answer -> assertThat(answer).contains("\"title\":\"Payments\""));
      assertThat(answers.get(answers.size() - 1)).contains("openapi: 3.1.0");
    }
  }

  private static Path page() {
    return HarnessLayout.find().root().resolve("docs/api.md");
  }

  private static String run(String script) throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder("bash", "-euo", "pipefail", "-c", script)
            .redirectErrorStream(true)
            .start();
    process.getOutputStream().close();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).as(script).isTrue();
    assertThat(process.exitValue()).as(script + "\n" + output).isZero();
    return output;
  }
}
