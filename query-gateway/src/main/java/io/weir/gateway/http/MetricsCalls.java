package io.weir.gateway.http;

import io.vertx.ext.web.RoutingContext;
import io.weir.gateway.series.MetricQueryService;
import io.weir.gateway.series.MetricQueryService.Question;
import java.util.Objects;

/** Translates {@code GET /metrics/query} between HTTP and its service. */
final class MetricsCalls {
  private final MetricQueryService service;
  private final PooledCalls calls;

  MetricsCalls(MetricQueryService service, PooledCalls calls) {
    this.service = Objects.requireNonNull(service, "service");
    this.calls = Objects.requireNonNull(calls, "calls");
  }

  void query(RoutingContext ctx) {
    Parameters parameters = Parameters.of(ctx);
    calls.answer(
        ctx,
        "query",
        () -> {
          Question question =
              new Question(
                  parameters.text("metric").orElseThrow(),
                  parameters.text("from"),
                  parameters.text("to"),
                  parameters.text("step"),
                  parameters.text("window"),
                  parameters.list("tags"),
                  parameters.text("agg"),
                  parameters.list("group_by"));
          return cancellation ->
              Reply.ok(
                  MetricsJson.answer(service.query(question, Callers.services(ctx), cancellation)));
        });
  }
}
