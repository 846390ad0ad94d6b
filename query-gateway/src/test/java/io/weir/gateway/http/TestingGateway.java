package io.weir.gateway.http;

import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.weir.gateway.Dependency;
import io.weir.gateway.Readiness;
import io.weir.gateway.RolePool;
import io.weir.gateway.TestingClock;
import io.weir.gateway.alerts.AlertTestService;
import io.weir.gateway.alerts.ChannelCheck;
import io.weir.gateway.alerts.TestingAlertStates;
import io.weir.gateway.auth.Authenticator;
import io.weir.gateway.auth.BearerTokens;
import io.weir.gateway.auth.KeyAuthenticator;
import io.weir.gateway.auth.KeyFile;
import io.weir.gateway.auth.oidc.OidcAuthenticator;
import io.weir.gateway.config.GatewayConfig;
import io.weir.gateway.config.Role;
import io.weir.gateway.config.TestingConfig;
import io.weir.gateway.documents.DocumentKind;
import io.weir.gateway.documents.DocumentService;
import io.weir.gateway.documents.RandomIds;
import io.weir.gateway.documents.TestingDocumentStore;
import io.weir.gateway.ingest.BodyReader;
import io.weir.gateway.ingest.IngestService;
import io.weir.gateway.ingest.LogBodyReader;
import io.weir.gateway.ingest.LogIntake;
import io.weir.gateway.ingest.MemoryBudget;
import io.weir.gateway.ingest.MetricBodyReader;
import io.weir.gateway.ingest.ProducerIds;
import io.weir.gateway.ingest.RemoteWriteReader;
import io.weir.gateway.ingest.TestingPublisher;
import io.weir.gateway.operation.AlertHistory;
import io.weir.gateway.operation.DeadLetters;
import io.weir.gateway.operation.FlinkJobs;
import io.weir.gateway.operation.Silences;
import io.weir.gateway.operation.TestingRecordTail;
import io.weir.gateway.otlp.OtlpLogReader;
import io.weir.gateway.otlp.OtlpMetricReader;
import io.weir.gateway.prometheus.PrometheusClient;
import io.weir.gateway.prometheus.PrometheusMetricStore;
import io.weir.gateway.prometheus.TestingPrometheus;
import io.weir.gateway.search.ContextService;
import io.weir.gateway.search.FacetService;
import io.weir.gateway.search.HistogramService;
import io.weir.gateway.search.SearchService;
import io.weir.gateway.search.TestingLogStore;
import io.weir.gateway.segments.SegmentService;
import io.weir.gateway.series.MetricQueryService;
import io.weir.gateway.tail.PartitionLocator;
import io.weir.gateway.tail.StreamLimiter;
import io.weir.gateway.tail.TailService;
import io.weir.gateway.tail.TestingLogTopic;
import io.weir.gateway.tail.TestingTailMeter;
import io.weir.gateway.upstream.JsonUpstream;
import io.weir.model.alert.AlertRule;
import io.weir.model.log.JsonLogParser;
import io.weir.model.log.LogLimits;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.Consumer;
import java.util.function.Function;

/** A gateway over real HTTP in front of stores in memory. */
public final class TestingGateway implements AutoCloseable {
  public final TestingLogStore store = new TestingLogStore();
  public final TestingPublisher publisher = new TestingPublisher();
  public final TestingPublisher points = new TestingPublisher();
  public final TestingPrometheus prometheus = new TestingPrometheus();
  public final TestingDocumentStore rules = new TestingDocumentStore();
  public final TestingDocumentStore dashboards = new TestingDocumentStore();
  public final TestingAlertStates states = new TestingAlertStates();
  public final TestingRecordTail newest = new TestingRecordTail();
  public final TestingClock clock = new TestingClock("2026-03-29T10:10:00Z");
  public final TestingLogTopic log = new TestingLogTopic(3);
  public final TestingTailMeter tailMeter = new TestingTailMeter();
  public final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  public final MemoryBudget budget;
  public final TestingDependency kafka = new TestingDependency("kafka", Role.INGEST);
  public final TestingDependency elasticsearch =
      new TestingDependency("elasticsearch", Role.SEARCH);
  public final TestingDependency prometheusUp = new TestingDependency("prometheus", Role.METRICS);
  public final TestingDependency logTopic = new TestingDependency("kafka-tail", Role.TAIL);
  public final TestingDependency topics = new TestingDependency("kafka-alert-rules", Role.RULES);

