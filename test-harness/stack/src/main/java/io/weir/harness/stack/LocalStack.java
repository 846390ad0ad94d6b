package io.weir.harness.stack;

import io.weir.harness.deploy.JobDeployment;
import io.weir.harness.measure.HostMetrics;
import io.weir.harness.measure.MetricShipper;
import io.weir.harness.measure.ProcessMetrics;
import io.weir.harness.measure.RunKinds;
import io.weir.harness.node.AlertmanagerNode;
import io.weir.harness.node.ElasticsearchNode;
import io.weir.harness.node.FlinkCluster;
import io.weir.harness.node.FlinkYaml;
import io.weir.harness.node.GatewayClient;
import io.weir.harness.node.GatewayProcess;
import io.weir.harness.node.HarnessLayout;
import io.weir.harness.node.JobSubmission;
import io.weir.harness.node.KafkaBroker;
import io.weir.harness.node.NodeDirectories;
import io.weir.harness.node.ObjectStore;
import io.weir.harness.node.PrometheusNode;
import io.weir.harness.node.PushgatewayNode;
import io.weir.harness.node.RsyslogNode;
import io.weir.harness.node.ServerNode;
import io.weir.harness.node.ZooKeeperNode;
import io.weir.harness.process.ManagedProcess;
import io.weir.harness.ship.LogShipper;
import io.weir.harness.ship.LogSource;
import io.weir.harness.ship.ShipperConfig;
import io.weir.sinks.pushgateway.RunReporter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Everything of Weir on this machine: starts in the order in which parts need each other, as much
 * as possible at the same time; watches; stops in reverse. Data and the jobs' places stay.
 */
public final class LocalStack implements AutoCloseable {
  public static final String TOPIC = "logs";
  public static final String METRICS_TOPIC = "metrics";
  public static final String BUCKET = "weir-archive";

  private static final Logger LOG = LoggerFactory.getLogger(LocalStack.class);

  private static final String ZOOKEEPER = "zookeeper";
  private static final String KAFKA = "kafka";
  private static final String ELASTICSEARCH = "elasticsearch";
  private static final String S3 = "s3proxy";
  private static final String FLINK = "flink";
  private static final String PROMETHEUS = "prometheus";
  private static final String PUSHGATEWAY = "pushgateway";
  private static final String ALERTMANAGER = "alertmanager";
  private static final String LOGS_JOB = "logs job";
  private static final String METRICS_JOB = "metrics job";
  private static final String LOG_METRICS_JOB = "log metrics job";
  private static final String ALERTS_JOB = "alerts job";
  private static final String GATEWAY = "gateway";
  private static final String SHIPPER = "log shipper";
  private static final String METRIC_SHIPPER = "metric shipper";

  /** What Prometheus itself asks: Flink's reporters, the gateway. */
  private static final String SCRAPED = "weir";

  /** What runs have reported, under the labels that they gave. */
  private static final String PUSHED = "pushed";

  private static final String TEMPLATES_TASK = "InstallTemplates";
  private static final String RETENTION_TASK = "DeleteExpiredIndices";

  private static final String ARCHIVE = BUCKET + "/logs";

  /** Two for each job, and one for an audit or a repair. */
  private static final int SLOTS = 9;

  /** The job decides by it what is too old to be indexed, the task what to delete. */
  private static final List<String> HOT_RETENTION = List.of("--retention.hot", "30 d");

  private static final Duration MEASURE_INTERVAL = Duration.ofSeconds(5);

