package io.weir.model.json;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.weir.model.index.PromotedFields;
import io.weir.model.log.LogEvent;
import io.weir.model.log.LogFlags;
import io.weir.model.log.LogLevel;
import io.weir.model.log.Timestamps;
import io.weir.model.validation.InvalidRecordException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Writes a {@link LogEvent} as the {@code _source} of its Elasticsearch document, and reads it
 * back. {@link DocumentFields} names the fields; null values, empty fields and empty flags are left
 * out.
 *
 * <p>An instance keeps its buffers from one event to the next: use one per thread. The fields' JSON
 * is copied as it is; values of promoted fields stand a second time in columns of their own.
 */
public final class LogDocument {
  private static final byte[] EVENT_ID = ascii("{\"" + DocumentFields.EVENT_ID + "\":");
  private static final byte[] TIMESTAMP = ascii("\"" + DocumentFields.TIMESTAMP + "\":\"");
  private static final byte[] SERVICE = ascii("\",\"" + DocumentFields.SERVICE + "\":");
  private static final byte[] HOST = name(DocumentFields.HOST);
  private static final byte[] REGION = name(DocumentFields.REGION);
  private static final byte[][] LEVELS = levels();
  private static final byte[] MESSAGE = name(DocumentFields.MESSAGE);
  private static final byte[] FIELDS = name(DocumentFields.FIELDS);
  private static final byte[] FIELD_TERMS = name(DocumentFields.FIELD_TERMS);
  private static final byte[] ID = name(DocumentFields.ID);
  private static final byte[] ORIGINAL_TIMESTAMP = name(DocumentFields.ORIGINAL_TIMESTAMP);
  private static final byte[] FLAGS = name(DocumentFields.FLAGS);
  private static final byte[] KAFKA_TOPIC = name(DocumentFields.KAFKA_TOPIC);
  private static final byte[] KAFKA_TOPIC_CODE = name(DocumentFields.KAFKA_TOPIC_CODE);
  private static final byte[] KAFKA_PARTITION = name(DocumentFields.KAFKA_PARTITION);
  private static final byte[] KAFKA_OFFSET = name(DocumentFields.KAFKA_OFFSET);
  private static final byte[] APPEND_TIME = name(DocumentFields.APPEND_TIME);

  private final JsonBytes json = new JsonBytes(4096);
  private final PromotedValues promoted;
  private final FieldTerms fieldTerms;
  private long truncated;

  /** Makes documents without promoted fields. */
  public LogDocument() {
    this(PromotedFields.NONE);
  }

  /** Makes documents with columns for promoted fields. */
  public LogDocument(PromotedFields promoted) {
    this.promoted = promoted.isEmpty() ? null : new PromotedValues(promoted);
    this.fieldTerms = new FieldTerms(this.promoted);
  }

  /**
   * Returns how many values of promoted fields this instance has left out so far, because they are
   * not of the field's type; they are stored with the other fields all the same.
   */
  public long promotedValuesLeftOut() {
    return promoted == null ? 0 : promoted.leftOut();
  }

  /** Returns how many documents this instance has flagged because not all fields are searched. */
  public long fieldTermsTruncated() {
    return truncated;
  }

  /**
   * Returns the document of an event. Where not all fields fit into the terms that are searched,
   * the document's flags say so, whatever the event's do.
   *
   * @throws IllegalArgumentException if the event's fields are not the text of one JSON object
   */
  public byte[] encode(LogEvent event) {
    json.clear();
    json.raw('{');
    write(event, true);
    return json.toByteArray();
  }

  /**
   * Returns the event as the API shows it: its id ({@value DocumentFields#EVENT_ID}), then the
   * document without what is there for searching only. One line: no line feed stands in it.
   *
   * @throws IllegalArgumentException if the event's fields are not the text of one JSON object
   */
  public byte[] encodeShown(LogEvent event) {
    json.clear();
    json.raw(EVENT_ID);
    json.string(event.eventId());
    json.raw(',');
    write(event, false);
    for (int i = 0; i < json.length; i++) {
      // Strings have their line feeds escaped; between the members of fields one is white space.
      if (json.bytes[i] == '\n' || json.bytes[i] == '\r') {
        json.bytes[i] = ' ';
      }
    }
    return json.toByteArray();
  }

