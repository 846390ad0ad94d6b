package io.weir.gateway.config;

import java.util.Locale;

/** What a gateway process serves; each role has its own threads and limits. */
public enum Role {
  /** Takes log events and metric points and hands them to Kafka. */
  INGEST,
  /** Answers searches from Elasticsearch and lists segments. */
  SEARCH,
  /** Streams log events as they come in, from Kafka. */
  TAIL,
  /** Answers queries over metrics from Prometheus. */
  METRICS,
  /** Keeps alert rules and dashboards in Kafka and shows the state of alerts. */
  RULES;

  /** Returns the name as it is written in the configuration. */
  public String lowerCase() {
    return name().toLowerCase(Locale.ROOT);
  }
}
