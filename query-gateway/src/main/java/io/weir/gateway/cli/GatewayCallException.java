package io.weir.gateway.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;

/** A call that failed, in words for the user. */
final class GatewayCallException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final transient JsonNode problem;

  GatewayCallException(String message) {
    this(message, MissingNode.getInstance());
  }

  GatewayCallException(String message, JsonNode problem) {
    super(message);
    this.problem = problem;
  }

  /** Returns whether the gateway would answer the same to the same call. */
  boolean isFaultOfTheCall() {
    int status = problem.path("status").asInt();
    return status / 100 == 4 && status != 429;
  }

  /** Returns what the gateway answered; a missing node if it did not. */
  JsonNode problem() {
    return problem;
  }
}