  private final RolePool ingestPool;
  private final RolePool searchPool;
  private final RolePool tailPool;
  private final RolePool metricsPool;
  private final RolePool rulesPool;
  private final GatewayVertx loops;
  private final PrometheusClient client;
  private final SegmentService segments;
  private final TailService tail;
  private final Readiness readiness;
  private final GatewayServer server;
  private Optional<KeyAuthenticator> keys = Optional.empty();

  /** Starts with the defaults and some {@code key, value, ...} changed. */
  public TestingGateway(String... keysAndValues) {
    List<String> settings = new ArrayList<>(List.of("prometheus.url", prometheus.uri().toString()));
    settings.addAll(List.of(keysAndValues));
    GatewayConfig config = TestingConfig.with(settings.toArray(String[]::new));
    loops = GatewayVertx.start(config.http(), registry);
    client =
        new PrometheusClient(loops.vertx(), config.prometheus(), config.metrics().maxConcurrent());
    budget = new MemoryBudget(config.ingest().maxInFlightBytes());
    ingestPool = new RolePool("ingest", config.ingest().threads(), config.ingest().maxQueued());
    searchPool =
        new RolePool("search", config.search().maxConcurrent(), config.search().maxQueued());
    tailPool = new RolePool("tail", config.tail().threads(), config.tail().maxSubscribers());
    tail =
        TailService.start(
            log,
            new PartitionLocator(config.ingest().partitionSets(), false),
            config.tail().limits(),
            tailMeter,
            clock,
            bound -> 0);
    metricsPool =
        new RolePool("metrics", config.metrics().maxConcurrent(), config.metrics().maxQueued());
    rulesPool = new RolePool("rules", config.rules().threads(), config.rules().maxQueued());
    segments = new SegmentService(store, Optional.empty(), config.archive(), clock);
    readiness =
        new Readiness(
            config.roles(), List.of(kafka, elasticsearch, logTopic, prometheusUp, topics), clock);
    server =
        GatewayServer.start(
            config,
            loops,
            new GatewayServer.Roles(
                on(config, Role.INGEST, this::ingest),
                on(config, Role.SEARCH, this::search),
                on(config, Role.TAIL, this::tail),
                on(config, Role.METRICS, this::metrics),
                on(config, Role.RULES, this::rules)),
            new BearerTokens(authenticators(config)),
            readiness,
            registry);
  }

  private List<Authenticator> authenticators(GatewayConfig config) {
    keys =
        config
            .auth()
            .keysFile()
            .map(file -> new KeyAuthenticator(new KeyFile(file), config.auth().limits(), clock));
    List<Authenticator> authenticators = new ArrayList<>();
    keys.ifPresent(authenticators::add);
    config
        .auth()
        .oidc()
        .map(
            settings ->
                new OidcAuthenticator(loops.vertx(), settings, config.auth().limits(), clock))
        .ifPresent(authenticators::add);
    return authenticators;
  }

  private static <T> Optional<T> on(
      GatewayConfig config, Role role, Function<GatewayConfig, T> create) {
    return config.roles().contains(role) ? Optional.of(create.apply(config)) : Optional.empty();
  }

  private GatewayServer.IngestRole ingest(GatewayConfig config) {
    GatewayConfig.Ingest limits = config.ingest();
    ProducerIds ids = new ProducerIds(clock, new Random(1)::nextLong);
    LogIntake intake = new LogIntake(() -> new JsonLogParser(LogLimits.DEFAULT), limits, clock);
    Function<BodyReader, IngestService> events =
        reader -> new IngestService(publisher, reader, budget, limits);
    Function<BodyReader, IngestService> samples =
        reader -> new IngestService(points, reader, budget, limits);
    return new GatewayServer.IngestRole(
        new IngestServices(
            events.apply(new LogBodyReader(intake, ids, limits)),
            samples.apply(new MetricBodyReader(limits)),
            samples.apply(new RemoteWriteReader(limits)),
            new OtlpServices(
                events.apply(OtlpLogReader.protobuf(intake, ids, limits)),
                events.apply(OtlpLogReader.json(intake, ids, limits)),
                samples.apply(OtlpMetricReader.protobuf(limits)),
                samples.apply(OtlpMetricReader.json(limits)))),
        budget,
        ingestPool);
  }

