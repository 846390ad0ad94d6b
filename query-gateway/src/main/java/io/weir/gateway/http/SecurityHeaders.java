package io.weir.gateway.http;

import io.vertx.core.Handler;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.CorsHandler;
import io.weir.gateway.config.GatewayConfig;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/** What every answer tells browsers. The web interface loosens some of it for its own files. */
final class SecurityHeaders implements Handler<RoutingContext> {
  private static final int PREFLIGHT_SECONDS = 600;

  private final GatewayConfig.Http config;

  SecurityHeaders(GatewayConfig.Http config) {
    this.config = Objects.requireNonNull(config, "config");
  }

  /** What is served is data for programs: never to be sniffed, framed, cached or run. */
  @Override
  public void handle(RoutingContext ctx) {
    HttpServerResponse response = ctx.response();
    response
        .putHeader("X-Content-Type-Options", "nosniff")
        .putHeader("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")
        .putHeader("Referrer-Policy", "no-referrer")
        .putHeader("Cache-Control", "no-store");
    if (config.tls().isPresent()) {
      response.putHeader("Strict-Transport-Security", "max-age=31536000");
    }
    ctx.next();
  }

  /**
   * Returns what lets pages of the allowed origins call; empty if there are none. Never with
   * cookies or certificates of the browser: a page has to have a key of its own.
   */
  Optional<CorsHandler> cors() {
    if (config.corsOrigins().isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        CorsHandler.create()
            .addOrigins(config.corsOrigins())
            .allowedMethods(
                Set.of(HttpMethod.GET, HttpMethod.POST, HttpMethod.PUT, HttpMethod.DELETE))
            .allowedHeaders(
                Set.of(
                    "Authorization",
                    "Content-Type",
                    "If-Match",
                    "Last-Event-ID",
                    "Idempotency-Key"))
            .exposedHeaders(Set.of("ETag", "Location", "Retry-After"))
            .maxAgeSeconds(PREFLIGHT_SECONDS));
  }
}
