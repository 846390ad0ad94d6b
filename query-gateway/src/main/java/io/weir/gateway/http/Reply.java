package io.weir.gateway.http;

import com.fasterxml.jackson.databind.JsonNode;
import io.vertx.core.buffer.Buffer;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * What a call answers when nothing went wrong.
 *
 * @param body JSON, or nothing
 * @param headers beside the content type
 */
record Reply(int status, Optional<Buffer> body, Map<String, String> headers) {
  Reply {
    Objects.requireNonNull(body, "body");
    headers = Map.copyOf(headers);
  }

  static Reply ok(JsonNode json) {
    return of(200, json, Map.of());
  }

  static Reply of(int status, JsonNode json, Map<String, String> headers) {
    return new Reply(status, Optional.of(Answers.bytes(json)), headers);
  }

  static Reply noContent() {
    return new Reply(204, Optional.empty(), Map.of());
  }
}
