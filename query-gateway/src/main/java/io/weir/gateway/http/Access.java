package io.weir.gateway.http;

import io.weir.gateway.auth.Scope;
import java.util.Objects;
import java.util.Optional;

/**
 * What an operation asks of its callers.
 *
 * @param who is let in
 * @param scope that the caller needs; empty unless it is asked for
 * @param restricted what becomes of a caller who may see some services only
 */
record Access(Who who, Optional<Scope> scope, Restricted restricted) {
  /** Who is let in. */
  enum Who {
    /** Anybody; who presents no or wrong credentials is nobody. */
    EVERYBODY,
    /** Whoever is known. */
    CALLERS,
    /** Who has the scope. */
    SCOPE
  }

  /** What becomes of a caller who may see some services only. */
  enum Restricted {
    /** Answered out of those services' data alone: the call sees to it. */
    NARROWED,
    /** Refused: what is answered or changed belongs to all services and cannot be told apart. */
    REFUSED,
    /** Answered as others are: there is no service's data in it. */
    AS_OTHERS
  }

  Access {
    Objects.requireNonNull(who, "who");
    Objects.requireNonNull(restricted, "restricted");
    if (scope.isPresent() != (who == Who.SCOPE)) {
      throw new IllegalArgumentException("a scope is needed by SCOPE and no other");
    }
  }

  static Access open() {
    return new Access(Who.EVERYBODY, Optional.empty(), Restricted.AS_OTHERS);
  }

  static Access known() {
    return new Access(Who.CALLERS, Optional.empty(), Restricted.AS_OTHERS);
  }

  static Access needs(Scope scope, Restricted restricted) {
    return new Access(Who.SCOPE, Optional.of(scope), restricted);
  }
}
