package io.weir.gateway.auth;

import java.util.Locale;
import java.util.Objects;

/**
 * Nobody knows who asks; becomes a 401. What is said to the caller does not tell a key that was
 * revoked from one that never was; the reason is for metrics and the audit log.
 */
public final class UnauthenticatedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final Reason reason;

  /** Why. */
  public enum Reason {
    /** There are no credentials. */
    MISSING,
    /** They are not of a kind that is known here. */
    MALFORMED,
    /** No such key, or its secret is wrong. */
    UNKNOWN,
    /** It was, and is no more. */
    EXPIRED,
    /** The identity provider cannot be asked for its keys. */
    UNVERIFIABLE;

    /** Returns the name as it is counted. */
    public String lowerCase() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  public UnauthenticatedException(Reason reason, String message) {
    super(message);
    this.reason = Objects.requireNonNull(reason, "reason");
  }

  public Reason reason() {
    return reason;
  }
}