  private GatewayServer.SearchRole search(GatewayConfig config) {
    return new GatewayServer.SearchRole(
        new SearchServices(
            new SearchService(store, config.search(), clock),
            new HistogramService(store, config.search(), clock),
            new FacetService(store, config.elasticsearch().promoted(), config.search(), clock),
            new ContextService(store, config.search(), clock),
            segments),
        searchPool);
  }

  private GatewayServer.TailRole tail(GatewayConfig config) {
    return new GatewayServer.TailRole(
        tail,
        new StreamLimiter(config.tail().maxSubscribers(), config.tail().maxSubscribersPerAddress()),
        tailPool,
        tailMeter);
  }

  private GatewayServer.MetricsRole metrics(GatewayConfig config) {
    return new GatewayServer.MetricsRole(
        new MetricQueryService(metricStore(config), config.metrics(), clock), client, metricsPool);
  }

  private GatewayServer.RulesRole rules(GatewayConfig config) {
    RandomIds ids = new RandomIds(new Random(1)::nextLong);
    return new GatewayServer.RulesRole(
        new RulesServices(
            new DocumentService<>(
                DocumentKind.alerts(
                    config
                        .rules()
                        .channelsFile()
                        .<Consumer<AlertRule>>map(ChannelCheck::new)
                        .orElse(rule -> {})),
                rules,
                config.rules().maxDocuments(),
                ids),
            new DocumentService<>(
                DocumentKind.dashboards(), dashboards, config.rules().maxDocuments(), ids),
            states,
            new AlertTestService(metricStore(config), config.metrics(), config.rules(), clock),
            pipeline(config)),
        rulesPool);
  }

  private PipelineServices pipeline(GatewayConfig config) {
    GatewayConfig.Pipeline pipeline = config.pipeline();
    Duration timeout = pipeline.requestTimeout();
    return new PipelineServices(
        new FlinkJobs(
            pipeline.flinkUrls().stream()
                .map(url -> new JsonUpstream("Flink at " + url, url, timeout))
                .toList()),
        new DeadLetters(
            newest,
            Map.of(
                "logs", pipeline.logsDeadLettersTopic(),
                "metrics", pipeline.metricsDeadLettersTopic())),
        new AlertHistory(newest, pipeline.alertHistoryTopic()),
        new Silences(
            pipeline.alertmanagerUrl().map(url -> new JsonUpstream("Alertmanager", url, timeout))),
        clock);
  }

  private PrometheusMetricStore metricStore(GatewayConfig config) {
    return new PrometheusMetricStore(client, config.metrics().maxResponseBytes());
  }

  /** Looks at the file of keys, as the gateway does from time to time. */
  public void reloadKeys() {
    keys.orElseThrow().reload();
  }

  /** Looks at the files of certificates, as the gateway does from time to time. */
  public void reloadCertificates() {
    server.reloadCertificates();
  }

  public URI uri() {
    return URI.create("http://127.0.0.1:" + server.port() + "/");
  }

  public int port() {
    return server.port();
  }

  @Override
  public void close() {
    tail.goodbye();
    server.close();
    tail.close();
    readiness.close();
    segments.close();
    rulesPool.close();
    metricsPool.close();
    tailPool.close();
    searchPool.close();
    ingestPool.close();
    client.close();
    loops.close();
    prometheus.close();
  }

  /** A dependency that is there or not. */
  public static final class TestingDependency implements Dependency {
    private final String name;
    private final Role role;
    private volatile boolean away;

    TestingDependency(String name, Role role) {
      this.name = name;
      this.role = role;
    }

    public void away(boolean value) {
      away = value;
    }

    @Override
    public String name() {
      return name;
    }

    @Override
    public Role role() {
      return role;
    }

    @Override
    public boolean required() {
      return true;
    }

    @Override
    public String check() {
      if (away) {
        throw new IllegalStateException("away");
      }
      return "there";
    }
  }
}
