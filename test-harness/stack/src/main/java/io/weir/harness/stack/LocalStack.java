package io.weir.harness.stack;

import io.weir.harness.node.ElasticsearchNode;
import io.weir.harness.node.FlinkCluster;
import io.weir.harness.node.FlinkYaml;
import io.weir.harness.node.GatewayProcess;
import io.weir.harness.node.HarnessLayout;
import io.weir.harness.node.JobSubmission;
import io.weir.harness.node.KafkaBroker;
import io.weir.harness.node.NodeDirectories;
import io.weir.harness.node.ObjectStore;
import io.weir.harness.node.ServerNode;
import io.weir.harness.node.ZooKeeperNode;
import io.weir.harness.process.ManagedProcess;
import io.weir.harness.ship.LogShipper;
import io.weir.harness.ship.LogSource;
import io.weir.harness.ship.ShipperConfig;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Everything of Weir on this machine: starts in the order in which parts need each other, as much
 * as possible at the same time; watches; stops in reverse. Data and the jobs' places stay.
 */
public final class LocalStack implements AutoCloseable {
  public static final String TOPIC = "logs";
  public static final String BUCKET = "weir-archive";

  private static final Logger LOG = LoggerFactory.getLogger(LocalStack.class);

  private static final String ZOOKEEPER = "zookeeper";
  private static final String KAFKA = "kafka";
  private static final String ELASTICSEARCH = "elasticsearch";
  private static final String S3 = "s3proxy";
  private static final String FLINK = "flink";
  private static final String LOGS_JOB = "logs job";
  private static final String GATEWAY = "gateway";
  private static final String SHIPPER = "log shipper";

  private static final String LOGS_JOB_MAIN = "io.weir.jobs.LogsJob";
  private static final String ARCHIVE = BUCKET + "/logs";
  private static final Duration FIRST_RETENTION = Duration.ofMinutes(5);
  private static final Duration RETENTION_INTERVAL = Duration.ofHours(1);

  private final StackSettings settings;
  private final StatusBoard board =
      new StatusBoard(
          List.of(ZOOKEEPER, KAFKA, ELASTICSEARCH, S3, FLINK, LOGS_JOB, GATEWAY, SHIPPER));
  private final ZooKeeperNode zooKeeper;
  private final KafkaBroker kafka;
  private final ElasticsearchNode elasticsearch;
  private final ObjectStore objectStore;
  private final FlinkCluster flink;
  private final GatewayProcess gateway;
  private final JobDeployment logsJob;
  private final JobsTasks tasks;
  private final Watchdog watchdog;
  private final ExecutorService starters =
      Executors.newCachedThreadPool(
          body -> {
            Thread thread = new Thread(body, "stack-start");
            thread.setDaemon(true);
            return thread;
          });
  private final ScheduledExecutorService retention =
      Executors.newSingleThreadScheduledExecutor(
          body -> {
            Thread thread = new Thread(body, "retention");
            thread.setDaemon(true);
            return thread;
          });
  private LogShipper shipper;
  private volatile boolean closing;

  /**
   * @param settings where and on which ports
   * @param messages takes what a person should read: a process that ended, a job that did not stop
   */
  public LocalStack(StackSettings settings, Consumer<String> messages) {
    this.settings = settings;
    NodeDirectories directories = settings.directories();
    HarnessLayout layout = settings.layout();
    StackPorts ports = settings.ports();
    this.zooKeeper =
        ZooKeeperNode.builder(directories).layout(layout).port(ports.zooKeeper()).build();
    this.kafka =
        KafkaBroker.builder(directories)
            .layout(layout)
            .port(ports.kafka())
            .heapMegabytes(StackMemory.KAFKA_HEAP)
            .build();
    this.elasticsearch =
        ElasticsearchNode.builder(directories)
            .layout(layout)
            .port(ports.elasticsearch())
            .heapMegabytes(StackMemory.ELASTICSEARCH_HEAP)
            .build();
    this.objectStore = ObjectStore.builder(directories).layout(layout).port(ports.s3()).build();
    this.flink =
        FlinkCluster.builder(directories)
            .layout(layout)
            .restPort(ports.flink())
            .highAvailability(zooKeeper)
            .objectStore(objectStore)
            .jobManagerHeapMegabytes(StackMemory.JOB_MANAGER_HEAP)
            .memory(StackMemory.TASK_MANAGER)
            .build();
    this.gateway =
        GatewayProcess.builder(directories)
            .layout(layout)
            .port(ports.gateway())
            .option("kafka.bootstrap-servers", kafka.bootstrapServers())
            .option("kafka.logs-topic", TOPIC)
            .option("elasticsearch.hosts", elasticsearch.uri().toString())
            .option("archive.uri", "s3://" + ARCHIVE)
            .option("archive.s3.endpoint", objectStore.endpoint().toString())
            .option("archive.s3.path-style", "true")
            .option("archive.s3.access-key", ObjectStore.ACCESS_KEY)
            .option("archive.s3.secret-key", ObjectStore.SECRET_KEY)
            .build();
    this.logsJob =
        new JobDeployment("logs", flink, directories.data().resolve("deployments/logs.properties"));
    this.tasks = new JobsTasks(layout, directories);
    this.watchdog = new Watchdog(board, messages);
  }

