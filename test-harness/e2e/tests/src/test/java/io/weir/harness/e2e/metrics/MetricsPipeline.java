package io.weir.harness.e2e.metrics;

import io.weir.harness.e2e.SharedNodes;
import io.weir.harness.e2e.SubmittedJob;
import io.weir.harness.e2e.delivery.KafkaTopic;
import io.weir.harness.node.FlinkCluster;
import io.weir.harness.node.FlinkYaml;
import io.weir.harness.node.HarnessLayout;
import io.weir.harness.node.JobSubmission;
import io.weir.harness.node.KafkaServers;
import io.weir.harness.node.PrometheusNode;
import io.weir.model.json.MetricPointJson;
import io.weir.model.metric.MetricPoint;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * The metrics job on the real cluster, submitted as a user does, between a topic of its own and a
 * Prometheus. Closing it cancels the job.
 */
public final class MetricsPipeline implements AutoCloseable {
  private final KafkaServers kafka;
  private final FlinkCluster flink;
  private final String name;
  private final KafkaTopic metrics;
  private final KafkaProducer<byte[], byte[]> producer;
  private SubmittedJob job;

  MetricsPipeline(SharedNodes nodes, String name) {
    this(nodes.kafka(), nodes.flink(), name);
  }

  /**
   * @param name of topics and job
   */
  public MetricsPipeline(KafkaServers kafka, FlinkCluster flink, String name) {
    this.kafka = kafka;
    this.flink = flink;
    this.name = name;
    metrics = new KafkaTopic(kafka, name + "-metrics");
    Properties properties = new Properties();
    properties.put(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, kafka.bootstrapServers());
    properties.put(ProducerConfig.LINGER_MS_CONFIG, 5);
    producer =
        new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer());
  }

  /** Creates the topics, submits the job and waits until it runs. */
  MetricsPipeline start(PrometheusNode prometheus, int partitions, int parallelism) {
    return start(prometheus.remoteWriteUri(), partitions, parallelism, Map.of());
  }

  /**
   * The same with further options of the job.
   *
   * @param receiver takes remote writes
   */
  public MetricsPipeline start(
      URI receiver, int partitions, int parallelism, Map<String, String> more) {
    metrics.create(partitions);
    new KafkaTopic(kafka, name + "-dead-letters").create(1);
    Map<String, String> options = new LinkedHashMap<>();
    options.put("kafka.bootstrap-servers", kafka.bootstrapServers());
    options.put("metrics.topic", metrics.name());
    options.put("metrics.dead-letters-topic", name + "-dead-letters");
    options.put("metrics.group-id", name);
    options.put("prometheus.remote-write.url", receiver.toString());
    options.putAll(more);
    List<String> arguments = new ArrayList<>();
    options.forEach((key, value) -> arguments.addAll(List.of("--" + key, value)));
    Map<String, String> keys =
        new LinkedHashMap<>(
            FlinkYaml.read(HarnessLayout.find().flinkConf().resolve("metrics-job.yaml")));
    keys.put("pipeline.name", name);
    job =
        SubmittedJob.submit(
            flink,
            JobSubmission.of(HarnessLayout.find().jobsJar(), "io.weir.jobs.MetricsJob", arguments)
                .withParallelism(parallelism)
                .withFlinkConfiguration(keys));
    job.awaitRunning();
    return this;
  }

  /** Returns the job. */
  public SubmittedJob job() {
    return job;
  }

  /** Returns how many checkpoints the job has completed. */
  public long checkpoints() {
    return flink.rest().checkpoints(job.id()).completed();
  }

  /** Sends points as an agent does, keyed by metric, and waits for their acknowledgement. */
  public void send(List<MetricPoint> points) {
    for (MetricPoint point : points) {
      var unused =
          producer.send(
              new ProducerRecord<>(
                  metrics.name(),
                  point.metric().getBytes(StandardCharsets.UTF_8),
                  MetricPointJson.encode(point)));
    }
    producer.flush();
  }

  @Override
  public void close() {
    producer.close(Duration.ofSeconds(5));
    if (job != null) {
      job.close();
    }
  }
}
