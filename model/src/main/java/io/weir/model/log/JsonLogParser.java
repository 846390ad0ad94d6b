package io.weir.model.log;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import io.weir.model.deadletter.DeadLetter;
import io.weir.model.kafka.RecordOrigin;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Objects;

/**
 * Parses records that are JSON, in any of the shapes of {@link FieldAliases}; {@code
 * docs/log-normalisation.md} describes every rule. Reuses its buffers: one instance a thread.
 */
public final class JsonLogParser implements LogParser {
  /** Bytes that a dead letter keeps of a record over the size limit. */
  public static final int LARGE_RECORD_KEPT_BYTES = 64 << 10;

  private static final byte[] NO_BYTES = {};

  private final LogLimits limits;
  private final long futureSkewNanos;
  private final long hotRetentionNanos;
  private final LogRecordReader reader;

  public JsonLogParser(LogLimits limits) {
    this.limits = Objects.requireNonNull(limits, "limits");
    this.futureSkewNanos = saturatedNanos(limits.maxFutureSkew());
    this.hotRetentionNanos = saturatedNanos(limits.hotRetention());
    this.reader = new LogRecordReader(limits);
  }

  @Override
  public ParsedLog parse(byte[] value, RecordOrigin origin) {
    Objects.requireNonNull(origin, "origin");
    byte[] record = value == null ? NO_BYTES : value;
    long appendNanos = appendNanos(origin);
    try {
      int flags = read(record, 0, record.length, saturatedAdd(appendNanos, futureSkewNanos));
      return ParsedLog.of(event(origin, appendNanos, flags));
    } catch (RejectedRecordException e) {
      return ParsedLog.of(deadLetter(e.reason(), e.getMessage(), record, origin));
    }
  }

  /**
   * Tells whether a record would become an event, without making it. Time plays no part in that.
   *
   * @param bytes holds the record; may hold other things around it
   * @param from where the record starts
   * @param to where it ends
   */
  public LogCheck check(byte[] bytes, int from, int to) {
    Objects.checkFromToIndex(from, to, bytes.length);
    try {
      read(bytes, from, to, Long.MAX_VALUE);
      return LogCheck.accepted(reader.service());
    } catch (RejectedRecordException e) {
      return LogCheck.rejected(e.reason(), e.getMessage());
    }
  }

  /** Reads a record that has a service and a message; returns flags that are known by then. */
  private int read(byte[] bytes, int from, int to, long latestNanos)
      throws RejectedRecordException {
    if (to - from > limits.maxRecordBytes()) {
      throw new RejectedRecordException(
          ParseReason.RECORD_TOO_LARGE,
          "the record has "
              + (to - from)
              + " bytes, at most "
              + limits.maxRecordBytes()
              + " are allowed");
    }
    byte[] record = bytes;
    int start = from;
    int end = to;
    int flags = 0;
    int nonAscii = Utf8.firstNonAscii(record, start, end);
    if (nonAscii < end && !Utf8.isValid(record, nonAscii, end)) {
      record =
          new String(record, start, end - start, StandardCharsets.UTF_8)
              .getBytes(StandardCharsets.UTF_8);
      start = 0;
      end = record.length;
      flags |= LogFlags.INVALID_UTF8;
    }
    if (end - start >= 3
        && record[start] == (byte) 0xEF
        && record[start + 1] == (byte) 0xBB
        && record[start + 2] == (byte) 0xBF) {
      start += 3; // a byte order mark
    }
    while (start < end
        && (record[start] == ' ' || (record[start] >= '\t' && record[start] <= '\r'))) {
      start++;
    }
    if (start == end) {
      throw new RejectedRecordException(ParseReason.EMPTY_RECORD, "the record is empty");
    }
    if (record[start] == 0 || (start + 1 < end && record[start + 1] == 0)) {
      // Jackson would take it for UTF-16 or UTF-32.
      throw new RejectedRecordException(ParseReason.NOT_JSON, "starts with NUL: no UTF-8 text");
    }
    try {
      reader.read(record, start, end, nonAscii == to, latestNanos);
    } catch (StreamConstraintsException e) {
      throw new RejectedRecordException(ParseReason.TOKEN_TOO_LONG, e.getOriginalMessage());
    } catch (JsonProcessingException e) {
      throw new RejectedRecordException(ParseReason.NOT_JSON, describe(e));
    } catch (IOException | RuntimeException e) {
      throw failure(e);
    }
    if (reader.service() == null) {
      throw new RejectedRecordException(
          ParseReason.MISSING_SERVICE,
          reader.unusableService() != null
              ? reader.unusableService()
              : "service: is missing, under this and every other name");
    }
    if (reader.message() == null) {
      throw new RejectedRecordException(
          ParseReason.MISSING_MESSAGE, "message: is missing, under this and every other name");
    }
    return flags;
  }

