package io.weir.operators.logs;

import io.weir.model.log.LogEvent;
import io.weir.model.log.LogFlags;
import io.weir.operators.OperatorMetrics;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.functions.RichFilterFunction;
import org.apache.flink.metrics.Counter;

/**
 * Keeps events from the hot store that were older than its retention when Kafka took them ({@link
 * LogFlags#ARCHIVE_ONLY}); they are counted, and the archive has them.
 */
public final class KeepHot extends RichFilterFunction<LogEvent> {
  private static final long serialVersionUID = 1;

  private transient Counter tooOld;

  @Override
  public void open(OpenContext context) {
    tooOld = getRuntimeContext().getMetricGroup().counter(OperatorMetrics.TOO_OLD_FOR_HOT);
  }

  @Override
  public boolean filter(LogEvent event) {
    if (event.has(LogFlags.ARCHIVE_ONLY)) {
      tooOld.inc();
      return false;
    }
    return true;
  }
}
