package io.weir.gateway.auth;

import io.weir.gateway.auth.UnauthenticatedException.Reason;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Asks whichever authenticator knows a bearer token. Thread-safe. */
public final class BearerTokens {
  private static final String SCHEME = "bearer ";
  private static final int MAX_TOKEN = 8 * 1024;

  private final List<Authenticator> authenticators;

  /**
   * @param authenticators in the order in which they are asked; none if nobody is asked who they
   *     are
   */
  public BearerTokens(List<Authenticator> authenticators) {
    this.authenticators = List.copyOf(authenticators);
  }

  /** Returns whether callers have to say who they are. */
  public boolean required() {
    return !authenticators.isEmpty();
  }

  /**
   * Returns who sends a request.
   *
   * @param authorization the header
   * @return fails with {@link UnauthenticatedException}
   */
  public CompletionStage<Caller> caller(Optional<String> authorization) {
    if (!required()) {
      return CompletableFuture.completedFuture(Caller.ANYONE);
    }
    if (authorization.isEmpty() || authorization.get().isBlank()) {
      return refused(Reason.MISSING, "send an API key or token as Authorization: Bearer ...");
    }
    String header = authorization.get();
    if (!header.toLowerCase(Locale.ROOT).startsWith(SCHEME) || header.length() > MAX_TOKEN) {
      return refused(Reason.MALFORMED, "Authorization has to be Bearer and a key or token");
    }
    String token = header.substring(SCHEME.length()).strip();
    return authenticators.stream()
        .filter(one -> one.knows(token))
        .findFirst()
        .map(one -> one.authenticate(token))
        .orElseGet(() -> refused(Reason.MALFORMED, "the token is of no kind that is known here"));
  }

  private static CompletionStage<Caller> refused(Reason reason, String message) {
    return CompletableFuture.failedFuture(new UnauthenticatedException(reason, message));
  }
}
