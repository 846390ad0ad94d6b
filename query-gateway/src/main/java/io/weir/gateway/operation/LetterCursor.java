package io.weir.gateway.operation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.weir.gateway.InvalidRequestException;
import io.weir.gateway.search.OpaqueToken;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.TreeMap;

/**
 * Where a page of dead letters goes on, and what was asked for.
 *
 * @param query digest of what is looked for, see {@link #digest}
 * @param from as the first page took it, epoch milliseconds
 * @param to likewise
 * @param before for each partition of the letters' topic, the offset below which to go on
 */
record LetterCursor(String query, OptionalLong from, OptionalLong to, Map<Integer, Long> before) {
  private static final String KIND = "letters";
  private static final int VERSION = 1;
  private static final String PARAMETER = "cursor";

  LetterCursor {
    Objects.requireNonNull(query, "query");
    Objects.requireNonNull(from, "from");
    Objects.requireNonNull(to, "to");
    before = Map.copyOf(before);
  }

  /** Returns what binds a cursor to what is looked for, whenever that was written. */
  static String digest(String kind, LetterFilter filter) {
    return OpaqueToken.digest(
        kind + ' ' + filter.within(OptionalLong.empty(), OptionalLong.empty()));
  }

  /** Returns the text for the client. */
  String encode() {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("k", KIND).put("v", VERSION).put("q", query);
    from.ifPresent(millis -> json.put("f", millis));
    to.ifPresent(millis -> json.put("t", millis));
    ArrayNode positions = json.putArray("b");
    new TreeMap<>(before)
        .forEach((partition, offset) -> positions.addArray().add(partition).add(offset));
    return OpaqueToken.encode(json);
  }

  /**
   * Reads the text of a cursor.
   *
   * @param query what is asked for now
   * @throws InvalidRequestException if it is malformed, or belongs to something else
   */
  static LetterCursor decode(String text, String query) {
    JsonNode json;
    try {
      json = OpaqueToken.decode(text);
    } catch (IllegalArgumentException e) {
      throw new InvalidRequestException(PARAMETER, "malformed cursor: " + e.getMessage());
    }
    if (!json.path("k").asText().equals(KIND) || json.path("v").asInt() != VERSION) {
      throw new InvalidRequestException(
          PARAMETER, "foreign cursor: it comes from another call or version of the gateway");
    }
    if (!json.path("q").asText().equals(query)) {
      throw new InvalidRequestException(
          PARAMETER, "foreign cursor: other letters were looked for; repeat all that was asked");
    }
    Map<Integer, Long> before = new TreeMap<>();
    json.path("b").forEach(one -> before.put(one.path(0).asInt(), one.path(1).asLong()));
    return new LetterCursor(query, millis(json, "f"), millis(json, "t"), before);
  }

  private static OptionalLong millis(JsonNode json, String name) {
    return json.has(name) ? OptionalLong.of(json.get(name).asLong()) : OptionalLong.empty();
  }
}
