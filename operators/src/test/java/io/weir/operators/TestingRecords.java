package io.weir.operators;

import io.weir.model.deadletter.DeadLetter;
import io.weir.model.kafka.RecordOrigin;
import io.weir.model.log.LogEvent;
import io.weir.model.log.LogLevel;
import java.nio.charset.StandardCharsets;

/** Records for tests: small, valid, told apart by their offset. */
public final class TestingRecords {
  public static final String TOPIC = "logs";
  public static final String TOPIC_CODE = "0a1b2";
  public static final long APPEND_TIME = 1_774_778_400_000L;

  private TestingRecords() {}

  public static RecordOrigin origin(long offset) {
    return new RecordOrigin(TOPIC, TOPIC_CODE, 3, offset, APPEND_TIME);
  }

  public static LogEvent event(RecordOrigin origin, int flags) {
    return new LogEvent(
        (origin.appendTimeMillis() - 250) * 1_000_000L,
        "payments",
        "web-1",
        null,
        LogLevel.INFO,
        "paid",
        LogEvent.NO_FIELDS,
        null,
        null,
        flags,
        origin.topic(),
        origin.topicCode(),
        origin.partition(),
        origin.offset(),
        origin.appendTimeMillis());
  }

  public static DeadLetter deadLetter(RecordOrigin origin, String reason) {
    return new DeadLetter(
        origin,
        DeadLetter.Stage.PARSE,
        DeadLetter.Store.ALL,
        reason,
        "for a test",
        DeadLetter.PayloadKind.RECORD,
        "{".getBytes(StandardCharsets.UTF_8));
  }
}
