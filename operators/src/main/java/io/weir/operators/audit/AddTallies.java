package io.weir.operators.audit;

import io.weir.model.audit.HourTally;
import org.apache.flink.api.common.functions.ReduceFunction;

/** Adds up the tallies of an hour of a partition. */
public final class AddTallies implements ReduceFunction<HourTally> {
  private static final long serialVersionUID = 1;

  @Override
  public HourTally reduce(HourTally one, HourTally other) {
    return one.plus(other);
  }
}
