package io.weir.harness.e2e.alerts;

import io.weir.harness.e2e.SharedNodes;
import io.weir.harness.e2e.SubmittedJob;
import io.weir.harness.e2e.delivery.KafkaTopic;
import io.weir.harness.node.FlinkCluster;
import io.weir.harness.node.FlinkYaml;
import io.weir.harness.node.HarnessLayout;
import io.weir.harness.node.JobSubmission;
import io.weir.harness.node.KafkaServers;
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
import java.util.concurrent.ConcurrentHashMap;
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
public final class AlertsPipeline implements AutoCloseable {
  private final KafkaServers kafka;
  private final FlinkCluster flink;
  private final String name;
  private final KafkaTopic metrics;
  private final KafkaTopic rules;
  private final KafkaTopic history;
  private final KafkaProducer<byte[], byte[]> producer;
  private final ScheduledExecutorService measuring = Executors.newSingleThreadScheduledExecutor();

  /** Services besides whose rate is high, and when that was first measured, or 0. */
  private final Map<String, Long> broken = new ConcurrentHashMap<>();

  private volatile double errorRate;
  private SubmittedJob job;

  AlertsPipeline(SharedNodes nodes, String name) {
    this(nodes.kafka(), nodes.flink(), name);
  }

  /**
   * @param name of topics and job
   */
  public AlertsPipeline(KafkaServers kafka, FlinkCluster flink, String name) {
    this.kafka = kafka;
    this.flink = flink;
    this.name = name;
    metrics = new KafkaTopic(kafka, name + "-metrics");
    rules = new KafkaTopic(kafka, name + "-rules");
    history = new KafkaTopic(kafka, name + "-history");
    Properties properties = new Properties();
    properties.put(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, kafka.bootstrapServers());
    producer =
        new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer());
  }

  /** Creates topics, writes a rule, submits the job and waits until it runs. */
  AlertsPipeline start(String rule, URI alertmanager) {
    return start(rule, alertmanager, kafka.bootstrapServers());
  }

  /**
   * The same with another address of Kafka for the job.
   *
   * @param rule as the gateway takes it
   */
  public AlertsPipeline start(String rule, URI alertmanager, String kafkaOfJob) {
    metrics.create(2);
    rules.create(1);
    history.create(1);
    new KafkaTopic(kafka, name + "-state").create(1);
    producer.send(
        new ProducerRecord<>(
            rules.name(),
            "errors".getBytes(StandardCharsets.UTF_8),
            rule.getBytes(StandardCharsets.UTF_8)));
    producer.flush();
    Map<String, String> options = new LinkedHashMap<>();
    options.put("kafka.bootstrap-servers", kafkaOfJob);
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
    Map<String, String> keys =
        new LinkedHashMap<>(
            FlinkYaml.read(HarnessLayout.find().flinkConf().resolve("alerts-job.yaml")));
    keys.put("pipeline.name", name);
    keys.put("parallelism.default", "1");
    keys.put("execution.checkpointing.interval", "2 s");
    keys.put("execution.checkpointing.min-pause", "500 ms");
    keys.put("restart-strategy.exponential-delay.initial-backoff", "200 ms");
    keys.put("restart-strategy.exponential-delay.max-backoff", "2 s");
    job =
        SubmittedJob.submit(
            flink,
            JobSubmission.of(HarnessLayout.find().jobsJar(), "io.weir.jobs.AlertsJob", arguments)
                .withFlinkConfiguration(keys));
    job.awaitRunning();
    measuring.scheduleAtFixedRate(this::measure, 0, 1, TimeUnit.SECONDS);
    return this;
  }

  /** Returns the job. */
  public SubmittedJob job() {
    return job;
  }

  /** Sets what is measured from now on. */
  public void errorRate(double value) {
    errorRate = value;
  }

  /** Has one more service measured, from now on, whose rate is too high from the first. */
  void breakDown(String service) {
    broken.put(service, 0L);
  }

  /** Returns when each of them was first measured, which is when its first point was produced. */
  Map<String, Long> brokenSinceMillis() {
    return Map.copyOf(broken);
  }

  private void measure() {
    measure("payments", errorRate);
    measure("search", 0);
    for (String service : broken.keySet()) {
      long now = measure(service, 0.05);
      broken.computeIfPresent(service, (same, since) -> since == 0 ? now : since);
    }
  }

  /** Returns the time of the point. */
  private long measure(String service, double rate) {
    long now = System.currentTimeMillis();
    MetricPoint point =
        new MetricPoint("http_error_rate", rate, now, Map.of("service", service), MetricType.GAUGE);
    // Keyed by the name, as everybody does: a partition that is written now and then holds all up.
    producer.send(
        new ProducerRecord<>(
            metrics.name(),
            point.metric().getBytes(StandardCharsets.UTF_8),
            MetricPointJson.encode(point)));
    return now;
  }

  /** Returns how many points were measured. */
  public long points() {
    return metrics.size();
  }

  /** Returns every transition so far, in order. */
  public List<AlertTransition> history() {
    List<AlertTransition> transitions = new ArrayList<>();
    history.read(record -> transitions.add(AlertStateJson.decodeTransition(record.value())));
    return transitions;
  }

  @Override
  public void close() {
    measuring.shutdownNow();
    producer.close(Duration.ofSeconds(5));
    if (job != null) {
      job.close();
    }
  }
}
