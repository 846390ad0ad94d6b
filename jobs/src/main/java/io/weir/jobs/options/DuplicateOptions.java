package io.weir.jobs.options;

import io.weir.operators.logs.DuplicateSettings;
import java.time.Duration;

/** What is remembered of events, to know duplicates by. */
public final class DuplicateOptions {
  private static final Duration LONGEST = Duration.ofDays(7);

  private static final Option<Boolean> ENABLED =
      Option.of(
          "duplicates.drop",
          OptionType.BOOLEAN,
          "true",
          "Whether events that were sent twice are dropped. Without, all copies are stored, and"
              + " what was remembered is forgotten.");

  private static final Option<Duration> HORIZON =
      Option.of(
          "duplicates.horizon",
          OptionType.DURATION,
          "10 min",
          "How much later than the first copy, by append time, a copy is dropped. Longer than"
              + " agents go on sending again.");

  private static final Option<Integer> MAX_IDS =
      Option.of(
          "duplicates.max-ids-per-partition",
          OptionType.integer(1, DuplicateSettings.MOST_IDS),
          "200000",
          "Most ids that are remembered of a Kafka partition: beyond it the oldest are forgotten"
              + " before their time and counted (`idsForgottenEarly`). 1,000 take up to 64 KB of"
              + " heap where the partition is read, and 18 KB of each checkpoint. After a restore"
              + " every subtask holds the latter of all partitions for a while: partitions x ids x"
              + " 18 bytes in each slot.");

  /** The group in the reference. */
  public static final OptionGroup GROUP =
      OptionGroup.of(
          "Duplicates",
          "Of events with the same service, host and producer's id in one Kafka partition the first"
              + " is stored; the others leave a dead letter without payload, with the reason"
              + " `duplicate`.",
          ENABLED,
          HORIZON,
          MAX_IDS);

  private DuplicateOptions() {}

  static DuplicateSettings read(OptionValues values) {
    Duration horizon = values.require(HORIZON);
    boolean fits = horizon.toMillis() >= 1 && horizon.compareTo(LONGEST) <= 0;
    values.check(fits, HORIZON.key() + ": must be 1 ms to 7 d");
    return new DuplicateSettings(
        values.require(ENABLED), fits ? horizon : Duration.ofMinutes(10), values.require(MAX_IDS));
  }
}
