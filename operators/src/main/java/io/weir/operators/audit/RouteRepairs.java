package io.weir.operators.audit;

import static java.util.Objects.requireNonNull;

import io.weir.model.deadletter.DeadLetter;
import io.weir.model.kafka.RecordOrigin;
import io.weir.model.log.LogEvent;
import io.weir.model.log.LogFlags;
import io.weir.model.log.ParsedLog;
import org.apache.flink.streaming.api.functions.ProcessFunction;
import org.apache.flink.util.Collector;
import org.apache.flink.util.OutputTag;

/**
 * Sends what was read again to the store that lacks it: {@link ParsedLog} in; events for the
 * archive on the main output, events for the hot store on {@link #HOT}, records that are no events
 * on {@link #DEAD_LETTERS}. What no store lacks vanishes, and so do events for the hot store that
 * are too old for it.
 */
public final class RouteRepairs extends ProcessFunction<ParsedLog, LogEvent> {
  private static final long serialVersionUID = 1;

  /** Events that the hot store lacks. */
  public static final OutputTag<LogEvent> HOT = new OutputTag<>("hot") {};

  /** Records that did not become events, and of which nothing says so. */
  public static final OutputTag<DeadLetter> DEAD_LETTERS = new OutputTag<>("dead-letters") {};

  private final OffsetSelection hot;
  private final OffsetSelection archive;
  private final boolean letters;

  /**
   * Creates the operator.
   *
   * @param hot what the hot store lacks
   * @param archive what the archive lacks
   * @param letters whether a record that is no event leaves a dead letter; false where it has one
   */
  public RouteRepairs(OffsetSelection hot, OffsetSelection archive, boolean letters) {
    this.hot = requireNonNull(hot, "hot");
    this.archive = requireNonNull(archive, "archive");
    this.letters = letters;
  }

  @Override
  public void processElement(ParsedLog parsed, Context context, Collector<LogEvent> out) {
    LogEvent event = parsed.event();
    if (event == null) {
      RecordOrigin origin = parsed.deadLetter().origin();
      if (letters && (isIn(hot, origin) || isIn(archive, origin))) {
        context.output(DEAD_LETTERS, parsed.deadLetter());
      }
      return;
    }
    if (isIn(archive, event.origin())) {
      out.collect(event);
    }
    if (isIn(hot, event.origin()) && !event.has(LogFlags.ARCHIVE_ONLY)) {
      context.output(HOT, event);
    }
  }

  private static boolean isIn(OffsetSelection offsets, RecordOrigin origin) {
    return offsets.contains(origin.topicCode(), origin.partition(), origin.offset());
  }
}
