package io.weir.gateway.http;

import io.vertx.ext.web.RoutingContext;
import io.weir.gateway.NotFoundException;
import io.weir.gateway.alerts.ActiveAlerts;
import io.weir.gateway.alerts.AlertStates;
import io.weir.gateway.alerts.AlertTestService;
import io.weir.gateway.alerts.AlertVisibility;
import io.weir.gateway.auth.ServiceAccess;
import io.weir.gateway.documents.DocumentService;
import io.weir.model.alert.AlertRule;
import io.weir.model.alert.AlertState;
import io.weir.model.alert.AlertStatus;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/** Translates the calls over what alert rules do between HTTP and their services. */
final class AlertCalls {
  private static final int DEFAULT_LIMIT = 1_000;

  private final DocumentService<AlertRule> rules;
  private final AlertStates states;
  private final ActiveAlerts active;
  private final AlertTestService test;
  private final SmallBody.Limits bodies;
  private final PooledCalls calls;

  AlertCalls(RulesServices services, SmallBody.Limits bodies, PooledCalls calls) {
    Objects.requireNonNull(services, "services");
    this.rules = services.alerts();
    this.states = services.states();
    this.active = new ActiveAlerts(states, rules::value, services.pipeline().clock());
    this.test = services.test();
    this.bodies = Objects.requireNonNull(bodies, "bodies");
    this.calls = Objects.requireNonNull(calls, "calls");
  }

  void state(RoutingContext ctx) {
    String id = ctx.pathParam("id");
    calls.answer(
        ctx,
        "alert_state",
        () ->
            cancellation -> {
              ServiceAccess access = Callers.services(ctx);
              List<AlertState> found = visible(states.of(id), access);
              // A rule that was deleted may still have alerts to be resolved.
              if (found.isEmpty()
                  && rules.value(id).filter(r -> AlertVisibility.sees(r, access)).isEmpty()) {
                throw new NotFoundException("there is no alert '" + id + "'");
              }
              return Reply.ok(AlertsJson.states(id, found));
            });
  }

  void active(RoutingContext ctx) {
    Parameters parameters = Parameters.of(ctx);
    Optional<String> only = parameters.text("state");
    int limit = parameters.integer("limit", DEFAULT_LIMIT);
    calls.answer(
        ctx,
        "active_alerts",
        () ->
            cancellation -> {
              List<AlertState> found =
                  visible(this.active.all(), Callers.services(ctx)).stream()
                      .filter(state -> isActive(state.status(), only))
                      .sorted(
                          Comparator.comparing(AlertState::status)
                              .reversed()
                              .thenComparing(AlertState::severity, Comparator.reverseOrder())
                              .thenComparing(AlertState::sinceMillis)
                              .thenComparing(AlertState::key))
                      .toList();
              return Reply.ok(
                  AlertsJson.active(found.subList(0, Math.min(limit, found.size())), found.size()));
            });
  }

  private List<AlertState> visible(List<AlertState> all, ServiceAccess access) {
    return access.isRestricted()
        ? all.stream()
            .filter(state -> AlertVisibility.sees(state, rules.value(state.alertId()), access))
            .toList()
        : all;
  }

  private static boolean isActive(AlertStatus status, Optional<String> only) {
    return switch (status) {
      case PENDING -> only.orElse("pending").equals("pending");
      case FIRING -> only.orElse("firing").equals("firing");
      case INACTIVE, RESOLVED -> false;
    };
  }

  void test(RoutingContext ctx) {
    JsonBody.read(
        ctx,
        bodies,
        body ->
            calls.answer(
                ctx,
                "test_alert",
                () -> {
                  Optional<String> from = Optional.ofNullable(ctx.queryParams().get("from"));
                  Optional<String> to = Optional.ofNullable(ctx.queryParams().get("to"));
                  return cancellation ->
                      Reply.ok(
                          AlertsJson.outcome(
                              test.test(body, from, to, Callers.services(ctx), cancellation)));
                }));
  }
}
