package io.weir.sinks.elasticsearch;

import io.weir.model.kafka.RecordOrigin;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.IntStream;

/** Documents for tests. */
final class Documents {
  /** 2026-03-29T10:00:00Z. */
  static final long TIMESTAMP = 1_774_778_400_000_000_000L;

  static final String INDEX = "logs-2026-03-29-10";
  static final String LATE_INDEX = "logs-late-2026-03-29";

  private Documents() {}

  static RecordOrigin origin(long offset) {
    return new RecordOrigin("logs", "abcde", 1, offset, TIMESTAMP / 1_000_000);
  }

  static BulkDocument document(long number) {
    return document(number, "{\"n\":" + number + "}");
  }

  static BulkDocument document(long number, String source) {
    RecordOrigin origin = origin(number);
    return BulkDocument.of(
        INDEX, origin.eventId(), source.getBytes(StandardCharsets.UTF_8), TIMESTAMP, origin);
  }

  static List<BulkDocument> documents(int count) {
    return IntStream.range(0, count).mapToObj(Documents::document).toList();
  }

  /** A document that takes exactly this many bytes in a request. */
  static BulkDocument ofSize(long number, int bytes) {
    int head = (int) document(number, "{\"p\":\"\"}").sizeInBytes();
    return document(number, "{\"p\":\"" + "x".repeat(bytes - head) + "\"}");
  }
}