  /** The state of every component, while it starts and later. */
  public StatusBoard board() {
    return board;
  }

  public KafkaBroker kafka() {
    return kafka;
  }

  public ElasticsearchNode elasticsearch() {
    return elasticsearch;
  }

  public ObjectStore objectStore() {
    return objectStore;
  }

  public FlinkCluster flink() {
    return flink;
  }

  public GatewayProcess gateway() {
    return gateway;
  }

  /** Every process, in the order of start. */
  public List<ManagedProcess> processes() {
    List<ManagedProcess> processes = new ArrayList<>();
    for (ServerNode node : List.of(zooKeeper, kafka, elasticsearch, objectStore)) {
      processes.add(node.process());
    }
    processes.addAll(flink.processes());
    processes.add(gateway.process());
    return processes;
  }

  /**
   * Starts everything and waits until all of it works and the logs job runs.
   *
   * @throws io.weir.harness.process.ProcessFailedException for the first part that fails; what was
   *     started stays up until {@link #close}
   */
  public void start() {
    CompletableFuture<Void> zooKeeperUp = step(ZOOKEEPER, () -> startNode(zooKeeper));
    CompletableFuture<Void> kafkaUp = step(KAFKA, this::startKafka);
    CompletableFuture<Void> elasticsearchUp = step(ELASTICSEARCH, this::startElasticsearch);
    CompletableFuture<Void> s3Up = step(S3, this::startObjectStore);
    CompletableFuture<Void> flinkUp = step(FLINK, this::startFlink, zooKeeperUp);
    CompletableFuture<Void> jobUp =
        step(LOGS_JOB, this::startLogsJob, flinkUp, kafkaUp, elasticsearchUp, s3Up);
    CompletableFuture<Void> gatewayUp =
        step(GATEWAY, () -> startNode(gateway), kafkaUp, elasticsearchUp);
    CompletableFuture<Void> shipperUp = step(SHIPPER, this::startShipper, kafkaUp);
    await(
        List.of(zooKeeperUp, kafkaUp, elasticsearchUp, s3Up, flinkUp, jobUp, gatewayUp, shipperUp));
    retention.scheduleWithFixedDelay(
        this::deleteExpiredIndices,
        FIRST_RETENTION.toSeconds(),
        RETENTION_INTERVAL.toSeconds(),
        TimeUnit.SECONDS);
  }

  /** Stops everything in reverse order, the job with a savepoint. Data and places stay. */
  @Override
  public synchronized void close() {
    closing = true;
    watchdog.stop();
    retention.shutdownNow();
    starters.shutdownNow();
    stopShipper();
    stopNode(GATEWAY, gateway);
    stopLogsJob();
    if (isStarted(FLINK)) {
      board.set(FLINK, Phase.STOPPING, "");
      flink.close();
      board.set(FLINK, Phase.STOPPED, "");
    }
    // They do not need each other, and each takes a second or two.
    CompletableFuture.allOf(
            CompletableFuture.runAsync(() -> stopNode(KAFKA, kafka)),
            CompletableFuture.runAsync(() -> stopNode(ELASTICSEARCH, elasticsearch)),
            CompletableFuture.runAsync(() -> stopNode(S3, objectStore)))
        .join();
    stopNode(ZOOKEEPER, zooKeeper);
  }

  private void startNode(ServerNode node) {
    node.start();
    node.awaitReady();
    watchdog.watch(node.process());
  }

  private void startKafka() {
    startNode(kafka);
    board.set(KAFKA, Phase.STARTING, "creating topics");
    tasks.run("CreateTopics", List.of("--kafka.bootstrap-servers", kafka.bootstrapServers()));
  }

  private void startElasticsearch() {
    startNode(elasticsearch);
    board.set(ELASTICSEARCH, Phase.STARTING, "installing templates");
    List<String> arguments = new ArrayList<>(elasticsearchHosts());
    // A single node has no place for a copy.
    arguments.addAll(List.of("--templates.replicas", "0"));
    tasks.run("InstallTemplates", arguments);
  }

