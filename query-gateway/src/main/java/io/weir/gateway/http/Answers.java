package io.weir.gateway.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;

/** Writes answers. To be called on the event loop. */
final class Answers {
  private static final ObjectMapper JSON = new ObjectMapper();
  static final String JSON_TYPE = "application/json";
  static final CharSequence RETRY_AFTER = HttpHeaders.createOptimized("Retry-After");

  private Answers() {}

  /** Returns the bytes of a tree; may run anywhere. */
  static Buffer bytes(JsonNode json) {
    try {
      return Buffer.buffer(JSON.writeValueAsBytes(json));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a tree of JSON nodes can be written", e);
    }
  }

  /** Answers without a body. */
  static void send(HttpServerResponse response, int status) {
    if (!response.ended() && !response.closed()) {
      response.setStatusCode(status).end();
    }
  }

  static void send(HttpServerResponse response, int status, Buffer json) {
    send(response, status, JSON_TYPE, json);
  }

  static void send(HttpServerResponse response, int status, String contentType, Buffer body) {
    if (!response.ended() && !response.closed()) {
      response.setStatusCode(status).putHeader(HttpHeaders.CONTENT_TYPE, contentType).end(body);
    }
  }

  /** Says when to come again, where a problem says so. */
  static void retryAfter(HttpServerResponse response, Problem problem) {
    if (response.ended() || response.closed()) {
      return;
    }
    problem
        .retryAfter()
        .ifPresent(
            delay ->
                response.putHeader(
                    RETRY_AFTER, Long.toString(Math.max(1, (delay.toMillis() + 999) / 1000))));
  }

  static void send(HttpServerResponse response, Problem problem) {
    if (response.ended() || response.closed()) {
      return;
    }
    retryAfter(response, problem);
    response
        .setStatusCode(problem.status())
        .putHeader(HttpHeaders.CONTENT_TYPE, Problem.CONTENT_TYPE)
        .end(bytes(problem.json()));
  }
}
