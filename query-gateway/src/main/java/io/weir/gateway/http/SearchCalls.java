package io.weir.gateway.http;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vertx.ext.web.RoutingContext;
import io.weir.gateway.NotFoundException;
import io.weir.gateway.metrics.GatewayMetrics;
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
  private final PooledCalls calls;
  private final GatewayMetrics metrics;

  SearchCalls(SearchServices services, PooledCalls calls, GatewayMetrics metrics) {
    Objects.requireNonNull(services, "services");
    this.search = services.search();
    this.histogram = services.histogram();
    this.facets = services.facets();
    this.context = services.context();
    this.segments = services.segments();
    this.calls = Objects.requireNonNull(calls, "calls");
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
    calls.answer(
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
    calls.answer(
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
    calls.answer(
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
    calls.answer(
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
                      Callers.services(ctx),
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
    calls.answer(
        ctx,
        "segments",
        () ->
            cancellation ->
                Reply.ok(
                    ApiJson.segments(
                        segments.list(
                            tiers,
                            parameters.text("from"),
                            parameters.text("to"),
                            parameters.integer("limit", DEFAULT_LIMIT),
                            parameters.text("cursor"),
                            cancellation))));
  }

  private Reply partial(String operation, boolean partial, ObjectNode answer) {
    if (partial) {
      metrics.partial(operation);
    }
    return Reply.ok(answer);
  }

  private static Duration since(long startNanos) {
    return Duration.ofNanos(System.nanoTime() - startNanos);
  }
}
