package io.weir.gateway.http;

import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.micrometer.Label;
import io.vertx.micrometer.MetricsDomain;
import io.vertx.micrometer.MicrometerMetricsFactory;
import io.vertx.micrometer.MicrometerMetricsOptions;
import io.weir.gateway.config.GatewayConfig;
import java.util.EnumSet;
import java.util.Objects;

/** The event loops on which HTTP is served and Prometheus is called. */
public final class GatewayVertx implements AutoCloseable {
  private final Vertx vertx;

  private GatewayVertx(Vertx vertx) {
    this.vertx = vertx;
  }

  /** Starts the event loops. */
  public static GatewayVertx start(GatewayConfig.Http config, PrometheusMeterRegistry registry) {
    Objects.requireNonNull(config, "config");
    return new GatewayVertx(
        Vertx.builder()
            .with(
                new VertxOptions()
                    .setEventLoopPoolSize(config.eventLoops())
                    .setWorkerPoolSize(config.eventLoops())
                    .setInternalBlockingPoolSize(2)
                    .setMetricsOptions(httpMetrics()))
            .withMetrics(new MicrometerMetricsFactory(registry))
            .build());
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

  /** Returns the Vert.x instance, which this object closes. */
  public Vertx vertx() {
    return vertx;
  }

  @Override
  public void close() {
    GatewayServer.await(vertx.close());
  }
}
