package io.weir.sinks.elasticsearch;

import java.util.Objects;

/**
 * An error in Elasticsearch's own words.
 *
 * @param type its type in snake case; empty where there was none
 * @param reason its reason with the reasons of its causes, cut at {@value #MAX_REASON} characters;
 *     empty where there was none
 */
record ErrorCause(String type, String reason) {
  static final int MAX_REASON = 1_000;
  static final ErrorCause NONE = new ErrorCause("", "");

  ErrorCause {
    Objects.requireNonNull(type, "type");
    reason = cut(reason);
  }

  /** Cuts a text that a foreign system wrote; a preview of a field can be megabytes long. */
  static String cut(String text) {
    if (text.length() <= MAX_REASON) {
      return text;
    }
    int end = MAX_REASON - 3;
    if (Character.isHighSurrogate(text.charAt(end - 1))) {
      end--;
    }
    return text.substring(0, end) + "...";
  }

  @Override
  public String toString() {
    if (type.isEmpty()) {
      return reason;
    }
    return reason.isEmpty() ? type : type + ": " + reason;
  }
}
