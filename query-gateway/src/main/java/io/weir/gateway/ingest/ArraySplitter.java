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
 * Cuts a body such as {@code {"events":[...]}} into its elements without building them: an element
 * is passed on as the bytes that the client wrote, so that no number loses a digit and no key its
 * place.
 */
final class ArraySplitter {
  private static final JsonFactory JSON = new JsonFactory();

  private ArraySplitter() {}

  /**
   * The bytes of one element of the array.
   *
   * @param object whether it is a JSON object
   */
  record Slice(int from, int to, boolean object) {}

  /**
   * Cuts a body.
   *
   * @param member the only one of the body, the array
   * @throws InvalidRequestException if it is not JSON, has no elements, or too many
   */
  static List<Slice> split(byte[] body, String member, int max) {
    try (JsonParser parser = JSON.createParser(body)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        throw new InvalidRequestException(
            "body", "is not a JSON object {\"" + member + "\": [...]}");
      }
      List<Slice> slices = null;
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        String name = parser.currentName();
        parser.nextToken();
        if (!name.equals(member)) {
          throw new InvalidRequestException(
              "body",
              "has the unknown key '" + abbreviate(name) + "'; only '" + member + "' is known");
        }
        if (slices != null) {
          throw new InvalidRequestException(member, "is there twice");
        }
        slices = elements(parser, member, max);
      }
      if (parser.nextToken() != null) {
        throw new InvalidRequestException("body", "goes on after the end of its JSON object");
      }
      if (slices == null) {
        throw new InvalidRequestException(member, "is missing");
      }
      if (slices.isEmpty()) {
        throw new InvalidRequestException(member, "is empty; send 1 to " + max + " " + member);
      }
      return slices;
    } catch (JsonProcessingException e) {
      throw new InvalidRequestException("body", "is not JSON: " + describe(e));
    } catch (IOException e) {
      throw new UncheckedIOException("reading an array cannot fail", e);
    }
  }

  private static List<Slice> elements(JsonParser parser, String member, int max)
      throws IOException {
    if (parser.currentToken() != JsonToken.START_ARRAY) {
      throw new InvalidRequestException(member, "is not an array");
    }
    List<Slice> slices = new ArrayList<>();
    for (JsonToken token = parser.nextToken();
        token != JsonToken.END_ARRAY;
        token = parser.nextToken()) {
      if (slices.size() == max) {
        throw new InvalidRequestException(member, "has more than " + max + " " + member);
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
