package io.weir.gateway.http;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vertx.core.Context;
import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.RoutingContext;
import io.weir.gateway.NotFoundException;
import io.weir.gateway.RolePool;
import io.weir.gateway.metrics.GatewayMetrics;
import io.weir.gateway.search.Cancellation;
import io.weir.gateway.search.ContextService;
import io.weir.gateway.search.FacetService;
import io.weir.gateway.search.HistogramService;
import io.weir.gateway.search.SearchCommand;
import io.weir.gateway.search.SearchPage;
import io.weir.gateway.search.SearchService;
import io.weir.gateway.search.SortOrder;
import io.weir.gateway.segments.Segment;
import io.weir.gateway.segments.SegmentService;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Translates the calls of the search role between HTTP and its services. Each runs on the role's
 * threads; when the client goes away it is cancelled.
 */
final class SearchCalls {
  private static final int DEFAULT_LIMIT = 100;
  private static final int DEFAULT_LINES = 10;
  private static final int DEFAULT_VALUES = 10;

  private final SearchService search;
  private final HistogramService histogram;
  private final FacetService facets;
  private final ContextService context;
  private final SegmentService segments;
  private final RolePool pool;
  private final Problems problems;
  private final GatewayMetrics metrics;

  SearchCalls(SearchServices services, RolePool pool, Problems problems, GatewayMetrics metrics) {
    Objects.requireNonNull(services, "services");
    this.search = services.search();
    this.histogram = services.histogram();
    this.facets = services.facets();
    this.context = services.context();
    this.segments = services.segments();
    this.pool = Objects.requireNonNull(pool, "pool");
    this.problems = Objects.requireNonNull(problems, "problems");
    this.metrics = Objects.requireNonNull(metrics, "metrics");
  }

  void search(RoutingContext ctx) {
    Parameters parameters = Parameters.of(ctx);
    if (parameters.text("tier").orElse("hot").equals("cold")) {
      Answers.send(
          ctx.response(),
          Problem.of(
              501,
              "no-cold-search",
              "Cold search does not exist yet",
              "tier=cold is not implemented; the archive can be read with Athena, Trino or DuckDB,"
                  + " see docs/archive.md"));
      return;
    }
    answer(
        ctx,
        "search",
        () -> {
          SearchCommand command =
              new SearchCommand(
                  parameters.filter(),
                  parameters.text("from"),
                  parameters.text("to"),
                  parameters.text("order").orElse("desc").equals("asc")
                      ? SortOrder.ASC
                      : SortOrder.DESC,
                  parameters.integer("limit", DEFAULT_LIMIT),
                  parameters.text("cursor"),
                  parameters.text("on_partial").orElse("repeat").equals("skip"));
          return cancellation -> {
            long start = System.nanoTime();
            SearchPage page = search.search(command, cancellation);
            return partial("search", page.partial(), ApiJson.search(page, since(start)));
          };
        });
  }

  void histogram(RoutingContext ctx) {
    Parameters parameters = Parameters.of(ctx);
    answer(
        ctx,
        "histogram",
        () -> {
          var filter = parameters.filter();
          return cancellation -> {
            long start = System.nanoTime();
            HistogramService.Counts counts =
                histogram.histogram(
                    filter,
                    parameters.text("from"),
                    parameters.text("to"),
                    parameters.text("interval"),
                    cancellation);
            return partial(
                "histogram", counts.shards().partial(), ApiJson.histogram(counts, since(start)));
          };
        });
  }

  void facets(RoutingContext ctx) {
    Parameters parameters = Parameters.of(ctx);
    answer(
        ctx,
        "facets",
        () -> {
          var filter = parameters.filter();
          return cancellation -> {
            long start = System.nanoTime();
            FacetService.Facet facet =
                facets.facet(
                    filter,
                    parameters.text("field").orElseThrow(),
                    parameters.text("from"),
                    parameters.text("to"),
                    parameters.integer("size", DEFAULT_VALUES),
                    cancellation);
            return partial("facets", facet.shards().partial(), ApiJson.facet(facet, since(start)));
          };
        });
  }

