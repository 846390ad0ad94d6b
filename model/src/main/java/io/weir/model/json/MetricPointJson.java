package io.weir.model.json;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import io.weir.model.log.Timestamps;
import io.weir.model.metric.MetricNames;
import io.weir.model.metric.MetricPoint;
import io.weir.model.metric.MetricType;
import io.weir.model.validation.FieldError;
import io.weir.model.validation.InvalidRecordException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * A {@link MetricPoint} as JSON.
 *
 * <pre>{@code
 * {"metric":"http.requests","value":17,"timestamp":"2026-03-29T10:00:00Z",
 *  "tags":{"service":"payments"},"type":"counter"}
 * }</pre>
 *
 * Reading normalises names (see {@link MetricNames}); the timestamp may be anything that {@link
 * Timestamps} reads; a tag's value may be a number or a boolean, and an empty one is no tag; the
 * type is {@code gauge} where none is given. Other members are skipped; a member that stands twice
 * is an error.
 */
public final class MetricPointJson {
  /** Most tags of one point. */
  public static final int MAX_TAGS = 64;

  /** Longest value of a tag, in characters. */
  public static final int MAX_TAG_VALUE = 1024;

  private static final long NANOS_PER_MILLI = 1_000_000;
  private static final Set<String> MEMBERS = Set.of("metric", "value", "timestamp", "tags", "type");

  private MetricPointJson() {}

  /** Returns the JSON of a point. */
  public static byte[] encode(MetricPoint point) {
    JsonBytes json = new JsonBytes(256);
    new ObjectWriter(json)
        .text("metric", point.metric())
        .number("value", point.value())
        .number("timestamp", point.timestampMillis())
        .texts("tags", point.tags())
        .constant("type", point.type() == MetricType.GAUGE ? null : point.type())
        .end();
    return json.toByteArray();
  }

  /**
   * Returns the point of its JSON.
   *
   * @throws InvalidRecordException if it is none; names every field that is wrong
   */
  public static MetricPoint decode(byte[] json) {
    return decode(json, 0, json.length);
  }

  /** Decodes a point that stands in the middle of other bytes; see {@link #decode(byte[])}. */
  public static MetricPoint decode(byte[] json, int from, int to) {
    return read(json, from, to, false).at(0);
  }

