package io.weir.operators.audit;

import static java.util.Objects.requireNonNull;

import io.weir.model.kafka.RecordOrigin;
import io.weir.model.log.ParsedLog;
import org.apache.flink.api.common.functions.FilterFunction;

/**
 * Leaves out records that come from somewhere else: spans of a topic are read together where they
 * are near each other, and so with what stands between them, which would be written twice.
 */
public final class LeaveOut implements FilterFunction<ParsedLog> {
  private static final long serialVersionUID = 1;

  private final OffsetSelection others;

  /**
   * Creates the function.
   *
   * @param others records that come from somewhere else
   */
  public LeaveOut(OffsetSelection others) {
    this.others = requireNonNull(others, "others");
  }

  @Override
  public boolean filter(ParsedLog parsed) {
    RecordOrigin origin = OnceEach.origin(parsed);
    return !others.contains(origin.topicCode(), origin.partition(), origin.offset());
  }
}
