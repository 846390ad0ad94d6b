package io.weir.harness.generate;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Records that real fleets send sooner or later and that must neither stop the job nor vanish. What
 * has to become of each is decided by DESIGN section 3 and asserted in the end-to-end tests.
 */
public enum Poison {
  /** A JSON object that was cut in the middle. */
  BROKEN_JSON,
  /** A line of text instead of JSON. */
  PLAIN_TEXT,
  /** Valid JSON, but a list. */
  NOT_AN_OBJECT,
  /** A value of no bytes. */
  EMPTY,
  /** A null value. */
  TOMBSTONE,
  /** Service and message are objects and lists. */
  WRONG_TYPES,
  /** No service. */
  MISSING_SERVICE,
  /** No message. */
  MISSING_MESSAGE,
  /** A message of 5 MB. */
  HUGE_MESSAGE,
  /** A message of 200,000 characters: over the message limit, under the record limit. */
  LONG_MESSAGE,
  /** No timestamp. */
  MISSING_TIMESTAMP,
  /** A timestamp that nobody can read. */
  UNREADABLE_TIMESTAMP,
  /** A clock that is a thousand years fast. */
  YEAR_3000,
  /** A clock that was never set. */
  YEAR_1970,
  /** A message with bytes that are not UTF-8. */
  INVALID_UTF8,
  /** 10,000 fields. */
  MANY_FIELDS,
  /** Fields nested 1,000 deep. */
  DEEP_NESTING,
  /** A field value of 40,000 characters: longer than a Lucene term may be. */
  LONG_FIELD_VALUE,
  /** The same field twice: legal for many parsers, refused by Elasticsearch. */
  REPEATED_FIELD,
  /** A NUL, a field whose name is empty, unpaired surrogates in the message and in a field. */
  ODD_CHARACTERS;

  /** Number of fields in {@link #MANY_FIELDS}. */
  public static final int MANY = 10_000;

  /**
   * Returns the record's value.
   *
   * @param timestamp RFC 3339 time for the kinds whose fault is elsewhere
   * @param tag a text that tells this record from others of its kind; it stands in the message
   */
  public byte[] value(String timestamp, String tag) {
    String sound = "poison " + name() + " " + tag;
    return switch (this) {
      case BROKEN_JSON ->
          utf8("{\"timestamp\":\"" + timestamp + "\",\"service\":\"poison\",\"mess");
      case PLAIN_TEXT -> utf8(timestamp + " INFO plain text, " + sound);
      case NOT_AN_OBJECT -> utf8("[\"" + sound + "\"]");
      case EMPTY -> new byte[0];
      case TOMBSTONE -> null;
      case WRONG_TYPES ->
          utf8(
              "{\"timestamp\":\""
                  + timestamp
                  + "\",\"service\":{\"name\":[1]},\"level\":[],\"message\":{\"text\":\""
                  + sound
                  + "\"},\"fields\":7}");
      case MISSING_SERVICE ->
          utf8(
              "{\"timestamp\":\""
                  + timestamp
                  + "\",\"level\":\"INFO\",\"message\":\""
                  + sound
                  + "\"}");
      case MISSING_MESSAGE ->
          utf8("{\"timestamp\":\"" + timestamp + "\",\"service\":\"poison\",\"level\":\"INFO\"}");
      case HUGE_MESSAGE -> event(timestamp, sound + " " + "x".repeat(5 << 20), "{}");
      case LONG_MESSAGE -> event(timestamp, sound + " " + "words and words ".repeat(12_500), "{}");
      case MISSING_TIMESTAMP ->
          utf8("{\"service\":\"poison\",\"level\":\"INFO\",\"message\":\"" + sound + "\"}");
      case UNREADABLE_TIMESTAMP -> event("the day before yesterday", sound, "{}");
      case YEAR_3000 -> event("3000-01-01T00:00:00Z", sound, "{}");
      case YEAR_1970 -> event("1970-01-01T00:00:01Z", sound, "{}");
      case INVALID_UTF8 -> invalidUtf8(timestamp, sound);
      case MANY_FIELDS -> event(timestamp, sound, manyFields());
      case DEEP_NESTING ->
          event(timestamp, sound, "{\"deep\":" + "{\"d\":".repeat(1000) + "1" + "}".repeat(1001));
      case LONG_FIELD_VALUE ->
          event(timestamp, sound, "{\"short\":\"s\",\"long\":\"" + "v".repeat(40_000) + "\"}");
      case REPEATED_FIELD -> event(timestamp, sound, "{\"twice\":\"first\",\"twice\":\"second\"}");
      case ODD_CHARACTERS ->
          event(
              timestamp, sound + " \\u0000 \\ud800 end", "{\"\":\"no name\",\"odd\":\"\\udc00\"}");
    };
  }

  private static byte[] event(String timestamp, String message, String fields) {
    return utf8(
        "{\"timestamp\":\""
            + timestamp
            + "\",\"service\":\"poison\",\"level\":\"INFO\",\"message\":\""
            + message
            + "\",\"fields\":"
            + fields
            + "}");
  }

  private static byte[] invalidUtf8(String timestamp, String message) {
    byte[] value = event(timestamp, message + " \u0001\u0002 end", "{}");
    byte[] copy = Arrays.copyOf(value, value.length);
    for (int i = 0; i < copy.length; i++) {
      if (copy[i] == 1) {
        copy[i] = (byte) 0xff;
      } else if (copy[i] == 2) {
        copy[i] = (byte) 0xc3;
      }
    }
    return copy;
  }

  private static String manyFields() {
    StringBuilder fields = new StringBuilder("{");
    for (int i = 0; i < MANY; i++) {
      fields.append(i == 0 ? "" : ",").append("\"field_").append(i).append("\":").append(i);
    }
    return fields.append('}').toString();
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
