package io.weir.gateway.http;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.weir.gateway.InvalidRequestException.FieldError;
import io.weir.gateway.ingest.IngestResult;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * An error answer as RFC 9457 describes it.
 *
 * @param type last part of the problem's URN, stable
 * @param title the same for every occurrence
 * @param detail about this occurrence
 * @param errors fields and reasons
 * @param rejected events that were not taken
 * @param accepted events that Kafka acknowledged although the request failed
 * @param retryAfter when to come again
 */
record Problem(
    int status,
    String type,
    String title,
    String detail,
    List<FieldError> errors,
    List<IngestResult.Rejection> rejected,
    Optional<Integer> accepted,
    Optional<Duration> retryAfter) {
  static final String CONTENT_TYPE = "application/problem+json";
  private static final String URN = "urn:weir:problem:";

  Problem {
    Objects.requireNonNull(type, "type");
    Objects.requireNonNull(title, "title");
    Objects.requireNonNull(detail, "detail");
    errors = List.copyOf(errors);
    rejected = List.copyOf(rejected);
  }

  static Problem of(int status, String type, String title, String detail) {
    return new Problem(
        status, type, title, detail, List.of(), List.of(), Optional.empty(), Optional.empty());
  }

  static Problem invalid(List<FieldError> errors) {
    FieldError first = errors.get(0);
    return new Problem(
        400,
        "invalid-request",
        "The request cannot be answered as it stands",
        first.field() + ": " + first.reason(),
        errors,
        List.of(),
        Optional.empty(),
        Optional.empty());
  }

  Problem retryAfter(Duration delay) {
    return new Problem(status, type, title, detail, errors, rejected, accepted, Optional.of(delay));
  }

  Problem accepted(int events) {
    return new Problem(
        status, type, title, detail, errors, rejected, Optional.of(events), retryAfter);
  }

  Problem rejected(List<IngestResult.Rejection> events) {
    return new Problem(status, type, title, detail, errors, events, accepted, retryAfter);
  }

  ObjectNode json() {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("type", URN + type);
    json.put("title", title);
    json.put("status", status);
    json.put("detail", detail);
    if (!errors.isEmpty()) {
      ArrayNode list = json.putArray("errors");
      for (FieldError error : errors) {
        ObjectNode entry = list.addObject();
        entry.put("field", error.field()).put("reason", error.reason());
        error.position().ifPresent(position -> entry.put("position", position));
      }
    }
    accepted.ifPresent(count -> json.put("accepted", count));
    if (!rejected.isEmpty()) {
      json.set("rejected", ApiJson.rejections(rejected));
    }
    return json;
  }
}
