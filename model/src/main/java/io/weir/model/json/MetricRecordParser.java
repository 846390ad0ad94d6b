package io.weir.model.json;

import io.weir.model.deadletter.DeadLetter;
import io.weir.model.kafka.RecordOrigin;
import io.weir.model.metric.MetricPoint;
import io.weir.model.metric.ParsedMetric;
import io.weir.model.metric.ParsedMetric.TimeSource;
import io.weir.model.validation.InvalidRecordException;
import java.util.Arrays;
import java.util.List;

/**
 * Reads the records of the topic {@code metrics}: a point, or a dead letter with the reason; never
 * an exception. More forgiving about time than {@link MetricPointJson#decode(byte[])}: a timestamp
 * that is missing, cannot be read, or lies after the record's append time is replaced by the append
 * time, so that one fast clock cannot make everybody else's points late. The outcome is a function
 * of the record and its place alone, so that a replay decides the same. Remembers series that it
 * has read; not thread-safe.
 */
public final class MetricRecordParser {
  /** Reason of the dead letter of a record without bytes. */
  public static final String EMPTY_RECORD = "empty_record";

  /** Reason of the dead letter of a record over the limit; it keeps the beginning. */
  public static final String RECORD_TOO_LARGE = "record_too_large";

  /** Reason of the dead letter of a record that is no metric point; its detail names the field. */
  public static final String INVALID_POINT = "invalid_point";

  /** Every reason of its dead letters. */
  public static final List<String> REASONS = List.of(EMPTY_RECORD, RECORD_TOO_LARGE, INVALID_POINT);

  private static final int LARGE_RECORD_KEPT_BYTES = 4096;

  private final int maxRecordBytes;
  private final PlainPoint plain = new PlainPoint();
  private final KnownSeries known = new KnownSeries();

  /**
   * Creates a parser.
   *
   * @param maxRecordBytes a larger record is a dead letter
   */
  public MetricRecordParser(int maxRecordBytes) {
    this.maxRecordBytes = maxRecordBytes;
  }

  /** Returns what a record is. */
  public ParsedMetric parse(byte[] record, RecordOrigin origin) {
    if (record == null || record.length == 0) {
      return deadLetter(EMPTY_RECORD, "the record is empty", new byte[0], origin);
    }
    if (record.length > maxRecordBytes) {
      return deadLetter(
          RECORD_TOO_LARGE,
          "the record has " + record.length + " bytes, at most " + maxRecordBytes + " are allowed",
          Arrays.copyOf(record, Math.min(record.length, LARGE_RECORD_KEPT_BYTES)),
          origin);
    }
    boolean ordinary = plain.read(record, 0, record.length);
    if (ordinary) {
      KnownSeries.Entry series = known.find(record, plain);
      if (series != null) {
        return point(MetricPointJson.read(plain, series.metric(), series.tags()), origin);
      }
    }
    try {
      ParsedMetric parsed = point(MetricPointJson.read(record, 0, record.length, true), origin);
      if (ordinary) {
        known.add(record, plain, parsed.point().metric(), parsed.point().tags());
      }
      return parsed;
    } catch (InvalidRecordException e) {
      return deadLetter(INVALID_POINT, e.getMessage(), record, origin);
    }
  }

  private static ParsedMetric point(MetricPointJson.Read read, RecordOrigin origin) {
    long appendTime = origin.appendTimeMillis();
    MetricPoint point = read.at(appendTime);
    TimeSource source =
        switch (read.timestamp()) {
          case MISSING -> TimeSource.MISSING;
          case UNREADABLE -> TimeSource.UNREADABLE;
          case READ -> TimeSource.PRODUCER;
        };
    if (point.timestampMillis() > appendTime) {
      return ParsedMetric.of(
          new MetricPoint(point.metric(), point.value(), appendTime, point.tags(), point.type()),
          TimeSource.IN_FUTURE);
    }
    return ParsedMetric.of(point, source);
  }

  private static ParsedMetric deadLetter(
      String reason, String detail, byte[] payload, RecordOrigin origin) {
    return ParsedMetric.of(
        new DeadLetter(
            origin,
            DeadLetter.Stage.PARSE,
            DeadLetter.Store.ALL,
            reason,
            detail,
            payload.length == 0 ? DeadLetter.PayloadKind.NONE : DeadLetter.PayloadKind.RECORD,
            payload));
  }
}
