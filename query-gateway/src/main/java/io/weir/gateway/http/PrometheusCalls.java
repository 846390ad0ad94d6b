package io.weir.gateway.http;

import io.netty.handler.codec.http.QueryStringDecoder;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import io.weir.gateway.config.GatewayConfig;
import io.weir.gateway.http.PrometheusRequest.BadDataException;
import io.weir.gateway.metrics.GatewayMetrics;
import io.weir.gateway.prometheus.FormData;
import io.weir.gateway.prometheus.PrometheusClient;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Passes calls of Prometheus' API through within limits, bodies as they come with back pressure, so
 * that whoever can talk to Prometheus can talk to the gateway. Errors are in Prometheus' shape.
 */
final class PrometheusCalls {
  private static final int MAX_BODY = 256 * 1024;
  private static final int MAX_PARAMETERS = 1_000;
  private static final String FORM = "application/x-www-form-urlencoded";

  private final PrometheusClient client;
  private final GatewayConfig.Metrics limits;
  private final SmallBody.Limits bodies;
  private final GatewayMetrics.Calls calls;
  private final GatewayMetrics metrics;
  private final CallLog log;
  private final AtomicInteger underWay = new AtomicInteger();

  PrometheusCalls(
      PrometheusClient client,
      GatewayConfig.Metrics limits,
      Duration bodyTimeout,
      GatewayMetrics metrics,
      CallLog log) {
    this.client = Objects.requireNonNull(client, "client");
    this.limits = Objects.requireNonNull(limits, "limits");
    this.bodies = new SmallBody.Limits(MAX_BODY, bodyTimeout);
    this.metrics = Objects.requireNonNull(metrics, "metrics");
    this.calls = metrics.calls("metrics");
    this.log = Objects.requireNonNull(log, "log");
  }

  void query(RoutingContext ctx) {
    pass(ctx, PrometheusRequest.QUERY, "query");
  }

  void queryRange(RoutingContext ctx) {
    pass(ctx, PrometheusRequest.QUERY_RANGE, "query_range");
  }

  void labels(RoutingContext ctx) {
    pass(ctx, PrometheusRequest.LABELS, "labels");
  }

  void labelValues(RoutingContext ctx) {
    // What the path says may hold anything by now; encoded again it stays one part of a path.
    String label = URLEncoder.encode(ctx.pathParam("name"), StandardCharsets.UTF_8);
    pass(ctx, PrometheusRequest.LABEL_VALUES, "label/" + label.replace("+", "%20") + "/values");
  }

  void series(RoutingContext ctx) {
    pass(ctx, PrometheusRequest.SERIES, "series");
  }

  void metadata(RoutingContext ctx) {
    pass(ctx, PrometheusRequest.METADATA, "metadata");
  }

  void buildInfo(RoutingContext ctx) {
    pass(ctx, PrometheusRequest.BUILD_INFO, "status/buildinfo");
  }

  private void pass(RoutingContext ctx, PrometheusRequest call, String path) {
    MultiMap parameters = MultiMap.caseInsensitiveMultiMap().addAll(ctx.queryParams());
    if (ctx.request().method() == HttpMethod.POST) {
      readForm(ctx, parameters, () -> send(ctx, call, path, parameters));
    } else {
      send(ctx, call, path, parameters);
    }
  }

  private void readForm(RoutingContext ctx, MultiMap parameters, Runnable then) {
    String type = SmallBody.type(ctx);
    SmallBody.read(
        ctx,
        bodies,
        new SmallBody.Outcome() {
          @Override
          public void read(Buffer body) {
            Optional<PrometheusError> wrong = addForm(type, body, parameters);
            wrong.ifPresentOrElse(error -> error.send(ctx.response()), then);
          }

          @Override
          public void tooLarge() {
            PrometheusError.of(413, "bad_data", bodies.tooLarge()).send(ctx.response());
          }

          @Override
          public void tooSlow() {
            PrometheusError.of(408, "timeout", bodies.tooSlow()).send(ctx.response());
          }
        });
  }

  private static Optional<PrometheusError> addForm(String type, Buffer body, MultiMap parameters) {
    if (!type.startsWith(FORM)) {
      return body.length() == 0
          ? Optional.empty()
          : Optional.of(PrometheusError.of(415, "bad_data", "Content-Type must be " + FORM));
    }
    try {
      new QueryStringDecoder(
              body.toString(StandardCharsets.UTF_8), StandardCharsets.UTF_8, false, MAX_PARAMETERS)
          .parameters()
          .forEach(parameters::add);
      return Optional.empty();
    } catch (IllegalArgumentException e) {
      return Optional.of(PrometheusError.badData("the body is no form: " + e.getMessage()));
    }
  }

  private void send(RoutingContext ctx, PrometheusRequest call, String path, MultiMap parameters) {
    FormData form;
    try {
      call.narrow(parameters, Callers.services(ctx));
      form = call.checked(parameters, limits, client.timeout(), Instant.now());
    } catch (BadDataException e) {
      PrometheusError.badData(e.getMessage()).send(ctx.response());
      return;
    }
    if (underWay.incrementAndGet() > limits.maxConcurrent() + limits.maxQueued()) {
      underWay.decrementAndGet();
      calls.refused(call.operation());
      PrometheusError.unavailable(
              429, "as many queries run and wait as may; come again later", limits.retryAfter())
          .send(ctx.response());
      return;
    }
    PrometheusClient.Exchange exchange =
        client.send(
            "api/v1/" + path,
            form,
            call.post(),
            Optional.ofNullable(ctx.request().getHeader(HttpHeaders.ACCEPT_ENCODING)));
    Relay relay = new Relay(ctx, form, exchange, call.operation());
    ctx.addEndHandler(
        ended -> {
          if (ended.failed()) {
            relay.clientGone();
          }
        });
    exchange.response().onSuccess(relay::begin).onFailure(relay::unreachable);
  }

