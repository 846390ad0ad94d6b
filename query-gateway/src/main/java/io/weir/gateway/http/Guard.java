package io.weir.gateway.http;

import io.vertx.core.Context;
import io.vertx.core.Handler;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.RoutingContext;
import io.weir.gateway.auth.BearerTokens;
import io.weir.gateway.auth.Caller;
import io.weir.gateway.auth.CallerLimiter;
import io.weir.gateway.auth.CallerLimits;
import io.weir.gateway.auth.Scope;
import io.weir.gateway.auth.ServiceAccess;
import io.weir.gateway.auth.UnauthenticatedException;
import io.weir.gateway.metrics.GatewayMetrics;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;

/**
 * Stands before every operation: who asks, may they, and is it not too much? Judges before the
 * router looks at parameters, and once more by the operation that the router chose if that is
 * another, so that no way of writing a path leads around it.
 */
final class Guard {
  private static final String ADMITTED = "weir.admitted";
  private static final CharSequence WWW_AUTHENTICATE =
      HttpHeaders.createOptimized("WWW-Authenticate");
  private static final Duration PROVIDER_RETRY = Duration.ofSeconds(5);

  /** Who did not say who they are, where that is not needed. */
  private static final Caller NOBODY =
      new Caller("nobody", "nobody", Set.of(), ServiceAccess.ALL, CallerLimits.NONE);

  private final OperationFinder finder;
  private final AccessTable table;
  private final BearerTokens tokens;
  private final CallerLimiter limiter;
  private final Audit audit;
  private final GatewayMetrics metrics;

  Guard(
      OperationFinder finder,
      AccessTable table,
      BearerTokens tokens,
      CallerLimiter limiter,
      Audit audit,
      GatewayMetrics metrics) {
    this.finder = Objects.requireNonNull(finder, "finder");
    this.table = Objects.requireNonNull(table, "table");
    this.tokens = Objects.requireNonNull(tokens, "tokens");
    this.limiter = Objects.requireNonNull(limiter, "limiter");
    this.audit = Objects.requireNonNull(audit, "audit");
    this.metrics = Objects.requireNonNull(metrics, "metrics");
  }

  /** Judges a request before anything else looks at it. */
  void enter(RoutingContext ctx) {
    Optional<String> operation = finder.find(ctx.request().method().name(), ctx.normalizedPath());
    if (operation.isPresent()) {
      judge(ctx, operation.get());
    } else {
      ctx.next(); // the web interface, or nothing
    }
  }

  /** Returns what has to stand before the call of an operation. */
  Handler<RoutingContext> confirm(String operation) {
    return ctx -> {
      if (operation.equals(ctx.get(ADMITTED))) {
        ctx.next();
      } else {
        judge(ctx, operation);
      }
    };
  }

  private void judge(RoutingContext ctx, String operation) {
    CompletableFuture<Caller> caller = ask(ctx).toCompletableFuture();
    if (caller.isDone()) {
      judged(ctx, operation, caller);
      return;
    }
    ctx.request().pause();
    Context loop = ctx.vertx().getOrCreateContext();
    caller.whenComplete(
        (known, failure) ->
            loop.runOnContext(
                nothing -> {
                  if (hasNoBody(ctx)) {
                    ctx.request().resume();
                  }
                  judged(ctx, operation, caller);
                }));
  }

  private CompletionStage<Caller> ask(RoutingContext ctx) {
    return tokens.caller(Optional.ofNullable(ctx.request().getHeader(HttpHeaders.AUTHORIZATION)));
  }

  private static boolean hasNoBody(RoutingContext ctx) {
    HttpMethod method = ctx.request().method();
    return method != HttpMethod.POST && method != HttpMethod.PUT;
  }

  private void judged(RoutingContext ctx, String operation, CompletableFuture<Caller> asked) {
    Access access = table.of(operation);
    Caller caller;
    try {
      caller = asked.join();
    } catch (CompletionException e) {
      if (access.who() == Access.Who.EVERYBODY) {
        admit(ctx, operation, NOBODY);
      } else if (e.getCause() instanceof UnauthenticatedException unknown) {
        unauthenticated(ctx, operation, unknown);
      } else {
        ctx.fail(e.getCause());
      }
      return;
    }
    Optional<String> refusal = refusal(access, caller);
    if (refusal.isPresent()) {
      metrics.unauthorized("forbidden");
      audit.refused(ctx, Optional.of(caller), operation, refusal.get());
      ShapedRefusal.send(
          ctx, operation, Problem.of(403, "forbidden", "Not allowed", refusal.get()));
      return;
    }
    if (!caller.limits().equals(CallerLimits.NONE) && !takePermit(ctx, operation, caller)) {
      return;
    }
    if (access.scope().equals(Optional.of(Scope.ADMIN))) {
      audit.changed(ctx, caller, operation);
    }
    admit(ctx, operation, caller);
  }

  private void admit(RoutingContext ctx, String operation, Caller caller) {
    Callers.put(ctx, caller, () -> ask(ctx));
    ctx.put(ADMITTED, operation);
    ctx.next();
  }

  private static Optional<String> refusal(Access access, Caller caller) {
    if (access.scope().isPresent() && !caller.may(access.scope().get())) {
      return Optional.of(
          "this needs the scope '"
              + access.scope().get().lowerCase()
              + "', which the caller lacks");
    }
    if (access.restricted() == Access.Restricted.REFUSED && caller.services().isRestricted()) {
      return Optional.of(
          "this is about all services, and the caller may see "
              + caller.services().names()
              + " only");
    }
    return Optional.empty();
  }

  private boolean takePermit(RoutingContext ctx, String operation, Caller caller) {
    CallerLimiter.Permit permit =
        limiter.acquire(
            caller,
            operation.equals("streamLogs")
                ? CallerLimiter.Kind.STREAM
                : CallerLimiter.Kind.REQUEST);
    if (permit.exceeded().isEmpty()) {
      ctx.addEndHandler(ended -> permit.close());
      return true;
    }
    CallerLimiter.Exceeded exceeded = permit.exceeded().get();
    metrics.limited(exceeded.limit());
    ShapedRefusal.send(
        ctx,
        operation,
        Problem.of(429, "too-many-of-this-caller", "Too many of this caller", exceeded.what())
            .retryAfter(exceeded.retryAfter()));
    return false;
  }

  private void unauthenticated(
      RoutingContext ctx, String operation, UnauthenticatedException unknown) {
    metrics.unauthorized(unknown.reason().lowerCase());
    audit.refused(ctx, Optional.empty(), operation, unknown.reason().lowerCase());
    if (unknown.reason() == UnauthenticatedException.Reason.UNVERIFIABLE) {
      ShapedRefusal.send(
          ctx,
          operation,
          Problem.of(503, "not-verifiable", "Cannot tell who asks", unknown.getMessage())
              .retryAfter(PROVIDER_RETRY));
      return;
    }
    ctx.response()
        .putHeader(
            WWW_AUTHENTICATE,
            unknown.reason() == UnauthenticatedException.Reason.MISSING
                ? "Bearer realm=\"weir\""
                : "Bearer realm=\"weir\", error=\"invalid_token\"");
    ShapedRefusal.send(
        ctx,
        operation,
        Problem.of(401, "unauthenticated", "Who asks is not known", unknown.getMessage()));
  }
}
