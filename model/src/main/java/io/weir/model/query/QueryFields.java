package io.weir.model.query;

import io.weir.model.json.DocumentFields;
import java.util.Map;

/**
 * The fields that queries know by name, and what may be asked of each. Every other name means a
 * structured field of the event ({@code user_id} is {@code fields.user_id}).
 */
public final class QueryFields {

  /** What a field holds, and so how it can be asked for. */
  public enum Kind {
    /** Exact text: equality, prefix, existence, ranges in alphabetical order. */
    KEYWORD,
    /** The level: equality and ranges in order of severity. */
    LEVEL,
    /** The message: tokens, phrases and token prefixes. */
    TEXT,
    /** An instant: equality and ranges. */
    TIME,
    /** A whole number: equality and ranges. */
    NUMBER,
    /** A structured field: whatever value the producer gave it. */
    STRUCTURED
  }

  /** Prefix by which any structured field can be named, also one that shares a built-in name. */
  public static final String STRUCTURED_PREFIX = "fields.";

  private static final Map<String, Kind> BUILT_IN =
      Map.ofEntries(
          Map.entry(DocumentFields.TIMESTAMP, Kind.TIME),
          Map.entry(DocumentFields.SERVICE, Kind.KEYWORD),
          Map.entry(DocumentFields.HOST, Kind.KEYWORD),
          Map.entry(DocumentFields.REGION, Kind.KEYWORD),
          Map.entry(DocumentFields.LEVEL, Kind.LEVEL),
          Map.entry(DocumentFields.MESSAGE, Kind.TEXT),
          Map.entry(DocumentFields.ID, Kind.KEYWORD),
          Map.entry(DocumentFields.FLAGS, Kind.KEYWORD),
          Map.entry(DocumentFields.KAFKA_TOPIC, Kind.KEYWORD),
          Map.entry(DocumentFields.KAFKA_PARTITION, Kind.NUMBER),
          Map.entry(DocumentFields.KAFKA_OFFSET, Kind.NUMBER));

  private static final Map<String, String> ALIASES =
      Map.of(
          "@timestamp", DocumentFields.TIMESTAMP,
          "severity", DocumentFields.LEVEL,
          "log.level", DocumentFields.LEVEL,
          "service.name", DocumentFields.SERVICE,
          "host.name", DocumentFields.HOST,
          "hostname", DocumentFields.HOST,
          "cloud.region", DocumentFields.REGION,
          "msg", DocumentFields.MESSAGE);

  private QueryFields() {}

  /**
   * Returns the one name by which a parsed query calls a field: a built-in name, the dotted key of
   * a structured field, or {@code fields.} and such a key where the key alone would mean something
   * else.
   */
  public static String canonical(String name) {
    String alias = ALIASES.get(name);
    if (alias != null) {
      return alias;
    }
    if (!name.startsWith(STRUCTURED_PREFIX)) {
      return name;
    }
    String key = name.substring(STRUCTURED_PREFIX.length());
    boolean ambiguous =
        key.isEmpty()
            || BUILT_IN.containsKey(key)
            || ALIASES.containsKey(key)
            || key.startsWith(STRUCTURED_PREFIX);
    return ambiguous ? name : key;
  }

  /** Returns what a canonical field name holds. */
  public static Kind kind(String canonicalName) {
    return BUILT_IN.getOrDefault(canonicalName, Kind.STRUCTURED);
  }

  /**
   * Returns the dotted key of a structured field, as {@code field_terms} and the fields' JSON have
   * it.
   *
   * @throws IllegalArgumentException if the name is one of a built-in field
   */
  public static String structuredKey(String canonicalName) {
    if (kind(canonicalName) != Kind.STRUCTURED) {
      throw new IllegalArgumentException(canonicalName + " is not a structured field");
    }
    return canonicalName.startsWith(STRUCTURED_PREFIX)
        ? canonicalName.substring(STRUCTURED_PREFIX.length())
        : canonicalName;
  }

  /** Returns the built-in fields and what each holds. */
  public static Map<String, Kind> builtIn() {
    return BUILT_IN;
  }

  /** Returns the other names of built-in fields, and the name that each stands for. */
  public static Map<String, String> aliases() {
    return ALIASES;
  }
}
