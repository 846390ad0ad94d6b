package io.weir.sinks.elasticsearch;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads answers as a stream of tokens. Where nothing failed, reading ends at {@code
 * "errors":false}, which stands before the items.
 */
final class BulkAnswerReader {
  /** What a bulk request asks to be answered; the rest of an answer is of no use here. */
  static final String FILTER_PATH =
      "errors,items.*.status,items.*.error.type,items.*.error.reason,"
          + "items.*.error.caused_by.type,items.*.error.caused_by.reason";

  private static final int MAX_FOREIGN_TEXT = 16 * 1024;

  // Elasticsearch quotes values that it rejects, of whatever length.
  private static final JsonFactory JSON =
      JsonFactory.builder()
          .streamReadConstraints(
              StreamReadConstraints.builder().maxStringLength(Integer.MAX_VALUE).build())
          .build();

  private BulkAnswerReader() {}

  /**
   * Reads the answer to a bulk request that was taken.
   *
   * @param documents how many documents the request had
   * @throws IOException if the body is no such answer, saying what is wrong
   */
  static BulkAnswer.Judged readJudged(InputStream body, int documents) throws IOException {
    try (JsonParser json = JSON.createParser(body)) {
      if (json.nextToken() != JsonToken.START_OBJECT) {
        throw new IOException("the answer is not a JSON object");
      }
      Boolean errors = null;
      List<BulkAnswer.Item> items = null;
      while (json.nextToken() == JsonToken.FIELD_NAME) {
        String name = json.currentName();
        JsonToken value = json.nextToken();
        if (name.equals("errors")) {
          errors = value == JsonToken.VALUE_TRUE;
          if (value == JsonToken.VALUE_FALSE) {
            return new BulkAnswer.Judged(List.of());
          }
        } else if (name.equals("items") && value == JsonToken.START_ARRAY) {
          items = readItems(json, documents);
        } else {
          json.skipChildren();
        }
      }
      if (errors == null || items == null) {
        throw new IOException("the answer has no 'errors' or no 'items'");
      }
      if (items.size() != documents) {
        throw new IOException(
            "the answer has " + items.size() + " items for " + documents + " documents");
      }
      return new BulkAnswer.Judged(items);
    }
  }

  /**
   * Reads the body of an error. Never fails: what is not Elasticsearch's JSON, such as a proxy's
   * page, becomes the reason as it stands.
   *
   * @param body the body, or null
   */
  static ErrorCause readError(InputStream body) {
    if (body == null) {
      return ErrorCause.NONE;
    }
    byte[] text;
    try {
      text = body.readNBytes(MAX_FOREIGN_TEXT);
    } catch (IOException e) {
      return ErrorCause.NONE;
    }
    try (JsonParser json = JSON.createParser(text)) {
      if (json.nextToken() == JsonToken.START_OBJECT) {
        while (json.nextToken() == JsonToken.FIELD_NAME) {
          String name = json.currentName();
          JsonToken value = json.nextToken();
          if (name.equals("error") && value == JsonToken.START_OBJECT) {
            return readCause(json);
          }
          if (name.equals("error") && value == JsonToken.VALUE_STRING) {
            return new ErrorCause("", json.getText());
          }
          json.skipChildren();
        }
      }
    } catch (IOException e) {
      // Not JSON, or cut: its text says more than the parser would.
    }
    return new ErrorCause("", new String(text, StandardCharsets.UTF_8).strip());
  }

  private static List<BulkAnswer.Item> readItems(JsonParser json, int expected) throws IOException {
    List<BulkAnswer.Item> items = new ArrayList<>(expected);
    while (json.nextToken() == JsonToken.START_OBJECT) {
      // {"create": {"status": ..., "error": {...}}}
      json.nextToken();
      if (json.nextToken() != JsonToken.START_OBJECT) {
        throw new IOException("item " + items.size() + " of the answer is not an object");
      }
      items.add(readItem(json, items.size()));
      json.nextToken();
    }
    return items;
  }

  private static BulkAnswer.Item readItem(JsonParser json, int position) throws IOException {
    int status = 0;
    ErrorCause error = null;
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      String name = json.currentName();
      JsonToken value = json.nextToken();
      if (name.equals("status") && value == JsonToken.VALUE_NUMBER_INT) {
        status = json.getIntValue();
      } else if (name.equals("error") && value == JsonToken.START_OBJECT) {
        error = readCause(json);
      } else {
        json.skipChildren();
      }
    }
    if (status == 0) {
      throw new IOException("item " + position + " of the answer has no status");
    }
    return new BulkAnswer.Item(status, error);
  }

  private static ErrorCause readCause(JsonParser json) throws IOException {
    String type = "";
    String reason = "";
    ErrorCause causedBy = null;
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      String name = json.currentName();
      JsonToken value = json.nextToken();
      if (name.equals("type") && value == JsonToken.VALUE_STRING) {
        type = json.getText();
      } else if (name.equals("reason") && value == JsonToken.VALUE_STRING) {
        reason = ErrorCause.cut(json.getText());
      } else if (name.equals("caused_by") && value == JsonToken.START_OBJECT) {
        causedBy = readCause(json);
      } else {
        json.skipChildren();
      }
    }
    return new ErrorCause(type, causedBy == null ? reason : reason + "; caused by " + causedBy);
  }
}
