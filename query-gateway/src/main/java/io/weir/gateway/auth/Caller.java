package io.weir.gateway.auth;

import java.util.Objects;
import java.util.Set;

/**
 * Who asks, and what that allows.
 *
 * @param id stable and not secret: {@code key:<id>}, {@code user:<subject>} or {@code anyone}
 * @param name for people
 * @param scopes what may be done
 * @param services whose data may be sent and seen
 */
public record Caller(
    String id, String name, Set<Scope> scopes, ServiceAccess services, CallerLimits limits) {
  /** Everybody, where nobody is asked who they are. */
  public static final Caller ANYONE =
      new Caller("anyone", "anyone", Set.of(Scope.values()), ServiceAccess.ALL, CallerLimits.NONE);

  public Caller {
    Objects.requireNonNull(id, "id");
    Objects.requireNonNull(name, "name");
    scopes = Set.copyOf(scopes);
    Objects.requireNonNull(services, "services");
    Objects.requireNonNull(limits, "limits");
  }

  /** Returns whether a scope is among those that the caller has, or is included in one. */
  public boolean may(Scope needed) {
    return scopes.stream().anyMatch(scope -> scope.includes(needed));
  }
}
