package io.weir.gateway.http;

import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.VertxException;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.openapi.router.OpenAPIRoute;
import io.vertx.ext.web.openapi.router.RouterBuilder;
import io.vertx.openapi.contract.OpenAPIContract;
import io.vertx.openapi.contract.Operation;
import io.vertx.openapi.contract.Path;
import io.weir.gateway.InvalidRequestException;
import io.weir.gateway.InvalidRequestException.FieldError;
import io.weir.gateway.config.Role;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Ties the operations of the contract to the calls that answer them. An operation that belongs to a
 * role which is off answers 404 and says so.
 */
final class GatewayRoutes {
  private final OpenAPIContract contract;
  private final Guard guard;
  private final SecurityHeaders headers;
  private final RoleCalls roles;
  private final OperationCalls operations;
  private final Problems problems;
  private final UiCalls ui;

  GatewayRoutes(
      OpenAPIContract contract,
      Guard guard,
      SecurityHeaders headers,
      RoleCalls roles,
      OperationCalls operations,
      Problems problems,
      UiCalls ui) {
    this.contract = Objects.requireNonNull(contract, "contract");
    this.guard = Objects.requireNonNull(guard, "guard");
    this.headers = Objects.requireNonNull(headers, "headers");
    this.roles = Objects.requireNonNull(roles, "roles");
    this.operations = Objects.requireNonNull(operations, "operations");
    this.problems = Objects.requireNonNull(problems, "problems");
    this.ui = Objects.requireNonNull(ui, "ui");
  }

  /** Returns a router for one event loop. */
  Router router(Vertx vertx) {
    RouterBuilder builder = RouterBuilder.create(vertx, contract, new ExactRequestExtractor());
    headers.cors().ifPresent(builder::rootHandler);
    builder.rootHandler(headers);
    builder.rootHandler(guard::enter);
    bind(builder, "ingestLogs", Role.INGEST, roles.ingest().map(calls -> calls::logs), false);
    bind(builder, "ingestMetrics", Role.INGEST, roles.ingest().map(calls -> calls::points), false);
    bind(
        builder,
        "remoteWrite",
        Role.INGEST,
        roles.ingest().map(calls -> calls::remoteWrite),
        false);
    bind(builder, "otlpLogs", Role.INGEST, roles.ingest().map(calls -> calls::otlpLogs), false);
    bind(
        builder,
        "otlpMetrics",
        Role.INGEST,
        roles.ingest().map(calls -> calls::otlpMetrics),
        false);
    bind(builder, "searchLogs", Role.SEARCH, roles.search().map(calls -> calls::search), true);
    bind(builder, "logHistogram", Role.SEARCH, roles.search().map(calls -> calls::histogram), true);
    bind(builder, "logFacets", Role.SEARCH, roles.search().map(calls -> calls::facets), true);
    bind(builder, "streamLogs", Role.TAIL, roles.tail().map(calls -> calls::stream), true);
    bind(builder, "logContext", Role.SEARCH, roles.search().map(calls -> calls::context), true);
    bind(builder, "listSegments", Role.SEARCH, roles.search().map(calls -> calls::segments), true);
    bind(builder, "queryMetrics", Role.METRICS, roles.metrics().map(calls -> calls::query), true);
    bind(
        builder,
        "prometheusQuery",
        Role.METRICS,
        roles.prometheus().map(calls -> calls::query),
        false);
    bind(
        builder,
        "prometheusQueryForm",
        Role.METRICS,
        roles.prometheus().map(calls -> calls::query),
        false);
    bind(
        builder,
        "prometheusQueryRange",
        Role.METRICS,
        roles.prometheus().map(calls -> calls::queryRange),
        false);
    bind(
        builder,
        "prometheusQueryRangeForm",
        Role.METRICS,
        roles.prometheus().map(calls -> calls::queryRange),
        false);
    bind(
        builder,
        "prometheusLabels",
        Role.METRICS,
        roles.prometheus().map(calls -> calls::labels),
        false);
    bind(
        builder,
        "prometheusLabelsForm",
        Role.METRICS,
        roles.prometheus().map(calls -> calls::labels),
        false);
    bind(
        builder,
        "prometheusLabelValues",
        Role.METRICS,
        roles.prometheus().map(calls -> calls::labelValues),
        false);
    bind(
        builder,
        "prometheusSeries",
        Role.METRICS,
        roles.prometheus().map(calls -> calls::series),
        false);
    bind(
        builder,
        "prometheusSeriesForm",
        Role.METRICS,
        roles.prometheus().map(calls -> calls::series),
        false);
    bind(
        builder,
        "prometheusMetadata",
        Role.METRICS,
        roles.prometheus().map(calls -> calls::metadata),
        false);
    bind(
        builder,
        "prometheusBuildInfo",
        Role.METRICS,
        roles.prometheus().map(calls -> calls::buildInfo),
        false);
    bind(builder, "createAlert", Role.RULES, roles.alerts().map(calls -> calls::create), false);
    bind(builder, "listAlerts", Role.RULES, roles.alerts().map(calls -> calls::list), true);
    bind(builder, "getAlert", Role.RULES, roles.alerts().map(calls -> calls::get), true);
    bind(builder, "replaceAlert", Role.RULES, roles.alerts().map(calls -> calls::replace), false);
    bind(builder, "deleteAlert", Role.RULES, roles.alerts().map(calls -> calls::delete), true);
    bind(
        builder,
        "createDashboard",
        Role.RULES,
        roles.dashboards().map(calls -> calls::create),
        false);
    bind(builder, "listDashboards", Role.RULES, roles.dashboards().map(calls -> calls::list), true);
    bind(builder, "getDashboard", Role.RULES, roles.dashboards().map(calls -> calls::get), true);
    bind(
        builder,
        "replaceDashboard",
        Role.RULES,
        roles.dashboards().map(calls -> calls::replace),
        false);
    bind(
        builder,
        "deleteDashboard",
        Role.RULES,
        roles.dashboards().map(calls -> calls::delete),
        true);
    bind(builder, "alertState", Role.RULES, roles.states().map(calls -> calls::state), true);
    bind(builder, "activeAlerts", Role.RULES, roles.states().map(calls -> calls::active), true);
    bind(builder, "testAlert", Role.RULES, roles.states().map(calls -> calls::test), false);
    bind(builder, "alertHistory", Role.RULES, roles.pipeline().map(calls -> calls::history), true);
    bind(builder, "listSilences", Role.RULES, roles.pipeline().map(calls -> calls::silences), true);
    bind(
        builder,
        "createSilence",
        Role.RULES,
        roles.pipeline().map(calls -> calls::createSilence),
        false);
    bind(builder, "endSilence", Role.RULES, roles.pipeline().map(calls -> calls::endSilence), true);
    bind(builder, "pipelineJobs", Role.RULES, roles.pipeline().map(calls -> calls::jobs), true);
    bind(
        builder,
        "deadLetters",
        Role.RULES,
        roles.pipeline().map(calls -> calls::deadLetters),
        true);
    bind(builder, "health", operations::health);
    bind(builder, "ready", operations::ready);
    bind(builder, "metrics", operations::metrics);
    bind(builder, "openapi", operations::openapi);
    bind(builder, "whoAmI", operations::whoAmI);
    Router router = builder.createRouter();
    ui.bind(router);
    for (int status : new int[] {400, 403, 404, 413, 414, 500}) {
      router.errorHandler(status, this::failed);
    }
    router.errorHandler(405, this::wrongMethod);
    return router;
  }

