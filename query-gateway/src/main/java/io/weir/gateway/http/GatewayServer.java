package io.weir.gateway.http;

import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.micrometer.Label;
import io.vertx.micrometer.MetricsDomain;
import io.vertx.micrometer.MicrometerMetricsFactory;
import io.vertx.micrometer.MicrometerMetricsOptions;
import io.weir.gateway.Readiness;
import io.weir.gateway.RolePool;
import io.weir.gateway.config.GatewayConfig;
import io.weir.gateway.ingest.IngestService;
import io.weir.gateway.ingest.MemoryBudget;
import io.weir.gateway.metrics.GatewayMetrics;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Objects;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;

/** The HTTP server: event loops that translate, and nothing that waits. */
public final class GatewayServer implements AutoCloseable {
  private static final int MAX_LINE = 16 * 1024;
  private static final int IDLE_SECONDS = 75;
  private static final Duration START_TIMEOUT = Duration.ofSeconds(30);

  private final Vertx vertx;
  private final Queue<HttpServer> servers;
  private final int port;
  private final Duration shutdownTimeout;

  private GatewayServer(
      Vertx vertx, Queue<HttpServer> servers, int port, Duration shutdownTimeout) {
    this.vertx = vertx;
    this.servers = servers;
    this.port = port;
    this.shutdownTimeout = shutdownTimeout;
  }

  /**
   * What ingest needs to be served.
   *
   * @param budget that the service's requests share
   */
  public record IngestRole(IngestService service, MemoryBudget budget, RolePool pool) {}

  /** What search needs to be served. */
  public record SearchRole(SearchServices services, RolePool pool) {}

  /**
   * Starts to listen.
   *
   * @param ingest empty if the role is off
   * @param search empty if the role is off
   * @throws IllegalStateException if the port cannot be had
   */
  public static GatewayServer start(
      GatewayConfig config,
      Optional<IngestRole> ingest,
      Optional<SearchRole> search,
      Readiness readiness,
      PrometheusMeterRegistry registry) {
    Objects.requireNonNull(config, "config");
    Vertx vertx =
        Vertx.builder()
            .with(
                new VertxOptions()
                    .setEventLoopPoolSize(config.http().eventLoops())
                    .setWorkerPoolSize(config.http().eventLoops())
                    .setInternalBlockingPoolSize(2)
                    .setMetricsOptions(httpMetrics()))
            .withMetrics(new MicrometerMetricsFactory(registry))
            .build();
    try {
      GatewayMetrics metrics = new GatewayMetrics(registry);
      Problems problems = new Problems(config);
      Contract contract = Contract.read();
      GatewayRoutes routes =
          new GatewayRoutes(
              await(contract.enforced(vertx)),
              ingest.map(
                  role ->
                      new IngestCalls(
                          role.service(),
                          role.budget(),
                          config.ingest().maxBodyBytes(),
                          role.pool(),
                          problems,
                          metrics)),
              search.map(role -> new SearchCalls(role.services(), role.pool(), problems, metrics)),
              new OperationCalls(readiness, registry, contract.text(), problems),
              problems);
      Queue<HttpServer> servers = new ConcurrentLinkedQueue<>();
      AtomicInteger port = new AtomicInteger();
      await(
          vertx.deployVerticle(
              () -> new Listener(config.http(), routes, servers, port),
              new DeploymentOptions().setInstances(config.http().eventLoops())));
      return new GatewayServer(vertx, servers, port.get(), config.http().shutdownTimeout());
    } catch (RuntimeException e) {
      vertx.close();
      throw e;
    }
  }

  private static MicrometerMetricsOptions httpMetrics() {
    return new MicrometerMetricsOptions()
        .setEnabled(true)
        .setLabels(EnumSet.of(Label.HTTP_METHOD, Label.HTTP_CODE, Label.HTTP_ROUTE))
        .addDisabledMetricsCategory(MetricsDomain.EVENT_BUS)
        .addDisabledMetricsCategory(MetricsDomain.NAMED_POOLS)
        .addDisabledMetricsCategory(MetricsDomain.NET_SERVER)
        .addDisabledMetricsCategory(MetricsDomain.NET_CLIENT)
        .addDisabledMetricsCategory(MetricsDomain.HTTP_CLIENT)
        .addDisabledMetricsCategory(MetricsDomain.DATAGRAM_SOCKET);
  }

  /** Listens on one event loop. */
  private static final class Listener extends VerticleBase {
    private final GatewayConfig.Http config;
    private final GatewayRoutes routes;
    private final Queue<HttpServer> servers;
    private final AtomicInteger port;

    Listener(
        GatewayConfig.Http config,
        GatewayRoutes routes,
        Queue<HttpServer> servers,
        AtomicInteger port) {
      this.config = config;
      this.routes = routes;
      this.servers = servers;
      this.port = port;
    }

    @Override
    public Future<?> start() {
      // Port 0 would give each event loop a port of its own; a negative one is free but shared.
      int wanted = config.port() == 0 ? -1 : config.port();
      HttpServer server =
          vertx.createHttpServer(
              new HttpServerOptions()
                  .setHost(config.host())
                  .setPort(wanted)
                  .setMaxInitialLineLength(MAX_LINE)
                  .setMaxHeaderSize(MAX_LINE)
                  .setIdleTimeout(IDLE_SECONDS)
                  .setIdleTimeoutUnit(TimeUnit.SECONDS)
                  .setHandle100ContinueAutomatically(true));
      return server
          .requestHandler(routes.router(vertx))
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
    await(vertx.close());
  }

  private static <T> T await(Future<T> future) {
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