  private void write(LogEvent event, boolean searchable) {
    json.raw(TIMESTAMP);
    json.reserve(Timestamps.FORMATTED_LENGTH);
    Timestamps.format(event.timestampNanos(), json.bytes, json.length);
    json.length += Timestamps.FORMATTED_LENGTH;
    json.raw(SERVICE);
    json.string(event.service());
    optional(HOST, event.host());
    optional(REGION, event.region());
    json.raw(LEVELS[event.level().ordinal()]);
    json.raw(MESSAGE);
    json.string(event.message());
    int flags = event.flags();
    if (!event.fields().equals(LogEvent.NO_FIELDS)) {
      json.raw(FIELDS);
      int from = json.length;
      json.rawUtf8(event.fields());
      if (!searchable) {
        flags |= FieldTerms.exceedLimits(event.fields()) ? LogFlags.FIELD_TERMS_TRUNCATED : 0;
      } else if (appendTerms(from, json.length)) {
        flags |= LogFlags.FIELD_TERMS_TRUNCATED;
        truncated++;
      }
    }
    optional(ID, event.producerId());
    optional(ORIGINAL_TIMESTAMP, event.originalTimestamp());
    if (flags != 0) {
      flags(flags);
    }
    json.raw(KAFKA_TOPIC);
    json.string(event.topic());
    json.raw(KAFKA_TOPIC_CODE);
    json.string(event.topicCode());
    json.raw(KAFKA_PARTITION);
    json.number(event.partition());
    json.raw(KAFKA_OFFSET);
    json.number(event.offset());
    json.raw(APPEND_TIME);
    json.number(event.appendTimeMillis());
    json.raw('}');
  }

  private boolean appendTerms(int from, int to) {
    json.raw(FIELD_TERMS);
    boolean truncated = fieldTerms.append(json, from, to);
    if (promoted != null) {
      promoted.appendTo(json);
    }
    return truncated;
  }

  private void optional(byte[] name, String value) {
    if (value != null) {
      json.raw(name);
      json.string(value);
    }
  }

  private void flags(int flags) {
    json.raw(FLAGS);
    char before = '[';
    for (String flag : LogFlags.names(flags)) {
      json.raw(before);
      json.string(flag);
      before = ',';
    }
    if (before == '[') {
      json.raw('[');
    }
    json.raw(']');
  }

