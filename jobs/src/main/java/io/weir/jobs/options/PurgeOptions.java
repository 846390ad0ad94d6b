package io.weir.jobs.options;

import java.time.Instant;

/** Which dead letters are purged. */
public final class PurgeOptions {
  private static final Option<Instant> BEFORE =
      Option.of(
          "purge.before",
          OptionType.INSTANT,
          "Dead letters that were written before this time are deleted. Required.");

  private static final Option<Boolean> DRY_RUN =
      Option.of(
          "purge.dry-run",
          OptionType.BOOLEAN,
          "false",
          "Whether `PurgeDeadLetters` only says what it would delete.");

  /** The group in the reference. */
  public static final OptionGroup GROUP =
      OptionGroup.of(
          "Purge of dead letters (`PurgeDeadLetters`)",
          "`io.weir.jobs.tasks.PurgeDeadLetters` deletes the oldest dead letters of"
              + " `dead-letters.topic` before their retention does. An audit of the time that they"
              + " are about then reports their records as missing.",
          BEFORE,
          DRY_RUN);

  private PurgeOptions() {}

  /** Returns the time before which letters are deleted; null after an error. */
  public static Instant readBefore(OptionValues values) {
    return values.require(BEFORE);
  }

  /** Returns whether nothing is to be deleted. */
  public static boolean readDryRun(OptionValues values) {
    return values.require(DRY_RUN);
  }
}
