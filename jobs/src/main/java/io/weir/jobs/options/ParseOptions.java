package io.weir.jobs.options;

import io.weir.model.log.LogLimits;
import java.time.Duration;
import org.apache.flink.configuration.MemorySize;

/** Bounds of one record, and how long an event stays hot. */
public final class ParseOptions {
  private static final Option<MemorySize> MAX_RECORD_SIZE =
      Option.of(
          "parse.max-record-size",
          OptionType.SIZE,
          "1 mb",
          "A record whose value is larger is a dead letter.");

  private static final Option<Integer> MAX_MESSAGE_CHARS =
      Option.of(
          "parse.max-message-chars",
          OptionType.integer(1, 1 << 24),
          "65536",
          "A longer message is cut there and flagged `message_truncated`.");

  private static final Option<Integer> MAX_FIELD_DEPTH =
      Option.of(
          "parse.max-field-depth",
          OptionType.integer(1, 500),
          "20",
          "A record whose fields are nested deeper is a dead letter.");

  private static final Option<Duration> MAX_FUTURE_SKEW =
      Option.of(
          "parse.max-future-skew",
          OptionType.DURATION,
          "10 min",
          "A timestamp further after the record's append time is replaced by the append time; the"
              + " original is kept and the event flagged `timestamp_in_future`.");

  private static final Option<Duration> HOT_RETENTION =
      Option.of(
          "retention.hot",
          OptionType.DURATION,
          "30 d",
          "How long events stay in Elasticsearch, by their own time. An event that was older when"
              + " Kafka took it goes to the archive only. `DeleteExpiredIndices` deletes what"
              + " became older since.");

  static final OptionGroup PARSE =
      OptionGroup.of(
          "Parsing",
          "What a record must keep to. Times are compared with the record's append time, so a"
              + " replay decides the same.",
          MAX_RECORD_SIZE,
          MAX_MESSAGE_CHARS,
          MAX_FIELD_DEPTH,
          MAX_FUTURE_SKEW);

  /** The group in the reference. */
  public static final OptionGroup RETENTION = OptionGroup.of("Retention", "", HOT_RETENTION);

  private ParseOptions() {}

  static LogLimits read(OptionValues values) {
    MemorySize recordSize = values.require(MAX_RECORD_SIZE);
    boolean fits = recordSize.getBytes() > 0 && recordSize.getBytes() <= Integer.MAX_VALUE;
    values.check(fits, MAX_RECORD_SIZE.key() + ": must be 1 byte to 2 gb");
    return new LogLimits(
        fits ? Math.toIntExact(recordSize.getBytes()) : 1,
        values.require(MAX_MESSAGE_CHARS),
        values.require(MAX_FIELD_DEPTH),
        positive(values, MAX_FUTURE_SKEW),
        readHotRetention(values));
  }

  /** Returns how long events stay hot. */
  public static Duration readHotRetention(OptionValues values) {
    return positive(values, HOT_RETENTION);
  }

  private static Duration positive(OptionValues values, Option<Duration> option) {
    Duration duration = values.require(option);
    values.check(
        !duration.isNegative() && !duration.isZero(), option.key() + ": must be longer than 0");
    return duration;
  }
}
