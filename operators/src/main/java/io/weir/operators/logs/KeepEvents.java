package io.weir.operators.logs;

import io.weir.model.log.LogEvent;
import io.weir.model.log.ParsedLog;
import org.apache.flink.api.common.functions.FlatMapFunction;
import org.apache.flink.util.Collector;

/**
 * Keeps events and drops what is none: for a job beside the one that sends the same records to dead
 * letters. The deserializer counts them here too.
 */
public final class KeepEvents implements FlatMapFunction<ParsedLog, LogEvent> {
  private static final long serialVersionUID = 1;

  @Override
  public void flatMap(ParsedLog parsed, Collector<LogEvent> out) {
    if (parsed.event() != null) {
      out.collect(parsed.event());
    }
  }
}
