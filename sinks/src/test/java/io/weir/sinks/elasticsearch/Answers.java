package io.weir.sinks.elasticsearch;

import java.util.Collections;
import java.util.List;

/** Answers of Elasticsearch for tests, in the words of 8.19. */
final class Answers {
  static final BulkAnswer.Item STORED = new BulkAnswer.Item(201, null);
  static final BulkAnswer.Item REPEATED =
      item(
          409,
          "version_conflict_engine_exception",
          "[1]: version conflict, document already exists (current version [1])");
  static final BulkAnswer.Item UNPARSABLE =
      item(
          400,
          "document_parsing_exception",
          "[1:6] failed to parse field [n] of type [long] in document with id '2'. Preview of"
              + " field's value: 'abc'");
  static final BulkAnswer.Item REJECTED_EXECUTION =
      item(429, "es_rejected_execution_exception", "rejected execution of primary operation");
  static final BulkAnswer.Item CLOSED = item(400, "index_closed_exception", "closed");
  static final BulkAnswer.Item INTERNAL =
      item(500, "null_pointer_exception", "Cannot invoke something");
  static final BulkAnswer.Item NO_INDEX =
      item(404, "index_not_found_exception", "no such index [logs-2026-03-29-10]");

  static final BulkAnswer ALL_STORED = new BulkAnswer.Judged(List.of());

  private Answers() {}

  static BulkAnswer.Item item(int status, String type, String reason) {
    return new BulkAnswer.Item(status, new ErrorCause(type, reason));
  }

  static BulkAnswer judged(BulkAnswer.Item... items) {
    return new BulkAnswer.Judged(List.of(items));
  }

  static BulkAnswer all(int count, BulkAnswer.Item item) {
    return new BulkAnswer.Judged(Collections.nCopies(count, item));
  }

  static BulkAnswer refused(int status, String type, String reason) {
    return new BulkAnswer.Refused(
        status, new ErrorCause(type, reason), "POST http://localhost:9200/_bulk");
  }
}
