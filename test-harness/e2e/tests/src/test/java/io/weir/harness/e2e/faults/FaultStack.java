package io.weir.harness.e2e.faults;

import io.weir.harness.e2e.SharedNodes;
import io.weir.harness.e2e.logs.PipelineNodes;
import io.weir.harness.fault.HttpFaultProxy;
import io.weir.harness.fault.TcpFault;
import io.weir.harness.fault.TcpFaultProxy;
import io.weir.harness.node.ElasticsearchNode;
import io.weir.harness.node.FlinkCluster;
import io.weir.harness.node.FlinkRest;
import io.weir.harness.node.HarnessLayout;
import io.weir.harness.node.JobSummary;
import io.weir.harness.node.KafkaBroker;
import io.weir.harness.node.KafkaServers;
import io.weir.harness.node.NodeDirectories;
import io.weir.harness.node.NodeFiles;
import io.weir.harness.node.ObjectStore;
import io.weir.harness.node.TaskManagerMemory;
import io.weir.harness.node.ZooKeeperNode;
import io.weir.harness.process.ManagedProcess;
import io.weir.harness.process.Ports;
import io.weir.harness.stack.JobsTasks;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * Real processes with a fault proxy between the job and everything that it talks to. Checkpoints
 * are kept in the object store, as in production. Started once, shared by all scenarios; a scenario
 * mends what it breaks.
 */
final class FaultStack implements AutoCloseable {
  /** Bucket of the archives of all scenarios. */
  static final String ARCHIVE = "fault-archive";

  /** Bucket of the checkpoints. */
  static final String CHECKPOINTS = "fault-checkpoints";

  /** Room for the largest of the poison. */
  static final int MAX_MESSAGE_BYTES = 8 << 20;

  private static final Duration CANCEL = Duration.ofMinutes(1);

  private final Deque<AutoCloseable> started = new ArrayDeque<>();
  private final NodeDirectories directories;
  private final KafkaBroker kafka;
  private final TcpFaultProxy kafkaLine;
  private final ElasticsearchNode elasticsearch;
  private final HttpFaultProxy elasticsearchFront;
  private final ObjectStore objectStore;
  private final HttpFaultProxy objectStoreFront;
  private final FlinkCluster flink;

  /** Returns the stack of this JVM. It has the machine: the shared nodes are ended before. */
  static FaultStack of(SharedNodes nodes) {
    return nodes.guest(FaultStack.class, FaultStack::open);
  }

  private static FaultStack open(SharedNodes nodes) {
    try {
      nodes.close();
    } catch (Exception e) {
      throw new IllegalStateException("ending the shared nodes", e);
    }
    Path folder = Path.of("target", "fault-nodes").toAbsolutePath();
    NodeFiles.deleteFolder(folder);
    return new FaultStack(NodeDirectories.under(folder));
  }

  private FaultStack(NodeDirectories directories) {
    this.directories = directories;
    try {
      List<Integer> ports = Ports.free(1);
      kafkaLine = opened(new TcpFaultProxy(0, ports.get(0)));
      kafka =
          opened(
              KafkaBroker.builder(directories)
                  .setting("message.max.bytes", Integer.toString(MAX_MESSAGE_BYTES))
                  .secondListener(ports.get(0), kafkaLine.port())
                  .build());
      kafka.start();
      elasticsearch = opened(ElasticsearchNode.builder(directories).heapMegabytes(768).build());
      elasticsearch.start();
      elasticsearchFront = opened(new HttpFaultProxy(elasticsearch.uri()));
      objectStore = opened(ObjectStore.builder(directories).build());
      objectStore.start();
      objectStoreFront = opened(new HttpFaultProxy(objectStore.endpoint()));
      ZooKeeperNode zooKeeper = opened(ZooKeeperNode.builder(directories).build());
      zooKeeper.start();
      zooKeeper.awaitReady();
      objectStore.awaitReady();
      objectStore.createBucket(CHECKPOINTS);
      flink =
          opened(
              FlinkCluster.builder(directories)
                  .highAvailability(zooKeeper)
                  .objectStore(objectStore)
                  .configure("s3.endpoint", objectStoreFront.uri().toString())
                  .configure("execution.checkpointing.dir", "s3a://" + CHECKPOINTS + "/jobs")
                  .memory(new TaskManagerMemory(768, 64, 64, 512))
                  .slots(4)
                  .configure("restart-strategy.exponential-delay.initial-backoff", "200 ms")
                  .configure("restart-strategy.exponential-delay.max-backoff", "2 s")
                  .build());
      flink.start();
      flink.awaitReady();
      kafka.awaitReady();
      elasticsearch.awaitReady();
      new JobsTasks(HarnessLayout.find(), directories)
          .run(
              "InstallTemplates", List.of("--elasticsearch.hosts", elasticsearch.uri().toString()));
    } catch (RuntimeException e) {
      closeAll();
      throw e;
    }
  }

