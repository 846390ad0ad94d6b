package io.weir.operators.logs;

import io.weir.model.deadletter.DeadLetter;
import io.weir.model.log.LogEvent;
import io.weir.model.log.ParsedLog;
import org.apache.flink.streaming.api.functions.ProcessFunction;
import org.apache.flink.util.Collector;
import org.apache.flink.util.OutputTag;

/**
 * Parts events from dead letters: {@link ParsedLog} in; events on the main output, records that are
 * none on the side output {@link #DEAD_LETTERS}, which must reach a sink.
 */
public final class RouteLogs extends ProcessFunction<ParsedLog, LogEvent> {
  private static final long serialVersionUID = 1;

  /** Records that did not become events. */
  public static final OutputTag<DeadLetter> DEAD_LETTERS = new OutputTag<>("dead-letters") {};

  @Override
  public void processElement(ParsedLog parsed, Context context, Collector<LogEvent> out) {
    LogEvent event = parsed.event();
    if (event != null) {
      out.collect(event);
    } else {
      context.output(DEAD_LETTERS, parsed.deadLetter());
    }
  }
}
