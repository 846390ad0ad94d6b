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

  /** Returns what the gateway answered; a missing node if it did not. */
  JsonNode problem() {
    return problem;
  }
}
