package io.weir.gateway;

import co.elastic.clients.elasticsearch.ElasticsearchAsyncClient;
import co.elastic.clients.json.jackson.JacksonJsonpMapper;
import co.elastic.clients.transport.rest_client.RestClientTransport;
import io.micrometer.core.instrument.binder.jvm.ClassLoaderMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.weir.gateway.alerts.AlertTestService;
import io.weir.gateway.alerts.ChannelCheck;
import io.weir.gateway.archive.ArchiveDependency;
import io.weir.gateway.archive.LocalArchive;
import io.weir.gateway.archive.S3Archive;
import io.weir.gateway.auth.Authenticator;
import io.weir.gateway.auth.BearerTokens;
import io.weir.gateway.auth.KeyAuthenticator;
import io.weir.gateway.auth.KeyFile;
import io.weir.gateway.auth.oidc.OidcAuthenticator;
import io.weir.gateway.config.GatewayConfig;
import io.weir.gateway.config.Role;
import io.weir.gateway.documents.DocumentKind;
import io.weir.gateway.documents.DocumentService;
import io.weir.gateway.documents.DocumentStore;
import io.weir.gateway.documents.RandomIds;
import io.weir.gateway.elasticsearch.ElasticsearchClients;
import io.weir.gateway.elasticsearch.ElasticsearchDependency;
import io.weir.gateway.elasticsearch.ElasticsearchLogStore;
import io.weir.gateway.http.GatewayServer;
import io.weir.gateway.http.GatewayVertx;
import io.weir.gateway.http.IngestServices;
import io.weir.gateway.http.OtlpServices;
import io.weir.gateway.http.PipelineServices;
import io.weir.gateway.http.RulesServices;
import io.weir.gateway.http.SearchServices;
import io.weir.gateway.ingest.BodyReader;
import io.weir.gateway.ingest.IngestService;
import io.weir.gateway.ingest.LogBodyReader;
import io.weir.gateway.ingest.LogIntake;
import io.weir.gateway.ingest.MemoryBudget;
import io.weir.gateway.ingest.MetricBodyReader;
import io.weir.gateway.ingest.ProducerIds;
import io.weir.gateway.ingest.RemoteWriteReader;
import io.weir.gateway.kafka.KafkaAlertStates;
import io.weir.gateway.kafka.KafkaClients;
import io.weir.gateway.kafka.KafkaDependency;
import io.weir.gateway.kafka.KafkaDocumentStore;
import io.weir.gateway.kafka.KafkaLogTopic;
import io.weir.gateway.kafka.KafkaPublisher;
import io.weir.gateway.kafka.KafkaRecordTail;
import io.weir.gateway.kafka.TableDependency;
import io.weir.gateway.kafka.TopicTable;
import io.weir.gateway.metrics.GatewayMetrics;
import io.weir.gateway.metrics.TailMetrics;
import io.weir.gateway.operation.AlertHistory;
import io.weir.gateway.operation.DeadLetters;
import io.weir.gateway.operation.FlinkJobs;
import io.weir.gateway.operation.Silences;
import io.weir.gateway.otlp.OtlpLogReader;
import io.weir.gateway.otlp.OtlpMetricReader;
import io.weir.gateway.prometheus.PrometheusClient;
import io.weir.gateway.prometheus.PrometheusDependency;
import io.weir.gateway.prometheus.PrometheusMetricStore;
import io.weir.gateway.search.ContextService;
import io.weir.gateway.search.FacetService;
import io.weir.gateway.search.HistogramService;
import io.weir.gateway.search.LogStore;
import io.weir.gateway.search.SearchService;
import io.weir.gateway.segments.ArchiveFiles;
import io.weir.gateway.segments.SegmentService;
import io.weir.gateway.series.MetricQueryService;
import io.weir.gateway.tail.PartitionLocator;
import io.weir.gateway.tail.StreamLimiter;
import io.weir.gateway.tail.TailService;
import io.weir.gateway.upstream.JsonUpstream;
import io.weir.model.alert.AlertRule;
import io.weir.model.alert.AlertState;
import io.weir.model.json.AlertStateJson;
import io.weir.model.log.JsonLogParser;
import io.weir.model.log.LogLimits;
import io.weir.model.log.LogParser;
import java.net.URI;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.Producer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A gateway with its real adapters. Started storage first and HTTP last, closed the other way
 * round.
 */
