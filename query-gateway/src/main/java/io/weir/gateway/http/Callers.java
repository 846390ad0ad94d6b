package io.weir.gateway.http;

import io.vertx.ext.web.RoutingContext;
import io.weir.gateway.auth.Caller;
import io.weir.gateway.auth.ServiceAccess;
import java.util.Objects;

/** Keeps who sent a request with the request. */
final class Callers {
  private static final String CALLER = "weir.caller";

  private Callers() {}

  static void put(RoutingContext ctx, Caller caller) {
    ctx.put(CALLER, caller);
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