  private final StackSettings settings;
  private final StatusBoard board =
      new StatusBoard(
          List.of(
              ZOOKEEPER,
              KAFKA,
              ELASTICSEARCH,
              S3,
              PROMETHEUS,
              PUSHGATEWAY,
              ALERTMANAGER,
              FLINK,
              LOGS_JOB,
              METRICS_JOB,
              LOG_METRICS_JOB,
              ALERTS_JOB,
              GATEWAY,
              SHIPPER,
              METRIC_SHIPPER));
  private final ZooKeeperNode zooKeeper;
  private final KafkaBroker kafka;
  private final ElasticsearchNode elasticsearch;
  private final ObjectStore objectStore;
  private final PrometheusNode prometheus;
  private final PushgatewayNode pushgateway;
  private final AlertmanagerNode alertmanager;
  private final FlinkCluster flink;
  private final GatewayProcess gateway;
  private final List<StackJob> jobs;
  private final JobsTasks tasks;
  private final Watchdog watchdog;
  private final ExecutorService starters =
      Executors.newCachedThreadPool(
          body -> {
            Thread thread = new Thread(body, "stack-start");
            thread.setDaemon(true);
            return thread;
          });
  private final Retention retention;
  private final ScheduledExecutorService retentionTimer =
      Executors.newSingleThreadScheduledExecutor(
          body -> {
            Thread thread = new Thread(body, "retention");
            thread.setDaemon(true);
            return thread;
          });

  /** Ships the files that a person named; null where there are none, or it is not wanted. */
  private final RsyslogNode rsyslog;

  private LogShipper shipper;
  private MetricShipper metricShipper;
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
    this.prometheus =
        PrometheusNode.builder(directories)
            .layout(layout)
            .port(ports.prometheus())
            .heapMegabytes(StackMemory.PROMETHEUS)
            .scrapeJob(SCRAPED)
            .scrapeJobOfOthers(PUSHED)
            .build();
    this.pushgateway =
        PushgatewayNode.builder(directories).layout(layout).port(ports.pushgateway()).build();
    this.alertmanager =
        AlertmanagerNode.builder(directories)
            .layout(layout)
            .port(ports.alertmanager())
            .config(alertmanagerConfig())
            .build();
    this.flink =
        FlinkCluster.builder(directories)
            .layout(layout)
            .restPort(ports.flink())
            .highAvailability(zooKeeper)
            .objectStore(objectStore)
            .jobManagerHeapMegabytes(StackMemory.JOB_MANAGER_HEAP)
            .memory(StackMemory.TASK_MANAGER)
            .slots(SLOTS)
            .build();
    this.gateway =
        GatewayProcess.builder(directories)
            .layout(layout)
            .port(ports.gateway())
            .option("kafka.bootstrap-servers", kafka.bootstrapServers())
            .option("kafka.logs-topic", TOPIC)
            .option("kafka.metrics-topic", METRICS_TOPIC)
            .option("prometheus.url", prometheus.uri().toString())
            .option("alerts.channels-file", channelsFile().toString())
            .option("alertmanager.url", alertmanager.uri().toString())
            .option("flink.url", flink.restUri().toString())
            .option("elasticsearch.hosts", elasticsearch.uri().toString())
            .option("archive.uri", "s3://" + ARCHIVE)
            .option("archive.s3.endpoint", objectStore.endpoint().toString())
            .option("archive.s3.path-style", "true")
            .option("archive.s3.access-key", ObjectStore.ACCESS_KEY)
            .option("archive.s3.secret-key", ObjectStore.SECRET_KEY)
            .build();
    // Stopped in this order: who writes a topic before who reads it.
    this.jobs =
        List.of(
            job(LOGS_JOB, "logs", "io.weir.jobs.LogsJob", this::logsJobArguments),
            job(
                LOG_METRICS_JOB,
                "log-metrics",
                "io.weir.jobs.LogMetricsJob",
                this::logMetricsJobArguments),
            job(METRICS_JOB, "metrics", "io.weir.jobs.MetricsJob", this::metricsJobArguments),
            job(ALERTS_JOB, "alerts", "io.weir.jobs.AlertsJob", this::alertsJobArguments));
    boolean foreign =
        settings.agent() == StackSettings.Agent.RSYSLOG && !settings.tails().isEmpty();
    this.rsyslog =
        foreign
            ? RsyslogNode.builder(directories)
                .layout(layout)
                .kafka(kafka.bootstrapServers(), TOPIC)
                .sources(settings.tails())
                .build()
            : null;
    this.tasks = new JobsTasks(layout, directories);
    this.watchdog = new Watchdog(board, messages);
    this.retention =
        new Retention(
            this::deleteExpiredIndices, settings.retentionFile(), Clock.systemUTC(), messages);
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

