package io.weir.model.log;

/**
 * OTLP batches ({@code ExportLogsServiceRequest}) as records of Kafka: many events in one place,
 * which could not be told apart by it, so they are no event.
 */
final class OtlpBatch {
  /** What the producer's owner has to do. */
  static final String REMEDY =
      "have the producer write one log record a message, or send it to POST /v1/logs of the gateway"
          + " (docs/log-normalisation.md, OTLP)";

  /** {@code resource_logs}: field 1, with a length. */
  private static final byte RESOURCE_LOGS = 0x0a;

  private static final byte RESOURCE = 0x0a;
  private static final byte SCOPE_LOGS = 0x12;
  private static final int MAX_VARINT_BYTES = 5;

  private OtlpBatch() {}

  /** Whether a record starts as a batch in protobuf does, and not as JSON after blank lines. */
  static boolean isProtobuf(byte[] record, int from, int to) {
    if (from >= to || record[from] != RESOURCE_LOGS) {
      return false;
    }
    long length = 0;
    int end = Math.min(to, from + 1 + MAX_VARINT_BYTES);
    for (int at = from + 1; at < end; at++) {
      length |= (long) (record[at] & 0x7f) << 7 * (at - from - 1);
      if (record[at] >= 0) {
        int content = at + 1;
        return length > 1
            && length <= to - content
            && (record[content] == RESOURCE || record[content] == SCOPE_LOGS)
            && !isJsonOrBlank(record, from, to);
      }
    }
    return false;
  }

  private static boolean isJsonOrBlank(byte[] record, int from, int to) {
    int at = from;
    while (at < to && record[at] > 0 && record[at] <= ' ') {
      at++;
    }
    return at == to || record[at] == '{';
  }
}
