package io.weir.gateway.http;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.Context;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.RoutingContext;
import io.weir.gateway.Readiness;
import io.weir.gateway.auth.Caller;
import io.weir.gateway.auth.Scope;
import io.weir.gateway.config.Role;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeSet;

/** The calls that every gateway answers, whatever its roles. */
final class OperationCalls {
  private static final String PROMETHEUS_TEXT = "text/plain; version=0.0.4; charset=utf-8";

  private final Readiness readiness;
  private final PrometheusMeterRegistry registry;
  private final Buffer contract;
  private final Problems problems;
  private final boolean callersAreAsked;

  OperationCalls(
      Readiness readiness,
      PrometheusMeterRegistry registry,
      Buffer contract,
      Problems problems,
      boolean callersAreAsked) {
    this.callersAreAsked = callersAreAsked;
    this.readiness = Objects.requireNonNull(readiness, "readiness");
    this.registry = Objects.requireNonNull(registry, "registry");
    this.contract = Objects.requireNonNull(contract, "contract");
    this.problems = Objects.requireNonNull(problems, "problems");
  }

  void health(RoutingContext ctx) {
    Answers.send(
        ctx.response(),
        200,
        Answers.bytes(JsonNodeFactory.instance.objectNode().put("status", "alive")));
  }

  void ready(RoutingContext ctx) {
    Optional<Role> role =
        Parameters.of(ctx).text("role").map(name -> Role.valueOf(name.toUpperCase(Locale.ROOT)));
    // Addresses of stores and the words of their errors are not for everybody.
    boolean details = Callers.of(ctx).may(Scope.READ);
    Context loop = ctx.vertx().getOrCreateContext();
    readiness
        .report()
        .whenComplete(
            (report, failure) ->
                loop.runOnContext(
                    nothing -> {
                      if (failure != null) {
                        Answers.send(ctx.response(), problems.of(failure));
                      } else {
                        Answers.send(
                            ctx.response(),
                            report.ready(role) ? 200 : 503,
                            Answers.bytes(json(report, role, details)));
                      }
                    }));
  }

  private static ObjectNode json(Readiness.Report report, Optional<Role> role, boolean details) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("status", !report.ready(role) ? "unready" : report.complete() ? "ready" : "degraded");
    ObjectNode roles = json.putObject("roles");
    report
        .roles()
        .forEach((name, ready) -> roles.put(name.lowerCase(), ready ? "ready" : "unready"));
    ArrayNode dependencies = json.putArray("dependencies");
    for (Readiness.State state : report.dependencies()) {
      dependencies
          .addObject()
          .put("name", state.name())
          .put("role", state.role().lowerCase())
          .put("ready", state.ready())
          .put("required", state.required())
          .put("detail", details ? state.detail() : "");
    }
    return json;
  }

  void whoAmI(RoutingContext ctx) {
    Caller caller = Callers.of(ctx);
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("id", caller.id());
    json.put("name", caller.name());
    json.put("authentication", callersAreAsked);
    ArrayNode scopes = json.putArray("scopes");
    caller.scopes().stream().sorted().forEach(scope -> scopes.add(scope.lowerCase()));
    if (caller.services().only().isPresent()) {
      ArrayNode services = json.putArray("services");
      new TreeSet<>(caller.services().only().get()).forEach(services::add);
    } else {
      json.putNull("services");
    }
    Answers.send(ctx.response(), 200, Answers.bytes(json));
  }

  void metrics(RoutingContext ctx) {
    ctx.response().putHeader(HttpHeaders.CONTENT_TYPE, PROMETHEUS_TEXT).end(registry.scrape());
  }

  void openapi(RoutingContext ctx) {
    ctx.response().putHeader(HttpHeaders.CONTENT_TYPE, "application/yaml").end(contract);
  }
}
