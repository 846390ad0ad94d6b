package io.weir.jobs;

import io.weir.model.deadletter.DeadLetter;
import io.weir.model.kafka.RecordOrigin;
import io.weir.model.log.LogEvent;
import io.weir.model.log.LogFlags;
import io.weir.model.log.LogLevel;
import io.weir.model.log.ParsedLog;
import java.nio.charset.StandardCharsets;

/**
 * A made stream of parsed records: every tenth is poison, every seventh of the rest too old, and
 * every tenth carries the id of the event before it.
 */
final class TestingLogs {
  /** Young: ids of partitions that had nothing new for a month are not restored. */
  private static final long APPEND_TIME = System.currentTimeMillis();

  private TestingLogs() {}

  static boolean isPoison(long offset) {
    return offset % 10 == 3;
  }

  static boolean isTooOld(long offset) {
    return !isPoison(offset) && offset % 7 == 0;
  }

  static boolean isRepeat(long offset) {
    return offset % 10 == 6;
  }

  private static String producerId(long offset) {
    return isRepeat(offset) || isRepeat(offset + 1) ? "id-" + offset / 10 : null;
  }

  static ParsedLog at(long offset) {
    RecordOrigin origin = new RecordOrigin("logs", "0a1b2", 0, offset, APPEND_TIME + offset);
    if (isPoison(offset)) {
      return ParsedLog.of(poison(origin));
    }
    return ParsedLog.of(
        event(origin, producerId(offset), isTooOld(offset) ? LogFlags.ARCHIVE_ONLY : 0));
  }

  static DeadLetter poison(RecordOrigin origin) {
    return new DeadLetter(
        origin,
        DeadLetter.Stage.PARSE,
        DeadLetter.Store.ALL,
        "not_json",
        "made to be poison",
        DeadLetter.PayloadKind.RECORD,
        "{".getBytes(StandardCharsets.UTF_8));
  }

  static LogEvent event(RecordOrigin origin, String producerId, int flags) {
    return new LogEvent(
        origin.appendTimeMillis() * 1_000_000L,
        "payments",
        "web-1",
        null,
        LogLevel.INFO,
        "event " + origin.offset(),
        LogEvent.NO_FIELDS,
        producerId,
        null,
        flags,
        origin.topic(),
        origin.topicCode(),
        origin.partition(),
        origin.offset(),
        origin.appendTimeMillis());
  }
}
