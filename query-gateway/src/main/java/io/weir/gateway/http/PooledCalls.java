package io.weir.gateway.http;

import io.vertx.core.Context;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import io.weir.gateway.RolePool;
import io.weir.gateway.metrics.GatewayMetrics;
import io.weir.gateway.search.Cancellation;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CancellationException;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Runs the calls of one role on its threads and answers on the event loop. A call whose client goes
 * away is cancelled.
 */
final class PooledCalls {
  private final RolePool pool;
  private final Problems problems;
  private final GatewayMetrics.Calls metrics;
  private final Duration retryAfter;
  private final String what;
  private final CallLog log;

  /**
   * @param retryAfter of a refusal
   * @param what the calls are, in the plural
   * @param log of calls that are slow or that a store fails
   */
  PooledCalls(
      RolePool pool,
      Problems problems,
      GatewayMetrics.Calls metrics,
      Duration retryAfter,
      String what,
      CallLog log) {
    this.pool = Objects.requireNonNull(pool, "pool");
    this.problems = Objects.requireNonNull(problems, "problems");
    this.metrics = Objects.requireNonNull(metrics, "metrics");
    this.retryAfter = Objects.requireNonNull(retryAfter, "retryAfter");
    this.what = Objects.requireNonNull(what, "what");
    this.log = Objects.requireNonNull(log, "log");
  }

  /**
   * Reads the request here, works on the role's threads, answers here.
   *
   * @param prepare reads the parameters; what it throws is a problem of the request
   */
  void answer(
      RoutingContext ctx, String operation, Supplier<Function<Cancellation, Reply>> prepare) {
    Function<Cancellation, Reply> work;
    try {
      work = prepare.get();
    } catch (RuntimeException e) {
      Answers.send(ctx.response(), problem(e));
      return;
    }
    Cancellation cancellation = new Cancellation();
    ctx.addEndHandler(
        ended -> {
          if (ended.failed()) {
            cancellation.cancel();
          }
        });
    Context loop = ctx.vertx().getOrCreateContext();
    long start = System.nanoTime();
    try {
      pool.submit(
              () -> {
                cancellation.check();
                return work.apply(cancellation);
              })
          .whenComplete(
              (reply, failure) ->
                  loop.runOnContext(nothing -> finish(ctx, operation, start, reply, failure)));
    } catch (RejectedExecutionException e) {
      metrics.refused(operation);
      Answers.send(
          ctx.response(),
          Problem.of(
                  429,
                  "too-many-" + what,
                  "Too many " + what,
                  "as many " + what + " run and wait as may; come again later")
              .retryAfter(retryAfter));
    }
  }

  private void finish(
      RoutingContext ctx, String operation, long start, Reply reply, Throwable failure) {
    if (failure instanceof CancellationException) {
      metrics.cancelled(operation);
      // Usually nobody listens any more; at shutdown somebody may.
      Answers.send(
          ctx.response(),
          Problem.of(503, "cancelled", "Cancelled", "the gateway stopped before the answer")
              .retryAfter(retryAfter));
      return;
    }
    Duration took = Duration.ofNanos(System.nanoTime() - start);
    metrics.answered(operation, failure == null, took);
    if (failure != null) {
      log.failed(ctx, operation, took, failure);
      Answers.send(ctx.response(), problem(failure));
    } else {
      log.answered(ctx, operation, took);
      send(ctx.response(), reply);
    }
  }

  private Problem problem(Throwable failure) {
    Problem problem = problems.of(failure);
    return problem.retryAfter().isPresent() ? problem.retryAfter(retryAfter) : problem;
  }

  private static void send(HttpServerResponse response, Reply reply) {
    if (response.ended() || response.closed()) {
      return;
    }
    reply.headers().forEach(response::putHeader);
    if (reply.body().isPresent()) {
      Answers.send(response, reply.status(), reply.body().get());
    } else {
      Answers.send(response, reply.status());
    }
  }
}
