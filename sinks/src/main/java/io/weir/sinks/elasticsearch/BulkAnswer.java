package io.weir.sinks.elasticsearch;

import java.util.List;

/** What came back for one bulk request. */
sealed interface BulkAnswer {

  /**
   * Elasticsearch took the request and judged each document.
   *
   * @param items one for each document in the order of the request; empty when all were stored
   */
  record Judged(List<Item> items) implements BulkAnswer {
    public Judged {
      items = List.copyOf(items);
    }
  }

  /**
   * The request as a whole was answered with an error.
   *
   * @param status HTTP status
   * @param error what the body says
   * @param request the request line and the host that answered, for messages
   */
  record Refused(int status, ErrorCause error, String request) implements BulkAnswer {}

  /**
   * No answer: connection refused or broken, timeout, client closed.
   *
   * @param failure why
   */
  record Unanswered(Exception failure) implements BulkAnswer {}

  /**
   * No answer, because the server showed a certificate that is not to be trusted. Waiting does not
   * help: an authority, a fingerprint or a host name is wrong.
   *
   * @param problem what is wrong with it, with the request and the hosts
   */
  record Untrusted(String problem) implements BulkAnswer {}

  /**
   * A success status with a body that is not an answer to a bulk request.
   *
   * @param problem what is wrong with it, with the request and the host
   */
  record Unreadable(String problem) implements BulkAnswer {}

  /**
   * One document's result.
   *
   * @param status HTTP-like status
   * @param error the error, or null
   */
  record Item(int status, ErrorCause error) {}
}
