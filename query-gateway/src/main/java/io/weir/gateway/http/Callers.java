package io.weir.gateway.http;

import io.vertx.ext.web.RoutingContext;
import io.weir.gateway.auth.Caller;
import io.weir.gateway.auth.Scope;
import io.weir.gateway.auth.ServiceAccess;
import io.weir.gateway.auth.UnauthenticatedException;
import java.util.Objects;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/** Keeps who sent a request with the request. */
final class Callers {
  private static final String CALLER = "weir.caller";
  private static final String AGAIN = "weir.caller.again";

  private Callers() {}

  /**
   * @param again asks once more who presents what the request presented
   */
  static void put(RoutingContext ctx, Caller caller, Supplier<CompletionStage<Caller>> again) {
    ctx.put(CALLER, caller);
    ctx.put(AGAIN, again);
  }

  /**
   * Returns whether whoever sent a request that is still being answered may still read, and the
   * same: a key may have been revoked and a token have expired. Nobody loses anything because an
   * identity provider does not answer.
   */
  static CompletionStage<Boolean> mayStillRead(RoutingContext ctx) {
    Caller before = of(ctx);
    return ctx.<Supplier<CompletionStage<Caller>>>get(AGAIN)
        .get()
        .handle(
            (now, failure) -> {
              if (failure == null) {
                return now.may(Scope.READ) && now.services().equals(before.services());
              }
              Throwable cause =
                  failure instanceof CompletionException ? failure.getCause() : failure;
              return !(cause instanceof UnauthenticatedException refused)
                  || refused.reason() == UnauthenticatedException.Reason.UNVERIFIABLE;
            });
  }

  /**
   * Returns who sent it.
   *
   * @throws NullPointerException if nobody was asked: no call may answer then
   */
  static Caller of(RoutingContext ctx) {
    return Objects.requireNonNull(ctx.<Caller>get(CALLER), "nobody was asked who they are");
  }

  /** Returns the services whose data the caller may send and see. */
  static ServiceAccess services(RoutingContext ctx) {
    return of(ctx).services();
  }
}
