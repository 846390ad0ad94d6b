package io.weir.sinks.elasticsearch;

import java.io.IOException;

/**
 * Elasticsearch refuses what Weir asks of it and would again: the message names the request, the
 * status, Elasticsearch's words and how many documents are concerned.
 */
public class ElasticsearchException extends IOException {
  private static final long serialVersionUID = 1;

  public ElasticsearchException(String message) {
    super(message);
  }

  public ElasticsearchException(String message, Throwable cause) {
    super(message, cause);
  }
}
