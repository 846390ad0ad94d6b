package io.weir.gateway.http;

import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.openapi.contract.OpenAPIContract;
import io.weir.gateway.Readiness;
import io.weir.gateway.RolePool;
import io.weir.gateway.auth.BearerTokens;
import io.weir.gateway.auth.CallerLimiter;
import io.weir.gateway.config.GatewayConfig;
import io.weir.gateway.ingest.MemoryBudget;
import io.weir.gateway.metrics.GatewayMetrics;
import io.weir.gateway.prometheus.PrometheusClient;
import io.weir.gateway.series.MetricQueryService;
import io.weir.gateway.tail.StreamLimiter;
import io.weir.gateway.tail.TailMeter;
import io.weir.gateway.tail.TailService;
import io.weir.gateway.ui.UiFiles;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The HTTP server: event loops that translate, and nothing that waits. */
public final class GatewayServer implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(GatewayServer.class);
  private static final int MAX_LINE = 16 * 1024;
  private static final int IDLE_SECONDS = 75;
  private static final Duration START_TIMEOUT = Duration.ofSeconds(30);

  private final Vertx vertx;
  private final String deployment;
  private final Queue<HttpServer> servers;
  private final int port;
  private final Duration shutdownTimeout;
  private final Optional<TlsCertificates> certificates;
  private Optional<TlsCertificates.Content> content;

  private GatewayServer(
      Vertx vertx,
      String deployment,
      Queue<HttpServer> servers,
      int port,
      Duration shutdownTimeout,
      Optional<TlsCertificates> certificates,
      Optional<TlsCertificates.Content> content) {
    this.vertx = vertx;
    this.deployment = deployment;
    this.servers = servers;
    this.port = port;
    this.shutdownTimeout = shutdownTimeout;
    this.certificates = certificates;
    this.content = content;
  }

  /**
   * What ingest needs to be served.
   *
   * @param budget that the services' requests share
   */
  public record IngestRole(IngestServices services, MemoryBudget budget, RolePool pool) {}

  /** What search needs to be served. */
  public record SearchRole(SearchServices services, RolePool pool) {}

  /** What live streams need to be served. */
  public record TailRole(
      TailService service, StreamLimiter limiter, RolePool pool, TailMeter meter) {}

  /** What metrics need to be served. */
  public record MetricsRole(
      MetricQueryService service, PrometheusClient prometheus, RolePool pool) {}

  /** What rules and dashboards need to be served. */
  public record RulesRole(RulesServices services, RolePool pool) {}

  /** What is served; a role that is off is empty. */
  public record Roles(
      Optional<IngestRole> ingest,
      Optional<SearchRole> search,
      Optional<TailRole> tail,
      Optional<MetricsRole> metrics,
      Optional<RulesRole> rules) {
    public Roles {
      Objects.requireNonNull(ingest, "ingest");
      Objects.requireNonNull(search, "search");
      Objects.requireNonNull(tail, "tail");
      Objects.requireNonNull(metrics, "metrics");
      Objects.requireNonNull(rules, "rules");
    }
  }

  /**
   * Starts to listen.
   *
   * @throws IllegalStateException if the port cannot be had
   */
  public static GatewayServer start(
      GatewayConfig config,
      GatewayVertx loops,
      Roles roles,
      BearerTokens tokens,
      Readiness readiness,
      PrometheusMeterRegistry registry) {
    Objects.requireNonNull(config, "config");
    Vertx vertx = loops.vertx();
    Contract contract = Contract.read();
    OpenAPIContract enforced = await(contract.enforced(vertx));
    GatewayMetrics metrics = new GatewayMetrics(registry);
    GatewayRoutes routes =
        new GatewayRoutes(
            enforced,
            new Guard(
                new OperationFinder(enforced),
                new AccessTable(config.auth().openMetrics()),
                tokens,
                new CallerLimiter(System::nanoTime),
                new Audit(System::nanoTime),
                metrics),
            new SecurityHeaders(config.http()),
            RoleCalls.of(config, roles, metrics),
            new OperationCalls(
                readiness, registry, contract.text(), new Problems(config), tokens.required()),
            new Problems(config),
            new UiCalls(UiFiles.read()));
    Optional<TlsCertificates> certificates = config.http().tls().map(TlsCertificates::new);
    Optional<TlsCertificates.Content> content = certificates.map(TlsCertificates::read);
    ConnectionLimit connections = new ConnectionLimit(config.http().maxConnections(), metrics);
    Queue<HttpServer> servers = new ConcurrentLinkedQueue<>();
    AtomicInteger port = new AtomicInteger();
    String deployment =
        await(
            vertx.deployVerticle(
                () -> new Listener(config.http(), content, routes, connections, servers, port),
                new DeploymentOptions().setInstances(config.http().eventLoops())));
    return new GatewayServer(
        vertx,
        deployment,
        servers,
        port.get(),
        config.http().shutdownTimeout(),
        certificates,
        content);
  }

  /** Listens on one event loop. */
  private static final class Listener extends VerticleBase {
    private final GatewayConfig.Http config;
    private final Optional<TlsCertificates.Content> tls;
    private final GatewayRoutes routes;
    private final ConnectionLimit connections;
    private final Queue<HttpServer> servers;
    private final AtomicInteger port;

    Listener(
        GatewayConfig.Http config,
        Optional<TlsCertificates.Content> tls,
        GatewayRoutes routes,
        ConnectionLimit connections,
        Queue<HttpServer> servers,
        AtomicInteger port) {
      this.config = config;
      this.tls = tls;
      this.routes = routes;
      this.connections = connections;
      this.servers = servers;
      this.port = port;
    }

    @Override
    public Future<?> start() {
      // Port 0 would give each event loop a port of its own; a negative one is free but shared.
      int wanted = config.port() == 0 ? -1 : config.port();
      HttpServerOptions options =
          new HttpServerOptions()
              .setHost(config.host())
              .setPort(wanted)
              .setMaxInitialLineLength(MAX_LINE)
              .setMaxHeaderSize(MAX_LINE)
              .setIdleTimeout(IDLE_SECONDS)
              .setIdleTimeoutUnit(TimeUnit.SECONDS)
              // Else a connection counts only when a whole head has come in.
              .setHttp2ClearTextEnabled(false)
              .setHandle100ContinueAutomatically(true);
      tls.ifPresent(content -> TlsCertificates.enable(options, content));
      return vertx
          .createHttpServer(options)
          .requestHandler(routes.router(vertx))
          .connectionHandler(connections::take)
          .invalidRequestHandler(Listener::invalid)
          .listen()
          .onSuccess(
              listening -> {
                servers.add(listening);
                port.set(listening.actualPort());
              });
    }

    private static void invalid(HttpServerRequest request) {
      Throwable cause = request.decoderResult().cause();
      int status =
          cause instanceof TooLongHttpLineException
              ? 414
              : cause instanceof TooLongHttpHeaderException ? 431 : 400;
      Answers.send(request.response(), Problems.ofStatus(status));
      request.connection().close();
    }
  }

  /**
   * Looks at the files of certificates. New connections use what changed; files that cannot be used
   * change nothing, and are reported.
   */
  public synchronized void reloadCertificates() {
    if (certificates.isEmpty()) {
      return;
    }
    try {
      TlsCertificates.Content found = certificates.get().read();
      if (content.equals(Optional.of(found))) {
        return;
      }
      servers.forEach(server -> await(server.updateSSLOptions(TlsCertificates.options(found))));
      content = Optional.of(found);
      LOG.info("Certificates were read anew");
    } catch (RuntimeException e) {
      LOG.error("Certificates stay as they were", e);
    }
  }

  /** Returns the port that is listened on. */
  public int port() {
    return port;
  }

  /** Takes no more connections, lets requests in flight end within the configured time, stops. */
  @Override
  public void close() {
    servers.stream()
        .map(server -> server.shutdown(shutdownTimeout.toMillis(), TimeUnit.MILLISECONDS))
        .toList()
        .forEach(stopping -> await(stopping, shutdownTimeout.plus(START_TIMEOUT)));
    await(vertx.undeploy(deployment));
  }

  static <T> T await(Future<T> future) {
    return await(future, START_TIMEOUT);
  }

  private static <T> T await(Future<T> future, Duration timeout) {
    try {
      return future
          .toCompletionStage()
          .toCompletableFuture()
          .get(timeout.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      throw new IllegalStateException(e.getCause().getMessage(), e.getCause());
    } catch (TimeoutException e) {
      throw new IllegalStateException("not done within " + timeout, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }
}
