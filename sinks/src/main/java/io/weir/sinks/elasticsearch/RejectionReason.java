package io.weir.sinks.elasticsearch;

import java.util.Locale;

/** Why Elasticsearch never takes a document: the reasons of dead letters of the write stage. */
enum RejectionReason {
  /** Its JSON does not fit the index's mapping. */
  MAPPING_REJECTED,
  /** Elasticsearch knows no index by such a name. */
  INVALID_INDEX_NAME,
  /** Refused in words that are none of the others. */
  REJECTED_BY_ELASTICSEARCH,
  /** The late index takes no more writes either. */
  LATE_INDEX_RETIRED,
  /** An error of the server that comes back with this document, each time. */
  UNEXPLAINED_ERROR,
  /** Too large alone, for the sink or for Elasticsearch. */
  DOCUMENT_TOO_LARGE;

  private final String code = name().toLowerCase(Locale.ROOT);

  /** Returns the stable code that dead letters and metrics carry. */
  String code() {
    return code;
  }
}
