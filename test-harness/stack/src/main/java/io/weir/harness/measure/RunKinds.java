package io.weir.harness.measure;

/** Kinds of short-lived runs of the harness, as their reports call them. */
public final class RunKinds {
  /** {@code bin/generate}. */
  public static final String GENERATE = "generate";

  /** {@code bin/bench}. */
  public static final String BENCH = "bench";

  private RunKinds() {}
}
