package io.weir.harness.e2e.faults;

/**
 * Something that is broken for a while.
 *
 * @param name for the log
 * @param begin breaks it, and returns how it is mended
 */
record Disturbance(String name, Begin begin) {

  /** Breaks something. */
  @FunctionalInterface
  interface Begin {
    Mend begin() throws Exception;
  }

  /** Mends it. */
  @FunctionalInterface
  interface Mend {
    /**
     * Mends it and returns how often it struck: requests that were hit, or 1.
     *
     * @throws Exception when that is not possible
     */
    long mend() throws Exception;

    /** Returns whether anything has been struck so far; a fault that hits nothing shows nothing. */
    default boolean hasStruck() {
      return true;
    }
  }
}