  private void startObjectStore() {
    startNode(objectStore);
    objectStore.createBucket(BUCKET);
  }

  private void startFlink() {
    flink.start();
    flink.awaitReady();
    flink.processes().forEach(watchdog::watch);
  }

  private void startLogsJob() {
    Path configuration = settings.layout().flinkConf().resolve("logs-job.yaml");
    List<String> arguments = new ArrayList<>();
    arguments.addAll(List.of("--kafka.bootstrap-servers", kafka.bootstrapServers()));
    arguments.addAll(elasticsearchHosts());
    arguments.addAll(List.of("--archive.path", "s3a://" + ARCHIVE));
    JobDeployment.Outcome outcome =
        logsJob.deploy(
            JobSubmission.of(settings.layout().jobsJar(), LOGS_JOB_MAIN, arguments)
                .withFlinkConfiguration(FlinkYaml.read(configuration)));
    board.set(LOGS_JOB, Phase.READY, outcome.how());
  }

  private void startShipper() {
    List<LogSource> sources = new ArrayList<>(settings.tails());
    // Each component by name: this program's own log must not be among them.
    for (ManagedProcess process : processes()) {
      sources.add(LogSource.of(process.name(), process.logFile()));
    }
    try {
      shipper =
          LogShipper.start(
              ShipperConfig.ofThisMachine(
                  kafka.bootstrapServers(),
                  TOPIC,
                  settings.directories().data().resolve("shipper.positions"),
                  sources));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    board.set(SHIPPER, Phase.READY, sources.size() + " files");
  }

  private List<String> elasticsearchHosts() {
    return List.of("--elasticsearch.hosts", elasticsearch.uri().toString());
  }

  private void deleteExpiredIndices() {
    try {
      tasks.run("DeleteExpiredIndices", elasticsearchHosts());
    } catch (RuntimeException e) {
      LOG.warn("Expired indices were not deleted; tried again in an hour", e);
    }
  }

  private String address(String name) {
    return switch (name) {
      case ZOOKEEPER -> zooKeeper.connectString();
      case KAFKA -> kafka.bootstrapServers();
      case ELASTICSEARCH -> elasticsearch.uri().toString();
      case S3 -> objectStore.endpoint().toString();
      case FLINK -> flink.restUri().toString();
      case GATEWAY -> gateway.uri().toString();
      default -> "";
    };
  }

  private CompletableFuture<Void> step(
      String name, Runnable body, CompletableFuture<?>... prerequisites) {
    return CompletableFuture.allOf(prerequisites)
        .thenRunAsync(
            () -> {
              board.set(name, Phase.STARTING, "");
              try {
                body.run();
                if (!address(name).isEmpty()) {
                  board.set(name, Phase.READY, address(name));
                }
              } catch (RuntimeException e) {
                if (!closing) {
                  board.set(name, Phase.FAILED, String.valueOf(e.getMessage()));
                }
                throw e;
              }
            },
            starters);
  }

  /** Returns at the first failure, without waiting for what else still starts. */
  private static void await(List<CompletableFuture<Void>> steps) {
    CompletableFuture<Void> failed = new CompletableFuture<>();
    for (CompletableFuture<Void> step : steps) {
      step.whenComplete(
          (nothing, failure) -> {
            if (failure != null) {
              failed.completeExceptionally(failure);
            }
          });
    }
    CompletableFuture<Void> all = CompletableFuture.allOf(steps.toArray(CompletableFuture[]::new));
    try {
      CompletableFuture.anyOf(all, failed).join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      throw e;
    }
  }

  private boolean isStarted(String name) {
    return board.phase(name) != Phase.WAITING;
  }

  private void stopNode(String name, ServerNode node) {
    if (isStarted(name)) {
      board.set(name, Phase.STOPPING, "");
      node.close();
      board.set(name, Phase.STOPPED, "");
    }
  }

  private void stopShipper() {
    if (shipper != null) {
      shipper.close();
      board.set(SHIPPER, Phase.STOPPED, "");
    }
  }

  private void stopLogsJob() {
    if (!isStarted(LOGS_JOB) || !flink.jobManager().isRunning()) {
      return;
    }
    board.set(LOGS_JOB, Phase.STOPPING, "taking a savepoint");
    JobDeployment.Stop stop = logsJob.stop();
    board.set(LOGS_JOB, stop.clean() ? Phase.STOPPED : Phase.FAILED, stop.how());
  }
}
