package io.weir.jobs.options;

/** How expired indices are deleted. */
public final class ExpiryOptions {
  private static final Option<Boolean> DRY_RUN =
      Option.of(
          "retention.dry-run",
          OptionType.BOOLEAN,
          "false",
          "Whether `DeleteExpiredIndices` only says what it would delete.");

  /** The group in the reference. */
  public static final OptionGroup GROUP =
      OptionGroup.of(
          "Expired indices (`DeleteExpiredIndices`)",
          "`io.weir.jobs.tasks.DeleteExpiredIndices` deletes hot indices whose hour ended longer"
              + " than `retention.hot` ago, by their names. Run it every hour, from a timer. Needs"
              + " `delete_index` and `monitor` on `logs-*`.",
          DRY_RUN);

  private ExpiryOptions() {}

  /** Returns whether nothing is to be deleted. */
  public static boolean readDryRun(OptionValues values) {
    return values.require(DRY_RUN);
  }
}