  /** One answer on its way through. Confined to its event loop. */
  private final class Relay {
    private final RoutingContext ctx;
    private final HttpServerResponse response;
    private final FormData asked;
    private final PrometheusClient.Exchange exchange;
    private final String operation;
    private final long start = System.nanoTime();
    private long bytes;
    private boolean finished;

    Relay(
        RoutingContext ctx, FormData asked, PrometheusClient.Exchange exchange, String operation) {
      this.ctx = ctx;
      this.response = ctx.response();
      this.asked = asked;
      this.exchange = exchange;
      this.operation = operation;
    }

    void begin(HttpClientResponse upstream) {
      if (finished) {
        return;
      }
      Optional<PrometheusError> unusable = unusable(upstream);
      if (unusable.isPresent()) {
        exchange.cancel().run();
        if (upstream.statusCode() == 404) {
          answered(false);
        } else {
          failed(unusable.get().message());
        }
        unusable.get().send(response);
        return;
      }
      response.setStatusCode(upstream.statusCode());
      copy(upstream, HttpHeaders.CONTENT_TYPE);
      copy(upstream, HttpHeaders.CONTENT_ENCODING);
      if (!copy(upstream, HttpHeaders.CONTENT_LENGTH)) {
        response.setChunked(true);
      }
      upstream.exceptionHandler(failure -> cut("Prometheus broke off: " + failure.getMessage()));
      upstream.endHandler(
          nothing -> {
            int status = upstream.statusCode();
            boolean first =
                status >= 500
                    ? failed("Prometheus answered with status " + status)
                    : answered(status == 200);
            if (first) {
              response.end();
            }
          });
      upstream.handler(
          part -> {
            bytes += part.length();
            if (bytes > limits.maxResponseBytes()) {
              metrics.cut(operation);
              cut(tooLarge());
              return;
            }
            response.write(part);
            if (response.writeQueueFull()) {
              upstream.pause();
              response.drainHandler(nothing -> upstream.resume());
            }
          });
      upstream.resume();
    }

    private boolean copy(HttpClientResponse upstream, CharSequence header) {
      String value = upstream.getHeader(header);
      if (value != null) {
        response.putHeader(header, value);
      }
      return value != null;
    }

    private Optional<PrometheusError> unusable(HttpClientResponse upstream) {
      int status = upstream.statusCode();
      if (status == 401 || status == 403) {
        return Optional.of(
            PrometheusError.of(
                502, "internal", "Prometheus refuses the gateway with status " + status));
      }
      String type = Objects.requireNonNullElse(upstream.getHeader(HttpHeaders.CONTENT_TYPE), "");
      if (!type.startsWith(Answers.JSON_TYPE)) {
        return Optional.of(
            status == 404
                ? PrometheusError.of(404, "not_found", "Prometheus has no such call")
                : PrometheusError.unavailable(
                    503,
                    "Prometheus answered with status " + status + " and no JSON",
                    limits.retryAfter()));
      }
      String length = upstream.getHeader(HttpHeaders.CONTENT_LENGTH);
      if (length != null && Long.parseLong(length) > limits.maxResponseBytes()) {
        metrics.cut(operation);
        return Optional.of(PrometheusError.of(422, "execution", tooLarge()));
      }
      return Optional.empty();
    }

    private String tooLarge() {
      return "the answer is larger than " + limits.maxResponseBytes() + " bytes";
    }

    void unreachable(Throwable failure) {
      boolean late = System.nanoTime() - start >= client.timeout().toNanos();
      PrometheusError error =
          late
              ? PrometheusError.of(503, "timeout", "Prometheus did not answer in time")
              : PrometheusError.unavailable(
                  503,
                  "Prometheus cannot be reached: " + failure.getMessage(),
                  limits.retryAfter());
      if (failed(error.message())) {
        error.send(response);
      }
    }

    /** Part of the body is gone already: only a broken connection tells that it is not all. */
    private void cut(String reason) {
      exchange.cancel().run();
      if (failed(reason)) {
        response.reset();
      }
    }

    void clientGone() {
      if (!finished) {
        finished = true;
        underWay.decrementAndGet();
        calls.cancelled(operation);
        exchange.cancel().run();
        // Nobody waited for it any more: mostly just because it was slow.
        log.answered(ctx, operation, asked::toString, Duration.ofNanos(System.nanoTime() - start));
      }
    }

    /**
     * @return false if it has ended otherwise before
     */
    private boolean answered(boolean ok) {
      Optional<Duration> took = finish(ok);
      took.ifPresent(time -> log.answered(ctx, operation, asked::toString, time));
      return took.isPresent();
    }

    /**
     * @return false if it has ended otherwise before
     */
    private boolean failed(String reason) {
      Optional<Duration> took = finish(false);
      took.ifPresent(time -> log.failed(ctx, operation, asked::toString, time, reason));
      return took.isPresent();
    }

    /**
     * @return how long it took; empty if it had ended before
     */
    private Optional<Duration> finish(boolean ok) {
      if (finished) {
        return Optional.empty();
      }
      finished = true;
      underWay.decrementAndGet();
      Duration took = Duration.ofNanos(System.nanoTime() - start);
      calls.answered(operation, ok, took);
      return Optional.of(took);
    }
  }
}