  private void bind(RouterBuilder builder, String operation, Handler<RoutingContext> call) {
    route(builder, operation)
        .addHandler(guard.confirm(operation))
        .addHandler(call)
        .addFailureHandler(this::failed);
  }

  private void bind(
      RouterBuilder builder,
      String operation,
      Role role,
      Optional<Handler<RoutingContext>> call,
      boolean validate) {
    OpenAPIRoute route = route(builder, operation);
    route.setDoValidation(validate && call.isPresent());
    route.addHandler(guard.confirm(operation));
    route.addHandler(
        call.map(handler -> isPrometheus(operation) ? handler : strict(route, operation, handler))
            .orElse(ctx -> roleIsOff(ctx, operation, role)));
    route.addFailureHandler(this::failed);
  }

  /** Prometheus takes any parameter, and its clients rely on that. */
  private static boolean isPrometheus(String operation) {
    return operation.startsWith("prometheus") || operation.equals("remoteWrite");
  }

  /**
   * Not every call is validated by the contract, but a parameter with a typo is an error in all.
   */
  private Handler<RoutingContext> strict(
      OpenAPIRoute route, String operation, Handler<RoutingContext> call) {
    return ctx -> {
      List<FieldError> unknown = UnknownParameters.of(ctx.queryParams(), route.getOperation());
      if (unknown.isEmpty()) {
        call.handle(ctx);
      } else {
        ShapedRefusal.send(ctx, operation, problems.of(new InvalidRequestException(unknown)));
      }
    };
  }

  private static OpenAPIRoute route(RouterBuilder builder, String operation) {
    return Objects.requireNonNull(builder.getRoute(operation), operation);
  }

  private static void roleIsOff(RoutingContext ctx, String operation, Role role) {
    ShapedRefusal.send(
        ctx,
        operation,
        Problem.of(
            404,
            "role-is-off",
            "Not served here",
            "this gateway runs without the role '" + role.lowerCase() + "'"));
  }

  /**
   * What Vert.x itself refuses (no Host, a foreign origin) has a status, and is no failure here.
   */
  private void failed(RoutingContext ctx) {
    boolean judged = ctx.failure() instanceof VertxException && ctx.statusCode() / 100 == 4;
    Answers.send(
        ctx.response(),
        ctx.failure() != null && !judged
            ? problems.of(ctx.failure())
            : Problems.ofStatus(ctx.statusCode() > 0 ? ctx.statusCode() : 500));
  }

  private static boolean matches(String template, String path) {
    String[] expected = template.split("/", -1);
    String[] given = path.split("/", -1);
    boolean same = expected.length == given.length;
    for (int i = 0; same && i < expected.length; i++) {
      same = expected[i].startsWith("{") || expected[i].equals(given[i]);
    }
    return same;
  }

  private void wrongMethod(RoutingContext ctx) {
    Optional<Path> path =
        contract.getPaths().stream()
            .filter(candidate -> matches(candidate.getName(), ctx.normalizedPath()))
            .min(Comparator.comparing(candidate -> candidate.getName().contains("{")));
    path.ifPresent(
        known ->
            ctx.response()
                .putHeader(
                    "Allow",
                    known.getOperations().stream()
                        .map(Operation::getHttpMethod)
                        .map(HttpMethod::name)
                        .collect(Collectors.joining(", "))));
    Answers.send(ctx.response(), Problems.ofStatus(405));
  }
}
