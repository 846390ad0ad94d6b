package io.weir.gateway.config;

import java.util.Locale;

/** What a gateway process serves; each role has its own threads and limits. */
public enum Role {
  /** Takes log events and hands them to Kafka. */
  INGEST,
  /** Answers searches from Elasticsearch and lists segments. */
  SEARCH;

  /** Returns the name as it is written in the configuration. */
  public String lowerCase() {
    return name().toLowerCase(Locale.ROOT);
  }
}