public final class RunningGateway implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(RunningGateway.class);

  private static final Duration PRODUCER_CLOSE_TIMEOUT = Duration.ofSeconds(10);

  private final Deque<AutoCloseable> started = new ArrayDeque<>();
  private final List<Dependency> dependencies = new ArrayList<>();
  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final GatewayMetrics metrics = new GatewayMetrics(registry);
  private final Clock clock = Clock.systemUTC();
  private int port;

  private RunningGateway() {}

  /**
   * Starts. Stores that are away do not hinder it: their role answers 503 until they are there.
   *
   * @throws RuntimeException if it cannot listen, or an address makes no sense
   */
  public static RunningGateway start(GatewayConfig config) {
    RunningGateway gateway = new RunningGateway();
    try {
      gateway.open(config);
      return gateway;
    } catch (RuntimeException e) {
      gateway.close();
      throw e;
    }
  }

  private void open(GatewayConfig config) {
    bindJvmMetrics();
    GatewayVertx loops = opened(GatewayVertx.start(config.http(), registry));
    Optional<PrometheusClient> prometheus =
        config.roles().contains(Role.METRICS) || config.roles().contains(Role.RULES)
            ? Optional.of(opened(prometheus(config, loops)))
            : Optional.empty();
    GatewayServer.Roles roles =
        new GatewayServer.Roles(
            on(config, Role.INGEST, () -> ingest(config)),
            on(config, Role.SEARCH, () -> search(config)),
            on(config, Role.TAIL, () -> tail(config)),
            on(config, Role.METRICS, () -> metrics(config, prometheus.orElseThrow())),
            on(config, Role.RULES, () -> rules(config, prometheus.orElseThrow())));
    Readiness readiness = opened(new Readiness(config.roles(), dependencies, clock));
    List<Runnable> looks = new ArrayList<>();
    BearerTokens tokens = new BearerTokens(authenticators(config, loops, looks));
    GatewayServer server =
        opened(GatewayServer.start(config, loops, roles, tokens, readiness, registry));
    looks.add(server::reloadCertificates);
    opened(new Reloads(config.http().reloadInterval(), looks));
    port = server.port();
    // Streams do not end by themselves: the server would wait for them.
    roles.tail().ifPresent(tail -> opened(tail.service()::goodbye));
  }

  private List<Authenticator> authenticators(
      GatewayConfig config, GatewayVertx loops, List<Runnable> looks) {
    List<Authenticator> authenticators = new ArrayList<>();
    config
        .auth()
        .keysFile()
        .ifPresent(
            file -> {
              KeyAuthenticator keys =
                  new KeyAuthenticator(new KeyFile(file), config.auth().limits(), clock);
              metrics.watch(keys);
              looks.add(keys::reload);
              authenticators.add(keys);
            });
    config
        .auth()
        .oidc()
        .ifPresent(
            settings -> {
              OidcAuthenticator provider =
                  new OidcAuthenticator(loops.vertx(), settings, config.auth().limits(), clock);
              looks.add(provider::refresh);
              authenticators.add(provider);
            });
    return authenticators;
  }

  private static <T> Optional<T> on(GatewayConfig config, Role role, Supplier<T> start) {
    return config.roles().contains(role) ? Optional.of(start.get()) : Optional.empty();
  }

  private static PrometheusClient prometheus(GatewayConfig config, GatewayVertx loops) {
    return new PrometheusClient(
        loops.vertx(), config.prometheus(), config.metrics().maxConcurrent());
  }

  private RolePool pool(Role role, int threads, int maxQueued) {
    RolePool pool = opened(new RolePool(role.lowerCase(), threads, maxQueued));
    metrics.watch(role.lowerCase(), pool);
    return pool;
  }

  private GatewayServer.IngestRole ingest(GatewayConfig config) {
    GatewayConfig.Ingest limits = config.ingest();
    Producer<byte[], byte[]> producer = KafkaPublisher.producer(config.kafka(), limits);
    opened(() -> producer.close(PRODUCER_CLOSE_TIMEOUT));
    dependencies.add(opened(KafkaDependency.logs(config.kafka())));
    dependencies.add(opened(KafkaDependency.metrics(config.kafka())));
    RolePool pool = pool(Role.INGEST, limits.threads(), limits.maxQueued());
    MemoryBudget budget = new MemoryBudget(limits.maxInFlightBytes());
    metrics.watch(budget);
    ThreadLocal<LogParser> parsers =
        ThreadLocal.withInitial(() -> new JsonLogParser(LogLimits.DEFAULT));
    ProducerIds ids = new ProducerIds(clock, new SecureRandom()::nextLong);
    KafkaPublisher logs = new KafkaPublisher(producer, config.kafka().logsTopic());
    KafkaPublisher points = new KafkaPublisher(producer, config.kafka().metricsTopic());
    LogIntake intake = new LogIntake(parsers::get, limits, clock);
    Function<BodyReader, IngestService> events =
        reader -> new IngestService(logs, reader, budget, limits);
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
        pool);
  }

  private GatewayServer.TailRole tail(GatewayConfig config) {
    GatewayConfig.Tail limits = config.tail();
    TailMetrics meter = new TailMetrics(registry);
    dependencies.add(opened(KafkaDependency.tail(config.kafka())));
    KafkaLogTopic topic = opened(KafkaLogTopic.connect(config.kafka()));
    TailService service =
        opened(
            TailService.start(
                topic,
                new PartitionLocator(config.ingest().partitionSets(), limits.watchAllPartitions()),
                limits.limits(),
                meter,
                clock,
                bound -> ThreadLocalRandom.current().nextLong(bound)));
    meter.watch(service);
    return new GatewayServer.TailRole(
        service,
        new StreamLimiter(limits.maxSubscribers(), limits.maxSubscribersPerAddress()),
        pool(Role.TAIL, limits.threads(), limits.maxSubscribers()),
        meter);
  }

  private GatewayServer.MetricsRole metrics(GatewayConfig config, PrometheusClient prometheus) {
    GatewayConfig.Metrics limits = config.metrics();
    dependencies.add(new PrometheusDependency(prometheus));
    return new GatewayServer.MetricsRole(
        new MetricQueryService(
            new PrometheusMetricStore(prometheus, limits.maxResponseBytes()), limits, clock),
        prometheus,
        pool(Role.METRICS, limits.maxConcurrent(), limits.maxQueued()));
  }

  private GatewayServer.RulesRole rules(GatewayConfig config, PrometheusClient prometheus) {
    GatewayConfig.Rules limits = config.rules();
    RandomIds ids = new RandomIds(new SecureRandom()::nextLong);
    TopicTable<AlertState> states =
        table(config, config.kafka().alertStateTopic(), AlertStateJson::decode, false);
    return new GatewayServer.RulesRole(
        new RulesServices(
            new DocumentService<>(
                DocumentKind.alerts(
                    limits
                        .channelsFile()
                        .<Consumer<AlertRule>>map(ChannelCheck::new)
                        .orElse(rule -> {})),
                documents(config, config.kafka().alertRulesTopic()),
                limits.maxDocuments(),
                ids),
            new DocumentService<>(
                DocumentKind.dashboards(),
                documents(config, config.kafka().dashboardsTopic()),
                limits.maxDocuments(),
                ids),
            new KafkaAlertStates(states),
            new AlertTestService(
                new PrometheusMetricStore(prometheus, config.metrics().maxResponseBytes()),
                config.metrics(),
                limits,
                clock),
            pipeline(config)),
        pool(Role.RULES, limits.threads(), limits.maxQueued()));
  }

  private PipelineServices pipeline(GatewayConfig config) {
    GatewayConfig.Pipeline pipeline = config.pipeline();
    Duration timeout = pipeline.requestTimeout();
    KafkaRecordTail tail =
        new KafkaRecordTail(
            () -> KafkaClients.newestConsumer(config.kafka()), KafkaRecordTail.Limits.of(timeout));
    return new PipelineServices(
        new FlinkJobs(
            pipeline.flinkUrls().stream()
                .map(url -> new JsonUpstream("Flink at " + url, url, timeout))
                .toList()),
        new DeadLetters(
            tail,
            Map.of(
                "logs", pipeline.logsDeadLettersTopic(),
                "metrics", pipeline.metricsDeadLettersTopic())),
        new AlertHistory(tail, pipeline.alertHistoryTopic()),
        new Silences(
            pipeline.alertmanagerUrl().map(url -> new JsonUpstream("Alertmanager", url, timeout))),
        clock);
  }

  private DocumentStore documents(GatewayConfig config, String topic) {
    GatewayConfig.Kafka kafka = config.kafka();
    Duration timeout = config.rules().writeTimeout();
    TopicTable<byte[]> table = table(config, topic, Function.identity(), true);
    Admin admin = opened(KafkaClients.admin(kafka, timeout));
    return opened(
        new KafkaDocumentStore(
            table,
            () -> KafkaClients.documentProducer(kafka, topic, timeout),
            KafkaClients.logEnd(admin, topic, timeout),
            topic,
            timeout));
  }

  private <V> TopicTable<V> table(
      GatewayConfig config, String topic, Function<byte[], V> decode, boolean required) {
    TopicTable<V> table =
        opened(
            new TopicTable<>(() -> KafkaClients.tableConsumer(config.kafka()), topic, decode)
                .start());
    dependencies.add(new TableDependency("kafka-" + topic, table, required));
    return table;
  }

  private GatewayServer.SearchRole search(GatewayConfig config) {
    GatewayConfig.Search limits = config.search();
    ElasticsearchLogStore store = elasticsearch(config);
    dependencies.add(new ElasticsearchDependency(store));
    Optional<ArchiveFiles> archive =
        config.archive().uri().map(uri -> archive(uri, config.archive().s3()));
    archive.ifPresent(files -> dependencies.add(new ArchiveDependency(files)));
    RolePool pool = pool(Role.SEARCH, limits.maxConcurrent(), limits.maxQueued());
    return new GatewayServer.SearchRole(
        new SearchServices(
            new SearchService(store, limits, clock),
            new HistogramService(store, limits, clock),
            new FacetService(store, config.elasticsearch().promoted(), limits, clock),
            new ContextService(store, limits, clock),
            opened(segments(store, archive, config))),
        pool);
  }

  private ElasticsearchLogStore elasticsearch(GatewayConfig config) {
    RestClientTransport transport =
        opened(
            new RestClientTransport(
                ElasticsearchClients.create(
                    config.elasticsearch(), config.search().maxConcurrent() + 4),
                new JacksonJsonpMapper()));
    return new ElasticsearchLogStore(
        new ElasticsearchAsyncClient(transport),
        config.elasticsearch().promoted(),
        config.search().shardTimeout(),
        config.elasticsearch().requestTimeout());
  }

  private static ArchiveFiles archive(URI uri, GatewayConfig.S3 s3) {
    return "file".equals(uri.getScheme())
        ? new LocalArchive(Path.of(uri.getPath()))
        : S3Archive.create(uri, s3);
  }

  private SegmentService segments(
      LogStore store, Optional<ArchiveFiles> archive, GatewayConfig config) {
    return new SegmentService(store, archive, config.archive(), clock);
  }

  private void bindJvmMetrics() {
    new ClassLoaderMetrics().bindTo(registry);
    new JvmMemoryMetrics().bindTo(registry);
    new JvmThreadMetrics().bindTo(registry);
    new ProcessorMetrics().bindTo(registry);
    opened(new JvmGcMetrics()).bindTo(registry);
  }

  /** Returns the port that is listened on. */
  public int port() {
    return port;
  }

  private <T extends AutoCloseable> T opened(T resource) {
    started.push(resource);
    return resource;
  }

  @Override
  public void close() {
    while (!started.isEmpty()) {
      AutoCloseable resource = started.pop();
      try {
        resource.close();
      } catch (Exception e) { // the others have to be closed all the same
        LOG.warn("{} did not close cleanly", resource.getClass().getSimpleName(), e);
      }
    }
  }
}