  private LogEvent event(RecordOrigin origin, long appendNanos, int knownFlags)
      throws RejectedRecordException {
    int flags = knownFlags;
    long timestampNanos = appendNanos;
    if (!reader.hasTimestamp()) {
      flags |=
          reader.originalTimestamp() == null
              ? LogFlags.TIMESTAMP_MISSING
              : LogFlags.TIMESTAMP_UNREADABLE;
    } else if (reader.originalTimestamp() != null) {
      flags |= LogFlags.TIMESTAMP_IN_FUTURE;
    } else {
      timestampNanos = reader.timestampNanos();
      if (timestampNanos < saturatedAdd(appendNanos, -hotRetentionNanos)) {
        flags |= LogFlags.ARCHIVE_ONLY;
      }
    }
    String message = reader.message();
    LogLevel level = reader.level();
    if (level == null) {
      level = LevelInference.infer(message);
      flags |= LogFlags.LEVEL_INFERRED;
    }
    if (reader.messageTruncated()) {
      flags |= LogFlags.MESSAGE_TRUNCATED;
    }
    String fields;
    try {
      fields = reader.fields();
    } catch (IOException | RuntimeException e) {
      throw failure(e);
    }
    if (reader.duplicateKeys()) {
      flags |= LogFlags.DUPLICATE_KEYS;
    }
    return new LogEvent(
        timestampNanos,
        reader.service(),
        reader.host(),
        reader.region(),
        level,
        message,
        fields,
        reader.id(),
        reader.originalTimestamp(),
        flags,
        origin.topic(),
        origin.topicCode(),
        origin.partition(),
        origin.offset(),
        origin.appendTimeMillis());
  }

  private static DeadLetter deadLetter(
      ParseReason reason, String detail, byte[] record, RecordOrigin origin) {
    byte[] payload = record;
    String cause = detail;
    if (reason == ParseReason.RECORD_TOO_LARGE && record.length > LARGE_RECORD_KEPT_BYTES) {
      payload = Arrays.copyOf(record, endOfText(record, LARGE_RECORD_KEPT_BYTES));
      cause += "; the first " + payload.length + " are kept here";
    }
    return new DeadLetter(
        origin,
        DeadLetter.Stage.PARSE,
        DeadLetter.Store.ALL,
        reason.code(),
        cause,
        payload.length == 0 ? DeadLetter.PayloadKind.NONE : DeadLetter.PayloadKind.RECORD,
        payload);
  }

  /** Returns the last position up to {@code max} that does not cut a character of UTF-8. */
  private static int endOfText(byte[] bytes, int max) {
    int end = max;
    while (end > max - 4 && (bytes[end] & 0xC0) == 0x80) {
      end--;
    }
    return end;
  }

  private static String describe(JsonProcessingException e) {
    String where = e.getLocation() == null ? "" : " at byte " + e.getLocation().getByteOffset();
    return e.getOriginalMessage() + where;
  }

  /** An input that breaks the parser must not stop the stream. */
  private static RejectedRecordException failure(Exception e) {
    return new RejectedRecordException(ParseReason.PARSER_FAILURE, e.toString());
  }

  private static long appendNanos(RecordOrigin origin) {
    long millis = origin.appendTimeMillis();
    long limit = Long.MAX_VALUE / Timestamps.NANOS_PER_MILLI;
    return Math.max(-limit, Math.min(limit, millis)) * Timestamps.NANOS_PER_MILLI;
  }

  private static long saturatedNanos(Duration duration) {
    try {
      return duration.toNanos();
    } catch (ArithmeticException e) {
      return duration.isNegative() ? Long.MIN_VALUE + 1 : Long.MAX_VALUE;
    }
  }

  private static long saturatedAdd(long a, long b) {
    long sum = a + b;
    if (((a ^ sum) & (b ^ sum)) < 0) {
      return a < 0 ? Long.MIN_VALUE + 1 : Long.MAX_VALUE;
    }
    return sum;
  }
}
