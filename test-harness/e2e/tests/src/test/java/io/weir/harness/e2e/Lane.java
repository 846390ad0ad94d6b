package io.weir.harness.e2e;

/**
 * Tags of test classes that say which of the two lanes runs them; see {@code
 * test-harness/e2e/pom.xml}.
 */
public final class Lane {
  /**
   * For classes that start a stack of their own and for some that wait for long; the two lanes are
   * meant to take about the same time.
   */
  public static final String SECOND = "second-lane";

  /** For the scenarios that only {@code bin/test faults} runs, in the second lane. */
  public static final String FAULTS = "all-faults";

  private Lane() {}
}
