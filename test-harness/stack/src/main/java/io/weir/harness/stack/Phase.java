package io.weir.harness.stack;

import java.util.Locale;

/** Where a component of the stack stands. */
public enum Phase {
  WAITING,
  STARTING,
  READY,
  FAILED,
  STOPPING,
  STOPPED;

  /** In lower case, as it is shown. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
