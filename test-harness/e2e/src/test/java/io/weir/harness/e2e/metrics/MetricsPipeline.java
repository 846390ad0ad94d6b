package io.weir.harness.e2e.metrics;

import static org.awaitility.Awaitility.await;

import io.weir.harness.e2e.SharedNodes;
import io.weir.harness.e2e.delivery.KafkaTopic;
import io.weir.harness.node.FlinkRest;
import io.weir.harness.node.FlinkYaml;
import io.weir.harness.node.HarnessLayout;
import io.weir.harness.node.JobSubmission;
import io.weir.harness.node.PrometheusNode;
import io.weir.model.json.MetricPointJson;
import io.weir.model.metric.MetricPoint;
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
final class MetricsPipeline implements AutoCloseable {
  private final SharedNodes nodes;
  private final String name;
  private final KafkaTopic metrics;
  private final KafkaProducer<byte[], byte[]> producer;
  private String jobId;

  MetricsPipeline(SharedNodes nodes, String name) {
    this.nodes = nodes;
    this.name = name;
    metrics = new KafkaTopic(nodes.kafka(), name + "-metrics");
    Properties properties = new Properties();
    properties.put(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, nodes.kafka().bootstrapServers());
    properties.put(ProducerConfig.LINGER_MS_CONFIG, 5);
    producer =
        new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer());
  }

  /** Creates the topics, submits the job and waits until it runs. */
  MetricsPipeline start(PrometheusNode prometheus, int partitions, int parallelism) {
    return start(prometheus, partitions, parallelism, Map.of());
  }

  /** The same with further options of the job. */
  MetricsPipeline start(
      PrometheusNode prometheus, int partitions, int parallelism, Map<String, String> more) {
    metrics.create(partitions);
    new KafkaTopic(nodes.kafka(), name + "-dead-letters").create(1);
    Map<String, String> options = new LinkedHashMap<>();
    options.put("kafka.bootstrap-servers", nodes.kafka().bootstrapServers());
    options.put("metrics.topic", metrics.name());
    options.put("metrics.dead-letters-topic", name + "-dead-letters");
    options.put("metrics.group-id", name);
    options.put("prometheus.remote-write.url", prometheus.remoteWriteUri().toString());
    options.putAll(more);
    List<String> arguments = new ArrayList<>();
    options.forEach((key, value) -> arguments.addAll(List.of("--" + key, value)));
    Map<String, String> flink =
        new LinkedHashMap<>(
            FlinkYaml.read(HarnessLayout.find().flinkConf().resolve("metrics-job.yaml")));
    flink.put("pipeline.name", name);
    FlinkRest rest = nodes.flink().rest();
    jobId =
        rest.submit(
            JobSubmission.of(HarnessLayout.find().jobsJar(), "io.weir.jobs.MetricsJob", arguments)
                .withParallelism(parallelism)
                .withFlinkConfiguration(flink));
    awaitRunning();
    return this;
  }

  void awaitRunning() {
    FlinkRest rest = nodes.flink().rest();
    await("job " + name + " runs")
        .atMost(Duration.ofSeconds(90))
        .until(() -> rest.allTasksRunning(jobId));
  }

  /** Returns how many checkpoints the job has completed. */
  long checkpoints() {
    return nodes.flink().rest().checkpoints(jobId).completed();
  }

  /** Sends points as an agent does, keyed by metric, and waits for their acknowledgement. */
  void send(List<MetricPoint> points) {
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
    if (jobId != null) {
      nodes.flink().rest().cancel(jobId, Duration.ofSeconds(60));
    }
  }
}
