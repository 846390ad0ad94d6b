package io.weir.harness.e2e.alerts;

import static org.awaitility.Awaitility.await;

import io.weir.harness.e2e.SharedNodes;
import io.weir.harness.e2e.delivery.KafkaTopic;
import io.weir.harness.node.FlinkRest;
import io.weir.harness.node.FlinkYaml;
import io.weir.harness.node.HarnessLayout;
import io.weir.harness.node.JobSubmission;
import io.weir.model.alert.AlertTransition;
import io.weir.model.json.AlertStateJson;
import io.weir.model.json.MetricPointJson;
import io.weir.model.metric.MetricPoint;
import io.weir.model.metric.MetricType;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * The alerts job on the real cluster, submitted as a user does, with topics of its own, and
 * somebody who measures an error rate once a second. Closing it cancels the job.
 */
final class AlertsPipeline implements AutoCloseable {
  private final SharedNodes nodes;
  private final String name;
  private final KafkaTopic metrics;
  private final KafkaTopic rules;
  private final KafkaTopic history;
  private final KafkaProducer<byte[], byte[]> producer;
  private final ScheduledExecutorService measuring = Executors.newSingleThreadScheduledExecutor();
  private volatile double errorRate;
  private String jobId;

  AlertsPipeline(SharedNodes nodes, String name) {
    this.nodes = nodes;
    this.name = name;
    metrics = new KafkaTopic(nodes.kafka(), name + "-metrics");
    rules = new KafkaTopic(nodes.kafka(), name + "-rules");
    history = new KafkaTopic(nodes.kafka(), name + "-history");
    Properties properties = new Properties();
    properties.put(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, nodes.kafka().bootstrapServers());
    producer =
        new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer());
  }

  /** Creates topics, writes a rule, submits the job and waits until it runs. */
  AlertsPipeline start(String rule, URI alertmanager) {
    metrics.create(2);
    rules.create(1);
    history.create(1);
    new KafkaTopic(nodes.kafka(), name + "-state").create(1);
    producer.send(
        new ProducerRecord<>(
            rules.name(),
            "errors".getBytes(StandardCharsets.UTF_8),
            rule.getBytes(StandardCharsets.UTF_8)));
    producer.flush();
    Map<String, String> options = new LinkedHashMap<>();
    options.put("kafka.bootstrap-servers", nodes.kafka().bootstrapServers());
    options.put("alerts.metrics-topic", metrics.name());
    options.put("alerts.rules-topic", rules.name());
    options.put("alerts.state-topic", name + "-state");
    options.put("alerts.history-topic", history.name());
    options.put("alerts.group-id", name);
    options.put("alerts.out-of-order", "1 s");
    options.put("alertmanager.urls", alertmanager.toString());
    options.put("alerts.gateway-url", "https://weir.example.org");
    List<String> arguments = new ArrayList<>();
    options.forEach((key, value) -> arguments.addAll(List.of("--" + key, value)));
    Map<String, String> flink =
        new LinkedHashMap<>(
            FlinkYaml.read(HarnessLayout.find().flinkConf().resolve("alerts-job.yaml")));
    flink.put("pipeline.name", name);
    flink.put("parallelism.default", "1");
    flink.put("execution.checkpointing.interval", "2 s");
    flink.put("execution.checkpointing.min-pause", "500 ms");
    flink.put("restart-strategy.exponential-delay.initial-backoff", "200 ms");
    flink.put("restart-strategy.exponential-delay.max-backoff", "2 s");
    FlinkRest rest = nodes.flink().rest();
    jobId =
        rest.submit(
            JobSubmission.of(HarnessLayout.find().jobsJar(), "io.weir.jobs.AlertsJob", arguments)
                .withFlinkConfiguration(flink));
    await("job " + name + " runs")
        .atMost(Duration.ofSeconds(90))
        .until(() -> rest.allTasksRunning(jobId));
    measuring.scheduleAtFixedRate(this::measure, 0, 1, TimeUnit.SECONDS);
    return this;
  }

  /** Sets what is measured from now on. */
  void errorRate(double value) {
    errorRate = value;
  }

  private void measure() {
    for (String service : List.of("payments", "search")) {
      MetricPoint point =
          new MetricPoint(
              "http_error_rate",
              service.equals("payments") ? errorRate : 0,
              System.currentTimeMillis(),
              Map.of("service", service),
              MetricType.GAUGE);
      // Keyed by the name, as everybody does: a partition that is written now and then holds all
      // up.
      producer.send(
          new ProducerRecord<>(
              metrics.name(),
              point.metric().getBytes(StandardCharsets.UTF_8),
              MetricPointJson.encode(point)));
    }
  }

  String jobId() {
    return jobId;
  }

  /** Returns every transition so far, in order. */
  List<AlertTransition> history() {
    List<AlertTransition> transitions = new ArrayList<>();
    history.read(record -> transitions.add(AlertStateJson.decodeTransition(record.value())));
    return transitions;
  }

  @Override
  public void close() {
    measuring.shutdownNow();
    producer.close(Duration.ofSeconds(5));
    if (jobId != null) {
      nodes.flink().rest().cancel(jobId, Duration.ofSeconds(60));
    }
  }
}