  void context(RoutingContext ctx) {
    Parameters parameters = Parameters.of(ctx);
    String id = parameters.text("id").orElseThrow();
    answer(
        ctx,
        "context",
        () ->
            cancellation -> {
              long start = System.nanoTime();
              Optional<ContextService.Context> found =
                  context.context(
                      id,
                      parameters.text("timestamp"),
                      parameters.integer("before", DEFAULT_LINES),
                      parameters.integer("after", DEFAULT_LINES),
                      cancellation);
              ContextService.Context lines =
                  found.orElseThrow(
                      () ->
                          new NotFoundException(
                              "no event in the hot store has the id '" + id + "'"));
              return partial(
                  "context", lines.shards().partial(), ApiJson.context(lines, since(start)));
            });
  }

  void segments(RoutingContext ctx) {
    Parameters parameters = Parameters.of(ctx);
    Set<Segment.Tier> tiers =
        switch (parameters.text("tier").orElse("all")) {
          case "hot" -> EnumSet.of(Segment.Tier.HOT);
          case "cold" -> EnumSet.of(Segment.Tier.COLD);
          default -> EnumSet.allOf(Segment.Tier.class);
        };
    answer(
        ctx,
        "segments",
        () ->
            cancellation ->
                ApiJson.segments(
                    segments.list(
                        tiers,
                        parameters.text("from"),
                        parameters.text("to"),
                        parameters.integer("limit", DEFAULT_LIMIT),
                        parameters.text("cursor"),
                        cancellation)));
  }

  private ObjectNode partial(String operation, boolean partial, ObjectNode answer) {
    if (partial) {
      metrics.partial(operation);
    }
    return answer;
  }

  private static Duration since(long startNanos) {
    return Duration.ofNanos(System.nanoTime() - startNanos);
  }

  /**
   * Reads the request here, works on the role's threads, answers here.
   *
   * @param prepare reads the parameters; what it throws is a problem of the request
   */
  private void answer(
      RoutingContext ctx, String operation, Supplier<Function<Cancellation, ObjectNode>> prepare) {
    Function<Cancellation, ObjectNode> work;
    try {
      work = prepare.get();
    } catch (RuntimeException e) {
      Answers.send(ctx.response(), problems.of(e));
      return;
    }
    Cancellation cancellation = new Cancellation();
    Handler<Void> gone = nothing -> cancellation.cancel();
    ctx.response().closeHandler(gone).exceptionHandler(failure -> cancellation.cancel());
    Context loop = ctx.vertx().getOrCreateContext();
    long start = System.nanoTime();
    try {
      pool.submit(
              () -> {
                cancellation.check();
                return Answers.bytes(work.apply(cancellation));
              })
          .whenComplete(
              (rendered, failure) ->
                  loop.runOnContext(nothing -> finish(ctx, operation, start, rendered, failure)));
    } catch (RejectedExecutionException e) {
      metrics.refused(operation);
      Answers.send(
          ctx.response(),
          Problem.of(
                  429,
                  "too-many-searches",
                  "Too many searches",
                  "as many searches run and wait as may; come again later")
              .retryAfter(problems.searchRetry()));
    }
  }

  private void finish(
      RoutingContext ctx, String operation, long start, Buffer json, Throwable failure) {
    if (failure instanceof CancellationException) {
      metrics.cancelled(operation);
      // Usually nobody listens any more; at shutdown somebody may.
      Answers.send(
          ctx.response(),
          Problem.of(503, "cancelled", "Cancelled", "the gateway stopped before the answer")
              .retryAfter(problems.searchRetry()));
      return;
    }
    metrics.searched(operation, failure == null, since(start));
    if (failure != null) {
      Answers.send(ctx.response(), problems.of(failure));
    } else {
      Answers.send(ctx.response(), 200, json);
    }
  }
}