  /**
   * Returns the event of a document that {@link #encode} wrote. Fields of the document that it does
   * not know are skipped.
   *
   * @throws InvalidRecordException if it is no such document; names the field
   */
  public static LogEvent decode(byte[] source) {
    try (JsonParser parser = Json.FACTORY.createParser(source)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        throw new InvalidRecordException("", "a log document is a JSON object");
      }
      return new Reader(parser, source).read();
    } catch (IOException e) {
      throw new InvalidRecordException("", "not JSON: " + e.getMessage());
    }
  }

  /** One document on its way back. */
  private static final class Reader {
    private final JsonParser parser;
    private final byte[] source;
    private String timestamp;
    private String service;
    private String host;
    private String region;
    private String level;
    private String message;
    private String fields = LogEvent.NO_FIELDS;
    private String producerId;
    private String originalTimestamp;
    private int flags;
    private String topic;
    private String topicCode;
    private long partition = -1;
    private long offset = -1;
    private long appendTime = Long.MIN_VALUE;

    Reader(JsonParser parser, byte[] source) {
      this.parser = parser;
      this.source = source;
    }

    LogEvent read() throws IOException {
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        String name = parser.currentName();
        parser.nextToken();
        field(name);
      }
      long nanos = Timestamps.parse(required(DocumentFields.TIMESTAMP, timestamp));
      if (nanos == Timestamps.UNREADABLE) {
        throw new InvalidRecordException(
            DocumentFields.TIMESTAMP, "'" + timestamp + "' is no time");
      }
      return new LogEvent(
          nanos,
          required(DocumentFields.SERVICE, service),
          host,
          region,
          level(),
          required(DocumentFields.MESSAGE, message),
          fields,
          producerId,
          originalTimestamp,
          flags,
          required(DocumentFields.KAFKA_TOPIC, topic),
          required(DocumentFields.KAFKA_TOPIC_CODE, topicCode),
          Math.toIntExact(atLeast(DocumentFields.KAFKA_PARTITION, partition, 0)),
          atLeast(DocumentFields.KAFKA_OFFSET, offset, 0),
          atLeast(DocumentFields.APPEND_TIME, appendTime, Long.MIN_VALUE + 1));
    }

    private void field(String name) throws IOException {
      switch (name) {
        case DocumentFields.TIMESTAMP -> timestamp = text(name);
        case DocumentFields.SERVICE -> service = text(name);
        case DocumentFields.HOST -> host = text(name);
        case DocumentFields.REGION -> region = text(name);
        case DocumentFields.LEVEL -> level = text(name);
        case DocumentFields.MESSAGE -> message = text(name);
        case DocumentFields.FIELDS -> fields = object(name);
        case DocumentFields.ID -> producerId = text(name);
        case DocumentFields.ORIGINAL_TIMESTAMP -> originalTimestamp = text(name);
        case DocumentFields.FLAGS -> flags = flags(name);
        case DocumentFields.KAFKA_TOPIC -> topic = text(name);
        case DocumentFields.KAFKA_TOPIC_CODE -> topicCode = text(name);
        case DocumentFields.KAFKA_PARTITION -> partition = number(name);
        case DocumentFields.KAFKA_OFFSET -> offset = number(name);
        case DocumentFields.APPEND_TIME -> appendTime = number(name);
        default -> parser.skipChildren();
      }
    }

    private String text(String name) throws IOException {
      expect(JsonToken.VALUE_STRING, name, "a string");
      return parser.getText();
    }

    private long number(String name) throws IOException {
      expect(JsonToken.VALUE_NUMBER_INT, name, "a whole number");
      return parser.getLongValue();
    }

    private String object(String name) throws IOException {
      expect(JsonToken.START_OBJECT, name, "an object");
      int from = (int) parser.currentTokenLocation().getByteOffset();
      parser.skipChildren();
      int to = (int) parser.currentLocation().getByteOffset();
      return new String(source, from, to - from, StandardCharsets.UTF_8);
    }

    private int flags(String name) throws IOException {
      expect(JsonToken.START_ARRAY, name, "an array");
      int bits = 0;
      while (parser.nextToken() == JsonToken.VALUE_STRING) {
        bits |= LogFlags.ofName(parser.getText());
      }
      expect(JsonToken.END_ARRAY, name, "an array of strings");
      return bits;
    }

    private void expect(JsonToken token, String name, String what) {
      if (!parser.hasToken(token)) {
        throw new InvalidRecordException(name, "must be " + what);
      }
    }

    private LogLevel level() {
      required(DocumentFields.LEVEL, level);
      try {
        return LogLevel.valueOf(level);
      } catch (IllegalArgumentException e) {
        throw new InvalidRecordException(
            DocumentFields.LEVEL, "'" + level + "' is none of " + List.of(LogLevel.values()));
      }
    }

    private static String required(String name, String value) {
      if (value == null) {
        throw new InvalidRecordException(name, "is missing");
      }
      return value;
    }

    private static long atLeast(String name, long value, long min) {
      if (value < min) {
        throw new InvalidRecordException(name, "is missing or negative");
      }
      return value;
    }
  }

  private static byte[][] levels() {
    LogLevel[] levels = LogLevel.values();
    byte[][] members = new byte[levels.length][];
    for (LogLevel level : levels) {
      members[level.ordinal()] =
          ascii(",\"" + DocumentFields.LEVEL + "\":\"" + level.name() + "\"");
    }
    return members;
  }

  private static byte[] name(String field) {
    return ascii(",\"" + field + "\":");
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
