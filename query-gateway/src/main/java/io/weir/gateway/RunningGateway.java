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
import io.weir.gateway.archive.ArchiveDependency;
import io.weir.gateway.archive.LocalArchive;
import io.weir.gateway.archive.S3Archive;
import io.weir.gateway.config.GatewayConfig;
import io.weir.gateway.config.Role;
import io.weir.gateway.elasticsearch.ElasticsearchClients;
import io.weir.gateway.elasticsearch.ElasticsearchDependency;
import io.weir.gateway.elasticsearch.ElasticsearchLogStore;
import io.weir.gateway.http.GatewayServer;
import io.weir.gateway.http.SearchServices;
import io.weir.gateway.ingest.IngestService;
import io.weir.gateway.ingest.LogPublisher;
import io.weir.gateway.ingest.MemoryBudget;
import io.weir.gateway.ingest.ProducerIds;
import io.weir.gateway.kafka.KafkaDependency;
import io.weir.gateway.kafka.KafkaLogPublisher;
import io.weir.gateway.metrics.GatewayMetrics;
import io.weir.gateway.search.ContextService;
import io.weir.gateway.search.FacetService;
import io.weir.gateway.search.HistogramService;
import io.weir.gateway.search.LogStore;
import io.weir.gateway.search.SearchService;
import io.weir.gateway.segments.ArchiveFiles;
import io.weir.gateway.segments.SegmentService;
import io.weir.model.log.JsonLogParser;
import io.weir.model.log.LogLimits;
import io.weir.model.log.LogParser;
import java.net.URI;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A gateway with its real adapters. Started storage first and HTTP last, closed the other way
 * round.
 */
public final class RunningGateway implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(RunningGateway.class);

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
    Optional<GatewayServer.IngestRole> ingest =
        config.roles().contains(Role.INGEST) ? Optional.of(ingest(config)) : Optional.empty();
    Optional<GatewayServer.SearchRole> search =
        config.roles().contains(Role.SEARCH) ? Optional.of(search(config)) : Optional.empty();
    Readiness readiness = opened(new Readiness(config.roles(), dependencies, clock));
    GatewayServer server = opened(GatewayServer.start(config, ingest, search, readiness, registry));
    port = server.port();
  }

  private GatewayServer.IngestRole ingest(GatewayConfig config) {
    LogPublisher publisher = opened(KafkaLogPublisher.create(config.kafka(), config.ingest()));
    dependencies.add(opened(KafkaDependency.create(config.kafka())));
    RolePool pool =
        opened(
            new RolePool(
                Role.INGEST.lowerCase(), config.ingest().threads(), config.ingest().maxQueued()));
    MemoryBudget budget = new MemoryBudget(config.ingest().maxInFlightBytes());
    ThreadLocal<LogParser> parsers =
        ThreadLocal.withInitial(() -> new JsonLogParser(LogLimits.DEFAULT));
    metrics.watch(budget);
    metrics.watch(Role.INGEST.lowerCase(), pool);
    IngestService service =
        new IngestService(
            publisher,
            parsers::get,
            new ProducerIds(clock, new SecureRandom()::nextLong),
            budget,
            config.ingest(),
            clock);
    return new GatewayServer.IngestRole(service, budget, pool);
  }

  private GatewayServer.SearchRole search(GatewayConfig config) {
    GatewayConfig.Search limits = config.search();
    ElasticsearchLogStore store = elasticsearch(config);
    dependencies.add(new ElasticsearchDependency(store));
    Optional<ArchiveFiles> archive =
        config.archive().uri().map(uri -> archive(uri, config.archive().s3()));
    archive.ifPresent(files -> dependencies.add(new ArchiveDependency(files)));
    RolePool pool =
        opened(new RolePool(Role.SEARCH.lowerCase(), limits.maxConcurrent(), limits.maxQueued()));
    metrics.watch(Role.SEARCH.lowerCase(), pool);
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
