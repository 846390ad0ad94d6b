package io.weir.gateway.search;

import java.util.Locale;

/** Order of a page by event time, ties broken by the place in Kafka. */
public enum SortOrder {
  /** Newest first. */
  DESC,
  /** Oldest first. */
  ASC;

  /** Returns the name as the API writes it. */
  public String lowerCase() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Returns the other order. */
  public SortOrder reversed() {
    return this == ASC ? DESC : ASC;
  }
}
