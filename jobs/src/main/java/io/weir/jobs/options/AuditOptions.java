package io.weir.jobs.options;

import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/**
 * Which hours are audited or repaired, and where that runs.
 *
 * @param from beginning of the first hour
 * @param to end, exclusive
 * @param settle how long what the logs job has passed may be on its way
 * @param cluster REST address of the Flink cluster that does the work; empty: this process does
 * @param parallelism how many tasks read at the same time
 * @param json whether the report is lines of JSON instead of a table
 * @param dryRun whether nothing is written
 * @param withoutLetters whether a repair goes on where dead letters may be gone
 */
public record AuditOptions(
    Instant from,
    Instant to,
    Duration settle,
    Optional<URI> cluster,
    int parallelism,
    boolean json,
    boolean dryRun,
    boolean withoutLetters) {

  /** How the report is written. */
  public enum Output {
    TABLE,
    JSON
  }

  private static final Duration DEFAULT_LENGTH = Duration.ofHours(24);

  private static final Option<Instant> FROM =
      Option.of(
          "audit.from",
          OptionType.INSTANT,
          "Beginning of the audited time, by when Kafka took the records: RFC 3339 or epoch"
              + " milliseconds; the beginning of its hour counts. Without it: 24 hours before the"
              + " end.");

  private static final Option<Instant> TO =
      Option.of(
          "audit.to",
          OptionType.INSTANT,
          "End of the audited time, exclusive. Without it: now, less `audit.settle`, and never later.");

  private static final Option<Duration> SETTLE =
      Option.of(
          "audit.settle",
          OptionType.DURATION,
          "10 min",
          "How long what Kafka took, and what the logs job has passed, may be on its way: when the"
              + " archive seems to lack something, it is looked for again after this time. Longer"
              + " than a checkpoint takes to complete and Elasticsearch to refresh; with compaction"
              + " of the archive, longer than that hides events (see the archive's page).");

  private static final Option<URI> CLUSTER =
      Option.of(
          "audit.cluster-url",
          OptionType.URL,
          "REST address of a Flink session cluster that does the work. Without it the process"
              + " itself does.");

  private static final Option<Integer> PARALLELISM =
      Option.of(
          "audit.parallelism",
          OptionType.integer(1, 10_000),
          "1",
          "How many tasks read at the same time; each takes a slot of the cluster.");

  private static final Option<Output> OUTPUT =
      Option.of(
          "audit.output",
          OptionType.choice(Output.class),
          "table",
          "`table` for people; `json` for programs: one line for each hour of a partition and one"
              + " for the whole.");

  private static final Option<Boolean> DRY_RUN =
      Option.of(
          "audit.dry-run",
          OptionType.BOOLEAN,
          "false",
          "Whether `RepairJob` and `RedriveJob` only say what they would write.");

  private static final Option<Boolean> WITHOUT_LETTERS =
      Option.of(
          "repair.without-letters",
          OptionType.BOOLEAN,
          "false",
          "Whether `RepairJob` goes on although dead letters of the time may have been purged or"
              + " have expired. What was dropped as a duplicate then looks missing, and is stored.");

  /** The group in the reference. */
  public static final OptionGroup GROUP =
      OptionGroup.of(
          "Audit, repair, redrive",
          "`io.weir.jobs.AuditJob` compares what Kafka took with what the stores have, and"
              + " `io.weir.jobs.RepairJob` writes what is missing. Both take the options of the logs"
              + " job too, and have to be given the same; `docs/audit.md` describes them.",
          FROM,
          TO,
          SETTLE,
          CLUSTER,
          PARALLELISM,
          OUTPUT,
          DRY_RUN,
          WITHOUT_LETTERS);

  /**
   * Reads the options.
   *
   * @param now what time it is
   */
  public static AuditOptions read(OptionValues values, Instant now) {
    Duration settle = values.require(SETTLE);
    values.check(!settle.isNegative(), SETTLE.key() + ": must not be negative");
    Instant settled = now.minus(settle).truncatedTo(ChronoUnit.MILLIS);
    Instant to = values.find(TO).orElse(settled);
    values.check(
        !to.isAfter(settled),
        TO.key()
            + ": "
            + to
            + " is less than "
            + SETTLE.key()
            + " ago: what is younger may be on its way");
    Instant from = values.find(FROM).orElse(to.minus(DEFAULT_LENGTH)).truncatedTo(ChronoUnit.HOURS);
    values.check(
        from.isBefore(to), FROM.key() + ": " + from + " is not before " + TO.key() + ", " + to);
    values.check(
        Duration.between(from, to).compareTo(Duration.ofDays(31)) <= 0,
        FROM.key() + ": at most 31 days are audited at once");
    return new AuditOptions(
        from,
        to,
        settle,
        values.find(CLUSTER),
        values.require(PARALLELISM),
        values.require(OUTPUT) == Output.JSON,
        values.require(DRY_RUN),
        values.require(WITHOUT_LETTERS));
  }
}