  private <T extends AutoCloseable> T opened(T node) {
    started.push(node);
    return node;
  }

  /** What a pipeline is built on: the job behind the proxies, the test not. */
  PipelineNodes pipelineNodes() {
    return pipelineNodes(kafka, "127.0.0.1:" + kafkaLine.port());
  }

  /** The same with another Kafka, without a proxy in front of it. */
  PipelineNodes pipelineNodes(KafkaServers other) {
    return pipelineNodes(other, other.bootstrapServers());
  }

  private PipelineNodes pipelineNodes(KafkaServers servers, String kafkaOfJob) {
    return new PipelineNodes(
        servers,
        kafkaOfJob,
        elasticsearch,
        elasticsearchFront.uri(),
        objectStore,
        flink,
        directories);
  }

  KafkaBroker kafka() {
    return kafka;
  }

  /** Between the job and Kafka. */
  TcpFaultProxy kafkaLine() {
    return kafkaLine;
  }

  ElasticsearchNode elasticsearch() {
    return elasticsearch;
  }

  /** Between the job and Elasticsearch. */
  HttpFaultProxy elasticsearchFront() {
    return elasticsearchFront;
  }

  ObjectStore objectStore() {
    return objectStore;
  }

  /** Between the Flink cluster and the object store. */
  HttpFaultProxy objectStoreFront() {
    return objectStoreFront;
  }

  FlinkCluster flink() {
    return flink;
  }

  NodeDirectories directories() {
    return directories;
  }

  /** Mends what a scenario that failed has left broken. */
  void mend() {
    elasticsearchFront.clear();
    objectStoreFront.clear();
    kafkaLine.set(TcpFault.NONE);
    List<ManagedProcess> processes = new ArrayList<>(flink.processes());
    processes.add(kafka.process());
    processes.add(elasticsearch.process());
    processes.add(objectStore.process());
    for (ManagedProcess process : processes) {
      if (!process.isRunning()) {
        process.start().awaitReady();
      }
    }
    liftBlocks();
    FlinkRest rest = flink.rest();
    for (JobSummary job : rest.jobs()) {
      if (!job.hasEnded()) {
        rest.cancel(job.id(), CANCEL);
      }
    }
  }

  /** Lets every index of Elasticsearch take writes again. */
  void liftBlocks() {
    set("/_cluster/settings", "{\"persistent\":{\"cluster.blocks.read_only_allow_delete\":null}}");
    set(
        "/logs-*/_settings?allow_no_indices=true",
        "{\"index.blocks.read_only_allow_delete\":null,\"index.blocks.write\":null}");
  }

  /** Changes settings of Elasticsearch. */
  void set(String path, String settings) {
    String unused = elasticsearch.send("PUT", path, settings);
  }

  /** The TaskManager: there is one. */
  ManagedProcess taskManager() {
    return flink.taskManagers().get(0);
  }

  @Override
  public void close() {
    closeAll();
    Figures.OF_THIS_RUN.report();
  }

  private void closeAll() {
    while (!started.isEmpty()) {
      try {
        started.pop().close();
      } catch (Exception e) {
        System.err.println("closing a part of the fault stack: " + e);
      }
    }
  }
}
