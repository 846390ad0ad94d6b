package io.weir.gateway.http;

import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.weir.gateway.Dependency;
import io.weir.gateway.Readiness;
import io.weir.gateway.RolePool;
import io.weir.gateway.TestingClock;
import io.weir.gateway.config.GatewayConfig;
import io.weir.gateway.config.Role;
import io.weir.gateway.config.TestingConfig;
import io.weir.gateway.ingest.IngestService;
import io.weir.gateway.ingest.MemoryBudget;
import io.weir.gateway.ingest.ProducerIds;
import io.weir.gateway.ingest.TestingLogPublisher;
import io.weir.gateway.search.ContextService;
import io.weir.gateway.search.FacetService;
import io.weir.gateway.search.HistogramService;
import io.weir.gateway.search.SearchService;
import io.weir.gateway.search.TestingLogStore;
import io.weir.gateway.segments.SegmentService;
import io.weir.model.log.JsonLogParser;
import io.weir.model.log.LogLimits;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/** A gateway over real HTTP in front of stores in memory. */
public final class TestingGateway implements AutoCloseable {
  public final TestingLogStore store = new TestingLogStore();
  public final TestingLogPublisher publisher = new TestingLogPublisher();
  public final TestingClock clock = new TestingClock("2026-03-29T10:10:00Z");
  public final MemoryBudget budget;
  public final TestingDependency kafka = new TestingDependency("kafka", Role.INGEST);
  public final TestingDependency elasticsearch =
      new TestingDependency("elasticsearch", Role.SEARCH);

  private final RolePool ingestPool;
  private final RolePool searchPool;
  private final SegmentService segments;
  private final Readiness readiness;
  private final GatewayServer server;

  /** Starts with the defaults and some {@code key, value, ...} changed. */
  public TestingGateway(String... keysAndValues) {
    GatewayConfig config = TestingConfig.with(keysAndValues);
    budget = new MemoryBudget(config.ingest().maxInFlightBytes());
    ingestPool = new RolePool("ingest", config.ingest().threads(), config.ingest().maxQueued());
    searchPool =
        new RolePool("search", config.search().maxConcurrent(), config.search().maxQueued());
    segments = new SegmentService(store, Optional.empty(), config.archive(), clock);
    readiness = new Readiness(config.roles(), List.of(kafka, elasticsearch), clock);
    IngestService ingest =
        new IngestService(
            publisher,
            () -> new JsonLogParser(LogLimits.DEFAULT),
            new ProducerIds(clock, new Random(1)::nextLong),
            budget,
            config.ingest(),
            clock);
    SearchServices search =
        new SearchServices(
            new SearchService(store, config.search(), clock),
            new HistogramService(store, config.search(), clock),
            new FacetService(store, config.elasticsearch().promoted(), config.search(), clock),
            new ContextService(store, config.search(), clock),
            segments);
    server =
        GatewayServer.start(
            config,
            config.roles().contains(Role.INGEST)
                ? Optional.of(new GatewayServer.IngestRole(ingest, budget, ingestPool))
                : Optional.empty(),
            config.roles().contains(Role.SEARCH)
                ? Optional.of(new GatewayServer.SearchRole(search, searchPool))
                : Optional.empty(),
            readiness,
            new PrometheusMeterRegistry(PrometheusConfig.DEFAULT));
  }

  public URI uri() {
    return URI.create("http://127.0.0.1:" + server.port() + "/");
  }

  public int port() {
    return server.port();
  }

  @Override
  public void close() {
    server.close();
    readiness.close();
    segments.close();
    searchPool.close();
    ingestPool.close();
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
