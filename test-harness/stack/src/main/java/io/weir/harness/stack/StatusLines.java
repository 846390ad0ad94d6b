package io.weir.harness.stack;

import java.time.Duration;
import java.util.Locale;

/** Renders states as text. */
final class StatusLines {
  private static final int NAME_WIDTH = 18;
  private static final int PHASE_WIDTH = 9;
  private static final int PLAIN_DETAIL = 100;

  private static final String BOLD_RED = "\u001b[1;31m";
  private static final String GREEN = "\u001b[32m";
  private static final String YELLOW = "\u001b[33m";
  private static final String DIM = "\u001b[2m";
  private static final String RESET = "\u001b[0m";

  private StatusLines() {}

  /**
   * For a terminal: one row of the table.
   *
   * @param columns visible width at most: a row that wraps could not be redrawn in place
   */
  static String coloured(ComponentStatus status, int columns) {
    return pad(status.name(), NAME_WIDTH)
        + colour(status.phase())
        + pad(status.phase().label(), PHASE_WIDTH)
        + RESET
        + firstLine(status.detail(), Math.max(0, columns - NAME_WIDTH - PHASE_WIDTH));
  }

  /** For a log: when, what, how. */
  static String plain(Duration sinceStart, ComponentStatus status) {
    String line =
        String.format(Locale.ROOT, "%6.1f s  ", sinceStart.toMillis() / 1000.0)
            + pad(status.name(), NAME_WIDTH)
            + pad(status.phase().label(), PHASE_WIDTH)
            + firstLine(status.detail(), PLAIN_DETAIL);
    return line.stripTrailing();
  }

  private static String colour(Phase phase) {
    return switch (phase) {
      case READY -> GREEN;
      case FAILED -> BOLD_RED;
      case STARTING, STOPPING -> YELLOW;
      case WAITING, STOPPED -> DIM;
    };
  }

  private static String firstLine(String text, int length) {
    String line = text.lines().findFirst().orElse("");
    return line.length() > length ? line.substring(0, length) : line;
  }

  private static String pad(String text, int width) {
    return text.length() >= width ? text + " " : text + " ".repeat(width - text.length());
  }
}
