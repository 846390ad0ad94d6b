package io.weir.harness.bench;

import io.weir.harness.node.ElasticsearchNode;
import io.weir.harness.node.FlinkCluster;
import io.weir.harness.node.FlinkYaml;
import io.weir.harness.node.GatewayProcess;
import io.weir.harness.node.HarnessLayout;
import io.weir.harness.node.JobSubmission;
import io.weir.harness.node.KafkaBroker;
import io.weir.harness.node.NodeDirectories;
import io.weir.harness.node.ObjectStore;
import io.weir.harness.node.TaskManagerMemory;
import io.weir.harness.process.ManagedProcess;
import io.weir.harness.stack.JobsTasks;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;

/**
 * The real processes under measurement: of the bench's own, on free ports, in a folder of its own.
 */
final class BenchNodes implements AutoCloseable {
  static final String BUCKET = "weir-bench";
  static final String DEAD_LETTERS = "bench-dead-letters";

  private final HarnessLayout layout = HarnessLayout.find();
  private final NodeDirectories directories;
  private final KafkaBroker kafka;
  private final ElasticsearchNode elasticsearch;
  private final ObjectStore objectStore;
  private final FlinkCluster flink;
  private final GatewayProcess gateway;

  /**
   * Describes the processes; {@link #start} starts them.
   *
   * @param elasticsearchHeap in MiB
   */
  BenchNodes(Path folder, int elasticsearchHeap) {
    directories = NodeDirectories.under(folder);
    kafka = KafkaBroker.builder(directories).layout(layout).heapMegabytes(512).build();
    elasticsearch =
        ElasticsearchNode.builder(directories)
            .layout(layout)
            .heapMegabytes(elasticsearchHeap)
            .build();
    objectStore = ObjectStore.builder(directories).layout(layout).build();
    flink =
        FlinkCluster.builder(directories)
            .layout(layout)
            .objectStore(objectStore)
            .memory(new TaskManagerMemory(1024, 32, 64, 256))
            // How far the job is, is read from its metrics: they must not be 10 s old.
            .configure("metrics.fetcher.update-interval", "200 ms")
            .build();
    gateway =
        GatewayProcess.builder(directories)
            .layout(layout)
            .option("kafka.bootstrap-servers", kafka.bootstrapServers())
            .option("kafka.logs-topic", "bench")
            .option("elasticsearch.hosts", elasticsearch.uri().toString())
            .option("archive.uri", "s3://" + BUCKET + "/logs")
            .option("archive.s3.endpoint", objectStore.endpoint().toString())
            .option("archive.s3.path-style", "true")
            .option("archive.s3.access-key", ObjectStore.ACCESS_KEY)
            .option("archive.s3.secret-key", ObjectStore.SECRET_KEY)
            .build();
  }

  /** Starts everything but the gateway, creates the bucket, installs the templates. */
  void start() {
    kafka.start();
    elasticsearch.start();
    objectStore.start();
    flink.start();
    kafka.awaitReady();
    elasticsearch.awaitReady();
    objectStore.awaitReady();
    flink.awaitReady();
    objectStore.createBucket(BUCKET);
    // A single node has no place for a copy, but counts it among the 1,000 shards that it may hold.
    new JobsTasks(layout, directories)
        .run(
            "InstallTemplates",
            List.of(
                "--elasticsearch.hosts",
                elasticsearch.uri().toString(),
                "--templates.replicas",
                "0"));
  }

  KafkaBroker kafka() {
    return kafka;
  }

  ElasticsearchNode elasticsearch() {
    return elasticsearch;
  }

  ObjectStore objectStore() {
    return objectStore;
  }

  FlinkCluster flink() {
    return flink;
  }

  GatewayProcess gateway() {
    return gateway;
  }

  /** Returns every process that has been started. */
  List<ManagedProcess> processes() {
    List<ManagedProcess> processes = new ArrayList<>();
    processes.add(kafka.process());
    processes.add(elasticsearch.process());
    processes.add(objectStore.process());
    processes.addAll(flink.processes());
    if (gateway.process().isRunning()) {
      processes.add(gateway.process());
    }
    return processes;
  }

  /** Creates a topic as production has it. */
  void createTopic(String topic, int partitions) {
    try (Admin admin = kafka.admin()) {
      admin
          .createTopics(
              List.of(
                  new NewTopic(topic, partitions, (short) 1)
                      .configs(Map.of("message.timestamp.type", "LogAppendTime"))))
          .all()
          .get(60, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("creating topic " + topic, e);
    } catch (ExecutionException | TimeoutException e) {
      throw new IllegalStateException("creating topic " + topic, e);
    }
  }

  /**
   * Submits the logs job with its own Flink configuration.
   *
   * @param stores value of {@code logs.stores}
   * @param more further options of the job, key and value in turn
   * @return Flink's id of the job
   */
  String submitLogsJob(
      String topic, String stores, int parallelism, Map<String, String> flinkKeys, String... more) {
    List<String> arguments = new ArrayList<>();
    arguments.addAll(List.of("--kafka.bootstrap-servers", kafka.bootstrapServers()));
    arguments.addAll(List.of("--kafka.topics", topic));
    arguments.addAll(List.of("--logs.stores", stores));
    arguments.addAll(List.of("--dead-letters.topic", DEAD_LETTERS));
    arguments.addAll(List.of("--elasticsearch.hosts", elasticsearch.uri().toString()));
    arguments.addAll(List.of("--archive.path", "s3a://" + BUCKET + "/logs"));
    arguments.addAll(List.of(more));
    Map<String, String> keys =
        new java.util.TreeMap<>(FlinkYaml.read(layout.flinkConf().resolve("logs-job.yaml")));
    keys.putAll(flinkKeys);
    return flink
        .rest()
        .submit(
            JobSubmission.of(layout.jobsJar(), "io.weir.jobs.LogsJob", arguments)
                .withParallelism(parallelism)
                .withFlinkConfiguration(keys));
  }

  /** Deletes every log index, by name: clusters refuse wildcards there. */
  void deleteIndices() {
    for (var index : elasticsearch.get("/_cat/indices/logs-*?format=json&h=index")) {
      elasticsearch.send("DELETE", "/" + index.path("index").asText(), "");
    }
  }

  @Override
  public void close() {
    gateway.close();
    flink.close();
    objectStore.close();
    elasticsearch.close();
    kafka.close();
  }
}
