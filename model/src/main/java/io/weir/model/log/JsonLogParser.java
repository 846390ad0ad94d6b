package io.weir.model.log;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
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

  /** Most bytes of a character, by which a cut may be before its place. */
  private static final int UTF_8_BYTES = 4;

  private static final byte[] NO_BYTES = {};

  private final LogLimits limits;
  private final long futureSkewNanos;
  private final long hotRetentionNanos;
  private final LogRecordReader.Buffers buffers = new LogRecordReader.Buffers();

  public JsonLogParser(LogLimits limits) {
    this.limits = Objects.requireNonNull(limits, "limits");
    this.futureSkewNanos = saturatedNanos(limits.maxFutureSkew());
    this.hotRetentionNanos = saturatedNanos(limits.hotRetention());
  }

  @Override
  public ParsedLog parse(byte[] value, RecordOrigin origin) {
    Objects.requireNonNull(origin, "origin");
    byte[] record = value == null ? NO_BYTES : value;
    long appendNanos = appendNanos(origin);
    try {
      long latestNanos = saturatedAdd(appendNanos, futureSkewNanos);
      return ParsedLog.of(event(record, origin, appendNanos, latestNanos));
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
      Text text = text(bytes, from, to);
      EventDraft draft = read(reader(text, Long.MAX_VALUE), text);
      return LogCheck.accepted(draft.service());
    } catch (RejectedRecordException e) {
      return LogCheck.rejected(e.reason(), e.getMessage());
    }
  }

  /** Checks the size of a record and makes it valid UTF-8 without anything around it. */
  private Text text(byte[] bytes, int from, int to) throws RejectedRecordException {
    if (to - from > limits.maxRecordBytes()) {
      throw new RejectedRecordException(
          ParseReason.RECORD_TOO_LARGE,
          "the record has "
              + (to - from)
              + " bytes, at most "
              + limits.maxRecordBytes()
              + " are allowed");
    }
    if (OtlpBatch.isProtobuf(bytes, from, to)) {
      throw new RejectedRecordException(
          ParseReason.OTLP_BATCH, "an OTLP batch in protobuf; " + OtlpBatch.REMEDY);
    }
    byte[] record = bytes;
    int start = from;
    int end = to;
    boolean replaced = false;
    int nonAscii = Utf8.firstNonAscii(record, start, end);
    if (nonAscii < end && !Utf8.isValid(record, nonAscii, end)) {
      record =
          new String(record, start, end - start, StandardCharsets.UTF_8)
              .getBytes(StandardCharsets.UTF_8);
      start = 0;
      end = record.length;
      replaced = true;
    }
    if (end - start >= 3
        && record[start] == (byte) 0xEF
        && record[start + 1] == (byte) 0xBB
        && record[start + 2] == (byte) 0xBF) {
      start += 3; // a byte order mark
    }
    while (start < end && record[start] >= 0 && record[start] <= ' ' && record[start] != 0) {
      start++;
    }
    if (start == end) {
      throw new RejectedRecordException(ParseReason.EMPTY_RECORD, "the record is empty");
    }
    if (record[start] == 0 || (start + 1 < end && record[start + 1] == 0)) {
      // Jackson would take it for UTF-16 or UTF-32.
      throw new RejectedRecordException(ParseReason.NOT_JSON, "starts with NUL: no UTF-8 text");
    }
    return new Text(record, start, end, nonAscii == to, replaced);
  }

  private LogRecordReader reader(Text text, long latestNanos) {
    return new LogRecordReader(
        limits, buffers, text.bytes, text.from, text.to, text.ascii, latestNanos);
  }

  /** Reads a record that has a service and a message. */
  private static EventDraft read(LogRecordReader reader, Text text) throws RejectedRecordException {
    EventDraft draft;
    try {
      draft = reader.read();
    } catch (MalformedJsonException e) {
      throw new RejectedRecordException(ParseReason.NOT_JSON, explain(text, e));
    } catch (IOException | RuntimeException e) {
      throw failure(e);
    }
    if (draft.service() == null) {
      throw new RejectedRecordException(
          ParseReason.MISSING_SERVICE,
          draft.unusableService() != null
              ? draft.unusableService()
              : "service: is missing, under this and every other name");
    }
    if (draft.message() == null) {
      throw new RejectedRecordException(
          ParseReason.MISSING_MESSAGE, "message: is missing, under this and every other name");
    }
    return draft;
  }

  private LogEvent event(byte[] record, RecordOrigin origin, long appendNanos, long latestNanos)
      throws RejectedRecordException {
    Text text = text(record, 0, record.length);
    LogRecordReader reader = reader(text, latestNanos);
    EventDraft draft = read(reader, text);
    int flags = text.replaced || reader.replacedSurrogates() ? LogFlags.INVALID_UTF8 : 0;
    long timestampNanos = appendNanos;
    if (!draft.hasTimestamp()) {
      flags |=
          draft.originalTimestamp() == null
              ? LogFlags.TIMESTAMP_MISSING
              : LogFlags.TIMESTAMP_UNREADABLE;
    } else if (draft.originalTimestamp() != null) {
      flags |= LogFlags.TIMESTAMP_IN_FUTURE;
    } else {
      timestampNanos = draft.timestampNanos();
      if (timestampNanos < saturatedAdd(appendNanos, -hotRetentionNanos)) {
        flags |= LogFlags.ARCHIVE_ONLY;
      }
    }
    String message = draft.message();
    LogLevel level = draft.level();
    if (level == null) {
      level = LevelInference.infer(message);
      flags |= LogFlags.LEVEL_INFERRED;
    }
    if (draft.messageTruncated()) {
      flags |= LogFlags.MESSAGE_TRUNCATED;
    }
    RecordMembers.Fields fields;
    try {
      fields = reader.fields();
    } catch (IOException | RuntimeException e) {
      throw failure(e);
    }
    if (fields.keyStoodTwice()) {
      flags |= LogFlags.DUPLICATE_KEYS;
    }
    return new LogEvent(
        timestampNanos,
        draft.service(),
        draft.host(),
        draft.region(),
        level,
        message,
        fields.text(),
        draft.id(),
        draft.originalTimestamp(),
        flags,
        origin.topic(),
        origin.topicCode(),
        origin.partition(),
        origin.offset(),
        origin.appendTimeMillis());
  }

  /**
   * Returns whether a letter of this parser may hold the beginning of its record only, which is
   * kept of one that is too large.
   */
  public static boolean keepsBeginningOnly(DeadLetter letter) {
    return letter.reason().equals(ParseReason.RECORD_TOO_LARGE.code())
        && letter.payload().length >= LARGE_RECORD_KEPT_BYTES - UTF_8_BYTES;
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
    while (end > max - UTF_8_BYTES && (bytes[end] & 0xC0) == 0x80) {
      end--;
    }
    return end;
  }

  /** Lets Jackson say what is wrong, because it says it better. */
  private static String explain(Text text, MalformedJsonException found) {
    try (JsonParser parser =
        JsonText.FACTORY.createParser(text.bytes, text.from, text.to - text.from)) {
      while (parser.nextToken() != null) {
        parser.finishToken();
      }
    } catch (JsonProcessingException e) {
      return e.getOriginalMessage() + " at byte " + (text.from + e.getLocation().getByteOffset());
    } catch (IOException | RuntimeException e) {
      return found.getMessage();
    }
    return found.getMessage();
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

  /**
   * @param bytes valid UTF-8 between {@code from} and {@code to}
   * @param ascii whether there is nothing but ASCII
   * @param replaced whether something invalid was replaced
   */
  private record Text(byte[] bytes, int from, int to, boolean ascii, boolean replaced) {}
}
