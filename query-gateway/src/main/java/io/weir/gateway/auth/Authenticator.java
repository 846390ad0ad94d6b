package io.weir.gateway.auth;

import java.util.concurrent.CompletionStage;

/** Finds out who presents a bearer token. Thread-safe; never blocks. */
public interface Authenticator {

  /** Returns whether a token is of the kind that this one knows. */
  boolean knows(String token);

  /**
   * Returns who presents a token.
   *
   * @return fails with {@link UnauthenticatedException}
   */
  CompletionStage<Caller> authenticate(String token);
}