  public PrometheusNode prometheus() {
    return prometheus;
  }

  public AlertmanagerNode alertmanager() {
    return alertmanager;
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
    for (ServerNode node :
        List.of(
            zooKeeper, kafka, elasticsearch, objectStore, prometheus, pushgateway, alertmanager)) {
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
    CompletableFuture<Void> pushgatewayUp = step(PUSHGATEWAY, () -> startNode(pushgateway));
    CompletableFuture<Void> elasticsearchUp =
        step(ELASTICSEARCH, this::startElasticsearch, pushgatewayUp);
    CompletableFuture<Void> s3Up = step(S3, this::startObjectStore);
    CompletableFuture<Void> prometheusUp = step(PROMETHEUS, () -> startNode(prometheus));
    CompletableFuture<Void> alertmanagerUp = step(ALERTMANAGER, this::startAlertmanager);
    CompletableFuture<Void> flinkUp = step(FLINK, this::startFlink, zooKeeperUp);
    CompletableFuture<Void> logsJobUp =
        step(LOGS_JOB, () -> startJob(LOGS_JOB), flinkUp, kafkaUp, elasticsearchUp, s3Up);
    CompletableFuture<Void> metricsJobUp =
        step(METRICS_JOB, () -> startJob(METRICS_JOB), flinkUp, kafkaUp, prometheusUp);
    CompletableFuture<Void> logMetricsJobUp =
        step(LOG_METRICS_JOB, () -> startJob(LOG_METRICS_JOB), flinkUp, kafkaUp);
    CompletableFuture<Void> alertsJobUp =
        step(ALERTS_JOB, () -> startJob(ALERTS_JOB), flinkUp, kafkaUp);
    CompletableFuture<Void> gatewayUp = step(GATEWAY, this::startGateway, kafkaUp, elasticsearchUp);
    CompletableFuture<Void> shipperUp = step(SHIPPER, this::startShipper, kafkaUp);
    CompletableFuture<Void> metricShipperUp =
        step(METRIC_SHIPPER, this::startMetricShipper, kafkaUp);
    CompletableFuture<Void> scrapingUp =
        CompletableFuture.allOf(prometheusUp, pushgatewayUp, flinkUp)
            .thenRunAsync(this::scrapeComponents, starters);
    await(
        List.of(
            zooKeeperUp,
            kafkaUp,
            elasticsearchUp,
            s3Up,
            prometheusUp,
            pushgatewayUp,
            alertmanagerUp,
            flinkUp,
            logsJobUp,
            metricsJobUp,
            logMetricsJobUp,
            alertsJobUp,
            gatewayUp,
            shipperUp,
            metricShipperUp,
            scrapingUp));
    retention.schedule(retentionTimer, settings.retention());
  }

  /** Stops everything in reverse order, the jobs with savepoints. Data and places stay. */
  @Override
  public synchronized void close() {
    closing = true;
    watchdog.stop();
    retentionTimer.shutdownNow();
    starters.shutdownNow();
    stopShippers();
    forgetRuns();
    jobs.forEach(this::stopJob);
    // Without jobs they do not need each other, and each takes a second or two, the first time
    // longer: a JVM then keeps its classes for the next one.
    stopTogether(
        () -> stopNode(GATEWAY, gateway),
        this::stopFlink,
        () -> stopNode(KAFKA, kafka),
        () -> stopNode(ELASTICSEARCH, elasticsearch),
        () -> stopNode(S3, objectStore),
        () -> stopNode(PROMETHEUS, prometheus),
        () -> stopNode(PUSHGATEWAY, pushgateway),
        () -> stopNode(ALERTMANAGER, alertmanager));
    stopNode(ZOOKEEPER, zooKeeper);
  }

  private void stopFlink() {
    if (isStarted(FLINK)) {
      board.set(FLINK, Phase.STOPPING, "");
      flink.close();
      board.set(FLINK, Phase.STOPPED, "");
    }
  }

  private static void stopTogether(Runnable... stops) {
    ExecutorService threads = Executors.newFixedThreadPool(stops.length);
    try {
      CompletableFuture.allOf(
              Arrays.stream(stops)
                  .map(stop -> CompletableFuture.runAsync(stop, threads))
                  .toArray(CompletableFuture[]::new))
          .join();
    } finally {
      threads.shutdown();
    }
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
    arguments.addAll(reportTo());
    tasks.run(TEMPLATES_TASK, arguments);
  }

  /** What it does with alerts is made of the same channels that rules may name. */
  private void startAlertmanager() {
    tasks.run(
        "GenerateAlertmanagerConfig",
        List.of(
            "--channels.file",
            channelsFile().toString(),
            "--channels.alertmanager-config",
            alertmanagerConfig().toString()));
    startNode(alertmanager);
  }

  private Path channelsFile() {
    return settings.layout().root().resolve("k8s/base/alert-channels.yaml");
  }

  private Path alertmanagerConfig() {
    return settings.directories().data().resolve("alertmanager.yml");
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

  private StackJob job(
      String title, String name, String mainClass, Supplier<List<String>> arguments) {
    return new StackJob(
        title,
        new JobDeployment(name, flink, settings.deployments()),
        () ->
            JobSubmission.of(settings.layout().jobsJar(), mainClass, arguments.get())
                .withFlinkConfiguration(
                    FlinkYaml.read(settings.layout().flinkConf().resolve(name + "-job.yaml"))));
  }

  /**
   * What every job has of Kafka. A machine that was off for longer than Kafka keeps its input must
   * start all the same: the gap is counted and logged, where production would rather stop.
   */
  private List<String> kafkaArguments() {
    return new ArrayList<>(
        List.of(
            "--kafka.bootstrap-servers",
            kafka.bootstrapServers(),
            "--kafka.expired-offsets",
            "earliest"));
  }

  private List<String> logsJobArguments() {
    List<String> arguments = kafkaArguments();
    arguments.addAll(elasticsearchHosts());
    arguments.addAll(List.of("--archive.path", "s3a://" + ARCHIVE));
    arguments.addAll(HOT_RETENTION);
    return arguments;
  }

  private List<String> metricsJobArguments() {
    List<String> arguments = kafkaArguments();
    arguments.addAll(
        List.of(
            "--metrics.topic",
            METRICS_TOPIC,
            "--prometheus.remote-write.url",
            prometheus.remoteWriteUri().toString()));
    return arguments;
  }

  private List<String> logMetricsJobArguments() {
    List<String> arguments = kafkaArguments();
    arguments.addAll(List.of("--kafka.topics", TOPIC, "--metrics.topic", METRICS_TOPIC));
    // What a rule divides by log_events_total, to ask for the share of errors.
    arguments.addAll(
        List.of(
            "--extract.log_errors_total.query",
            "level:>=ERROR",
            "--extract.log_errors_total.tags",
            "service"));
    return arguments;
  }

  private List<String> alertsJobArguments() {
    List<String> arguments = kafkaArguments();
    arguments.addAll(
        List.of(
            "--alerts.metrics-topic",
            METRICS_TOPIC,
            "--alertmanager.urls",
            alertmanager.uri().toString(),
            "--alerts.gateway-url",
            gateway.uri().toString()));
    return arguments;
  }

  private void startJob(String title) {
    StackJob job =
        jobs.stream()
            .filter(candidate -> candidate.title().equals(title))
            .findFirst()
            .orElseThrow();
    board.set(title, Phase.READY, job.start().how());
  }

  private void startGateway() {
    startNode(gateway);
    board.set(GATEWAY, Phase.STARTING, "posting sample rules");
    Path marker = settings.deployments().folder().resolve("sample-rules");
    new SampleRules(new GatewayClient(gateway.uri()), marker).post();
  }

  /** Who shows metrics of itself: Prometheus fetches these, as it would in production. */
  private void scrapeComponents() {
    Map<String, Map<String, String>> targets = new TreeMap<>();
    flink
        .metricsPorts()
        .forEach((process, port) -> targets.put("127.0.0.1:" + port, Map.of("service", process)));
    targets.put(authority(gateway.uri()), Map.of("service", GATEWAY));
    prometheus.scrape(SCRAPED, targets);
    prometheus.scrape(PUSHED, Map.of(authority(pushgateway.uri()), Map.of("service", PUSHGATEWAY)));
  }

  private static String authority(URI uri) {
    return uri.getAuthority();
  }

  private void startMetricShipper() {
    String host = ShipperConfig.hostName();
    metricShipper =
        MetricShipper.start(
            kafka.bootstrapServers(),
            METRICS_TOPIC,
            List.of(new HostMetrics(host), new ProcessMetrics(host, this::processes)),
            MEASURE_INTERVAL);
    board.set(METRIC_SHIPPER, Phase.READY, "every " + MEASURE_INTERVAL.toSeconds() + " s");
  }

  private void startShipper() {
    List<LogSource> sources = new ArrayList<>(rsyslog == null ? settings.tails() : List.of());
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
    if (rsyslog != null) {
      startNode(rsyslog);
    }
    board.set(
        SHIPPER,
        Phase.READY,
        sources.size()
            + " files"
            + (rsyslog == null ? "" : ", and rsyslog for " + settings.tails().size()));
  }

  private List<String> reportTo() {
    return List.of("--report.pushgateway-url", pushgateway.uri().toString());
  }

  /** Runs of this stack end with it: their reports must not stand for those of the next one. */
  private void forgetRuns() {
    if (!pushgateway.process().isRunning()) {
      return;
    }
    RunReporter reports =
        new RunReporter(Optional.of(pushgateway.uri()), Clock.systemUTC(), LOG::warn);
    List.of(
            TEMPLATES_TASK,
            RETENTION_TASK,
            RunKinds.GENERATE,
            RunKinds.BENCH,
            "AuditJob",
            "RepairJob",
            "RedriveJob")
        .forEach(reports::forget);
  }

  private List<String> elasticsearchHosts() {
    return List.of("--elasticsearch.hosts", elasticsearch.uri().toString());
  }

  private void deleteExpiredIndices() {
    List<String> arguments = new ArrayList<>(elasticsearchHosts());
    arguments.addAll(HOT_RETENTION);
    arguments.addAll(reportTo());
    tasks.run(RETENTION_TASK, arguments);
  }

  private String address(String name) {
    return switch (name) {
      case ZOOKEEPER -> zooKeeper.connectString();
      case KAFKA -> kafka.bootstrapServers();
      case ELASTICSEARCH -> elasticsearch.uri().toString();
      case S3 -> objectStore.endpoint().toString();
      case FLINK -> flink.restUri().toString();
      case PROMETHEUS -> prometheus.uri().toString();
      case PUSHGATEWAY -> pushgateway.uri().toString();
      case ALERTMANAGER -> alertmanager.uri().toString();
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

  private void stopShippers() {
    if (rsyslog != null) {
      rsyslog.close();
    }
    if (shipper != null) {
      shipper.close();
      board.set(SHIPPER, Phase.STOPPED, "");
    }
    if (metricShipper != null) {
      metricShipper.close();
      board.set(METRIC_SHIPPER, Phase.STOPPED, "");
    }
  }

  private void stopJob(StackJob job) {
    if (!isStarted(job.title()) || !flink.jobManager().isRunning()) {
      return;
    }
    board.set(job.title(), Phase.STOPPING, "taking a savepoint");
    JobDeployment.Stop stop = job.deployment().stop();
    board.set(job.title(), stop.clean() ? Phase.STOPPED : Phase.FAILED, stop.how());
  }
}
