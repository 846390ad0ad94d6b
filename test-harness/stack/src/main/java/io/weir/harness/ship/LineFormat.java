package io.weir.harness.ship;

/** A way to write log lines. */
interface LineFormat {

  /** Returns what the line says if it is the first line of an event in this format, else null. */
  ParsedLine parse(String line);

  /** Returns whether lines in no known format belong to the event before them (stack traces do). */
  boolean continuesOverForeignLines();
}
