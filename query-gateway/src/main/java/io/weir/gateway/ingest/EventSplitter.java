package io.weir.gateway.ingest;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import io.weir.gateway.InvalidRequestException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Cuts the body {@code {"events":[...]}} into its events without building them: an event is passed
 * on as the bytes that the client wrote, so that no number loses a digit and no key its place.
 */
final class EventSplitter {
  private static final String EVENTS = "events";
  private static final JsonFactory JSON = new JsonFactory();

  private EventSplitter() {}

  /**
   * The bytes of one element of the array.
   *
   * @param object whether it is a JSON object
   */
  record Slice(int from, int to, boolean object) {}

  /**
   * Cuts a body.
   *
   * @throws InvalidRequestException if it is not JSON, has no events, or too many
   */
  static List<Slice> split(byte[] body, int maxEvents) {
    try (JsonParser parser = JSON.createParser(body)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        throw new InvalidRequestException("body", "is not a JSON object {\"events\": [...]}");
      }
      List<Slice> slices = null;
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        String name = parser.currentName();
        parser.nextToken();
        if (!name.equals(EVENTS)) {
          throw new InvalidRequestException(
              "body", "has the unknown key '" + abbreviate(name) + "'; only 'events' is known");
        }
        if (slices != null) {
          throw new InvalidRequestException(EVENTS, "is there twice");
        }
        slices = events(parser, maxEvents);
      }
      if (parser.nextToken() != null) {
        throw new InvalidRequestException("body", "goes on after the end of its JSON object");
      }
      if (slices == null) {
        throw new InvalidRequestException(EVENTS, "is missing");
      }
      if (slices.isEmpty()) {
        throw new InvalidRequestException(EVENTS, "is empty; send 1 to " + maxEvents + " events");
      }
      return slices;
    } catch (JsonProcessingException e) {
      throw new InvalidRequestException("body", "is not JSON: " + describe(e));
    } catch (IOException e) {
      throw new UncheckedIOException("reading an array cannot fail", e);
    }
  }

  private static List<Slice> events(JsonParser parser, int maxEvents) throws IOException {
    if (parser.currentToken() != JsonToken.START_ARRAY) {
      throw new InvalidRequestException(EVENTS, "is not an array");
    }
    List<Slice> slices = new ArrayList<>();
    for (JsonToken token = parser.nextToken();
        token != JsonToken.END_ARRAY;
        token = parser.nextToken()) {
      if (slices.size() == maxEvents) {
        throw new InvalidRequestException(EVENTS, "has more than " + maxEvents + " events");
      }
      int from = (int) parser.currentTokenLocation().getByteOffset();
      parser.skipChildren();
      parser.finishToken();
      int to = (int) parser.currentLocation().getByteOffset();
      slices.add(new Slice(from, to, token == JsonToken.START_OBJECT));
    }
    return slices;
  }

  private static String describe(JsonProcessingException e) {
    JsonLocation at = e.getLocation();
    return e.getOriginalMessage()
        + (at == null ? "" : " at line " + at.getLineNr() + ", column " + at.getColumnNr());
  }

  private static String abbreviate(String name) {
    return name.length() <= 40 ? name : name.substring(0, 40) + "...";
  }
}