  /**
   * Reads a point.
   *
   * @param timeMayLack whether a missing or unreadable timestamp is no error
   */
  static Read read(byte[] json, int from, int to, boolean timeMayLack) {
    try (JsonParser parser = Json.FACTORY.createParser(json, from, to - from)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        throw new InvalidRecordException("", "a metric point is a JSON object");
      }
      Read read = new Reader(parser, timeMayLack).read();
      if (parser.nextToken() != null) {
        throw new InvalidRecordException("", "more than one JSON value");
      }
      return read;
    } catch (JsonProcessingException e) {
      throw new InvalidRecordException("", "not JSON: " + e.getOriginalMessage());
    } catch (IOException e) {
      throw new InvalidRecordException("", "not JSON: " + e.getMessage());
    }
  }

  /** Returns what was read of an ordinary point of a series that is known. */
  static Read read(PlainPoint point, String metric, Map<String, String> tags) {
    Read.Timestamp timestamp = Read.Timestamp.MISSING;
    long millis = 0;
    if (point.hasTime()) {
      boolean readable = isReadable(point.nanos());
      timestamp = readable ? Read.Timestamp.READ : Read.Timestamp.UNREADABLE;
      millis = readable ? Math.floorDiv(point.nanos(), NANOS_PER_MILLI) : 0;
    }
    return new Read(metric, point.value(), timestamp, millis, tags, point.type());
  }

  private static boolean isReadable(long nanos) {
    return nanos != Timestamps.UNREADABLE && nanos != Long.MAX_VALUE;
  }

  /** What was read, perhaps without a time. */
  record Read(
      String metric,
      double value,
      Timestamp timestamp,
      long timestampMillis,
      Map<String, String> tags,
      MetricType type) {

    /** What there was of a timestamp. */
    enum Timestamp {
      READ,
      MISSING,
      UNREADABLE
    }

    /** Returns the point, at a time of the caller's where it has none. */
    MetricPoint at(long otherwise) {
      return new MetricPoint(
          metric, value, timestamp == Timestamp.READ ? timestampMillis : otherwise, tags, type);
    }
  }

  private static final class Reader {
    private final JsonParser parser;
    private final boolean timeMayLack;
    private final List<FieldError> errors = new ArrayList<>();
    private String metric;
    private Double value;
    private Read.Timestamp timestamp = Read.Timestamp.MISSING;
    private long timestampMillis;
    private final Map<String, String> tags = new TreeMap<>();
    private MetricType type = MetricType.GAUGE;
    private final List<String> seen = new ArrayList<>();

    Reader(JsonParser parser, boolean timeMayLack) {
      this.parser = parser;
      this.timeMayLack = timeMayLack;
    }

    Read read() throws IOException {
      String name;
      while ((name = parser.nextFieldName()) != null) {
        JsonToken token = parser.nextToken();
        if (token != JsonToken.VALUE_NULL) {
          member(name, token);
        }
      }
      for (String required : List.of("metric", "value", "timestamp")) {
        if (!seen.contains(required) && !(timeMayLack && required.equals("timestamp"))) {
          errors.add(new FieldError(required, "is missing"));
        }
      }
      if (value != null && value < 0 && (type == MetricType.COUNTER || type == MetricType.DELTA)) {
        errors.add(
            new FieldError("value", "of a " + ObjectReader.lowerCase(type) + " is negative"));
      }
      if (!errors.isEmpty()) {
        throw new InvalidRecordException(errors);
      }
      return new Read(metric, value, timestamp, timestampMillis, tags, type);
    }

    private void member(String name, JsonToken token) throws IOException {
      if (MEMBERS.contains(name)) {
        if (seen.contains(name)) {
          errors.add(new FieldError(name, "stands twice"));
        }
        seen.add(name);
      }
      switch (name) {
        case "metric" -> metric(token);
        case "value" -> value(token);
        case "timestamp" -> timestamp(token);
        case "tags" -> tags(token);
        case "type" -> type(token);
        default -> parser.skipChildren();
      }
    }

    private void metric(JsonToken token) throws IOException {
      metric =
          token == JsonToken.VALUE_STRING ? MetricNames.normalizeMetric(parser.getText()) : null;
      parser.skipChildren();
      if (metric == null) {
        errors.add(
            new FieldError(
                "metric",
                "must be a string of 1 to "
                    + MetricNames.MAX_LENGTH
                    + " characters with a letter"
                    + " or digit"));
      }
    }

    private void value(JsonToken token) throws IOException {
      double number = token.isNumeric() ? parser.getDoubleValue() : Double.NaN;
      parser.skipChildren();
      if (Double.isFinite(number)) {
        value = number;
      } else {
        errors.add(new FieldError("value", "must be a finite number"));
      }
    }

    private void timestamp(JsonToken token) throws IOException {
      long nanos = Timestamps.UNREADABLE;
      if (token == JsonToken.VALUE_STRING || token.isNumeric()) {
        char[] text = parser.getTextCharacters();
        int from = parser.getTextOffset();
        nanos = Timestamps.parse(text, from, from + parser.getTextLength());
      }
      parser.skipChildren();
      if (!isReadable(nanos)) {
        timestamp = Read.Timestamp.UNREADABLE;
        if (!timeMayLack) {
          errors.add(
              new FieldError(
                  "timestamp", "must be a time such as 2026-03-29T10:00:00Z, or an epoch number"));
        }
      } else {
        timestamp = Read.Timestamp.READ;
        timestampMillis = Math.floorDiv(nanos, NANOS_PER_MILLI);
      }
    }

    private void tags(JsonToken token) throws IOException {
      tags.clear();
      if (token != JsonToken.START_OBJECT) {
        parser.skipChildren();
        errors.add(new FieldError("tags", "must be an object of strings"));
        return;
      }
      String name;
      while ((name = parser.nextFieldName()) != null) {
        JsonToken valueToken = parser.nextToken();
        if (!valueToken.isScalarValue()) {
          parser.skipChildren();
          errors.add(new FieldError("tags." + name, "must be a string"));
        } else if (valueToken != JsonToken.VALUE_NULL) {
          tag(name, parser.getText());
        }
      }
      if (tags.size() > MAX_TAGS) {
        errors.add(new FieldError("tags", "must be at most " + MAX_TAGS));
      }
    }

    private void tag(String name, String text) {
      String normal = MetricNames.normalizeTag(name);
      if (normal == null) {
        errors.add(
            new FieldError(
                "tags." + name,
                "is no name of a tag: needs a letter or digit, at most "
                    + MetricNames.MAX_LENGTH
                    + " characters, not __ in front"));
      } else if (text.length() > MAX_TAG_VALUE) {
        errors.add(
            new FieldError("tags." + name, "must have at most " + MAX_TAG_VALUE + " characters"));
      } else if (!text.isEmpty() && tags.putIfAbsent(normal, text) != null) {
        errors.add(new FieldError("tags." + name, "is the same name as another one: " + normal));
      }
    }

    private void type(JsonToken token) throws IOException {
      String text = token == JsonToken.VALUE_STRING ? parser.getText() : "";
      parser.skipChildren();
      for (MetricType candidate : MetricType.values()) {
        if (candidate.name().equals(text.toUpperCase(Locale.ROOT))) {
          type = candidate;
          return;
        }
      }
      errors.add(new FieldError("type", "must be one of gauge, counter, delta, distribution"));
    }
  }
}
