package io.weir.gateway.http;

import io.vertx.core.Context;
import io.vertx.ext.web.RoutingContext;
import io.weir.gateway.RolePool;
import io.weir.gateway.config.GatewayConfig;
import io.weir.gateway.tail.StreamLimiter;
import io.weir.gateway.tail.Subscriber;
import io.weir.gateway.tail.TailMeter;
import io.weir.gateway.tail.TailRequest;
import io.weir.gateway.tail.TailService;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;

/**
 * Translates the call of the tail role between HTTP and its service. What is wrong with a request
 * is answered as a problem before the stream begins; afterwards everything is said in the stream.
 */
final class TailCalls {
  private static final String LAST_EVENT_ID = "Last-Event-ID";

  private final TailService service;
  private final StreamLimiter limiter;
  private final RolePool pool;
  private final GatewayConfig.Tail config;
  private final Problems problems;
  private final TailMeter meter;

  TailCalls(
      GatewayServer.TailRole role, GatewayConfig.Tail config, Problems problems, TailMeter meter) {
    this.service = role.service();
    this.limiter = role.limiter();
    this.pool = role.pool();
    this.config = Objects.requireNonNull(config, "config");
    this.problems = Objects.requireNonNull(problems, "problems");
    this.meter = Objects.requireNonNull(meter, "meter");
  }

  void stream(RoutingContext ctx) {
    TailService.Plan plan;
    try {
      plan = service.plan(request(ctx));
    } catch (RuntimeException e) {
      meter.refused("invalid");
      Answers.send(ctx.response(), problem(e));
      return;
    }
    Optional<StreamLimiter.Permit> permit =
        limiter.acquire(ctx.request().remoteAddress().hostAddress());
    if (permit.isEmpty()) {
      tooMany(ctx);
      return;
    }
    Context loop = ctx.vertx().getOrCreateContext();
    EventStream stream = new EventStream(ctx.response(), ctx.vertx(), loop, service, permit.get());
    ctx.addEndHandler(ended -> stream.close());
    try {
      pool.submit(() -> service.open(plan, stream::wake))
          .whenComplete(
              (subscriber, failure) ->
                  loop.runOnContext(nothing -> begin(ctx, stream, subscriber, failure)));
    } catch (RejectedExecutionException e) {
      stream.close();
      tooMany(ctx);
    }
  }

  /** A header that a browser sends when it comes again is younger than what stands in its URL. */
  private static TailRequest request(RoutingContext ctx) {
    Parameters parameters = Parameters.of(ctx);
    Optional<String> header =
        Optional.ofNullable(ctx.request().getHeader(LAST_EVENT_ID)).filter(id -> !id.isBlank());
    return new TailRequest(
        parameters.filter(),
        parameters.text("since"),
        header.or(() -> parameters.text("last_event_id")));
  }

  private void begin(
      RoutingContext ctx, EventStream stream, Subscriber subscriber, Throwable failure) {
    if (failure != null) {
      meter.refused("failed");
      stream.close();
      Answers.send(ctx.response(), problem(failure));
    } else {
      Duration retry = config.limits().retry();
      stream.begin(subscriber, retry, config.limits().heartbeat(), () -> Callers.mayStillRead(ctx));
    }
  }

  private void tooMany(RoutingContext ctx) {
    meter.refused("too_many");
    Answers.send(
        ctx.response(),
        Problem.of(
                429,
                "too-many-streams",
                "Too many streams",
                "there are as many streams as may be, in all ("
                    + config.maxSubscribers()
                    + ") or of one client address ("
                    + config.maxSubscribersPerAddress()
                    + ")")
            .retryAfter(config.limits().retry()));
  }

  private Problem problem(Throwable failure) {
    Problem problem = problems.of(failure);
    return problem.retryAfter().isPresent() ? problem.retryAfter(config.limits().retry()) : problem;
  }
}
