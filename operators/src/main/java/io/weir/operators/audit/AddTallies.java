package io.weir.operators.audit;

import io.weir.model.audit.HourTally;
import org.apache.flink.api.common.functions.ReduceFunction;

/** Adds up tallies of an hour of a partition. */
public final class AddTallies implements ReduceFunction<HourTally> {
  private static final long serialVersionUID = 1;

  private final boolean bounded;

  private AddTallies(boolean bounded) {
    this.bounded = bounded;
  }

  /** Keeps every range: for tallies that are about few offsets together. */
  public static AddTallies exact() {
    return new AddTallies(false);
  }

  /** Keeps as many ranges as a report tells, and counts the others. */
  public static AddTallies bounded() {
    return new AddTallies(true);
  }

  @Override
  public HourTally reduce(HourTally one, HourTally other) {
    HourTally sum = one.plus(other);
    return bounded ? sum.bounded() : sum;
  }
}
