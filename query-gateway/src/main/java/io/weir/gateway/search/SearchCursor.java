package io.weir.gateway.search;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.weir.gateway.InvalidRequestException;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;

/**
 * What a page hands to the next one: the frozen range, the position to go on from, and what the
 * search was, so that a cursor of another search is refused instead of giving pages that fit
 * nothing.
 *
 * @param range the range as the first page resolved it
 * @param query hash of filter and order, see {@link #hash}
 * @param after the last event that was handed out, or empty if the first page has to be repeated
 * @param total as the first complete page counted it
 * @param firstPage when the first page was asked for
 * @param oldestIndex the oldest hourly index of the range at that time, or empty if there was none
 * @param skipped whether failed shards were passed over on the way here
 * @param fromText {@code from} as the first request wrote it, if it was relative
 * @param toText {@code to} likewise
 */
record SearchCursor(
    TimeRange range,
    String query,
    Optional<LogPosition> after,
    Optional<Total> total,
    Instant firstPage,
    Optional<Instant> oldestIndex,
    boolean skipped,
    Optional<String> fromText,
    Optional<String> toText) {

  private static final int VERSION = 1;
  private static final String KIND = "search";

  SearchCursor {
    Objects.requireNonNull(range, "range");
    Objects.requireNonNull(query, "query");
    Objects.requireNonNull(firstPage, "firstPage");
  }

  /** Returns the hash that binds a cursor to its search. */
  static String hash(LogFilter filter, SortOrder order) {
    return OpaqueToken.digest(order.name() + ';' + filter.canonical());
  }

  /** Returns the text for the client. */
  String encode() {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("k", KIND).put("v", VERSION);
    json.put("f", range.fromNanos()).put("t", range.toNanos());
    json.put("q", query).put("i", firstPage.toEpochMilli());
    after.ifPresent(
        position ->
            json.putArray("a")
                .add(position.timestampNanos())
                .add(position.topic())
                .add(position.partition())
                .add(position.offset())
                .add(position.topicCode()));
    total.ifPresent(count -> json.putArray("n").add(count.value()).add(count.exact()));
    oldestIndex.ifPresent(hour -> json.put("o", hour.toEpochMilli()));
    if (skipped) {
      json.put("s", true);
    }
    fromText.ifPresent(text -> json.put("ft", text));
    toText.ifPresent(text -> json.put("tt", text));
    return OpaqueToken.encode(json);
  }

  /**
   * Reads the text of a cursor.
   *
   * @throws InvalidRequestException if it is malformed, or not one of a search
   */
  static SearchCursor decode(String text) {
    JsonNode json;
    try {
      json = OpaqueToken.decode(text);
    } catch (IllegalArgumentException e) {
      throw new InvalidRequestException("cursor", "malformed cursor: " + e.getMessage());
    }
    if (!json.path("k").asText().equals(KIND) || json.path("v").asInt() != VERSION) {
      throw new InvalidRequestException(
          "cursor", "foreign cursor: it comes from another call or another version of the gateway");
    }
    try {
      return read(json);
    } catch (IllegalArgumentException e) {
      throw new InvalidRequestException("cursor", "malformed cursor: " + e.getMessage());
    }
  }

  private static SearchCursor read(JsonNode json) {
    Optional<LogPosition> after = Optional.empty();
    if (json.has("a")) {
      JsonNode a = json.get("a");
      after =
          Optional.of(
              new LogPosition(
                  a.path(0).asLong(),
                  a.path(1).asText(),
                  a.path(2).asInt(),
                  a.path(3).asLong(),
                  a.path(4).asText()));
    }
    return new SearchCursor(
        new TimeRange(json.path("f").asLong(), json.path("t").asLong()),
        json.path("q").asText(),
        after,
        json.has("n")
            ? Optional.of(
                new Total(json.get("n").path(0).asLong(), json.get("n").path(1).asBoolean()))
            : Optional.empty(),
        Instant.ofEpochMilli(json.path("i").asLong()),
        json.has("o")
            ? Optional.of(Instant.ofEpochMilli(json.get("o").asLong()))
            : Optional.empty(),
        json.path("s").asBoolean(),
        optionalText(json.get("ft")),
        optionalText(json.get("tt")));
  }

  private static Optional<String> optionalText(JsonNode node) {
    return node == null ? Optional.empty() : Optional.of(node.asText());
  }
}
