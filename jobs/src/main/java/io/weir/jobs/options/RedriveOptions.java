package io.weir.jobs.options;

import io.weir.model.deadletter.DeadLetter;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Which dead letters are redriven.
 *
 * @param reasons only letters with one of these reasons; empty: with any
 * @param store only letters about this store; empty: about any
 * @param topic only letters of records of this topic; empty: of any
 * @param partition only of this partition; empty: of any
 * @param firstOffset only of records from this offset on
 * @param lastOffset only of records up to this offset
 * @param from only letters written at this time or later
 * @param to only letters written before this time
 * @param batchRecords most records that are looked up and written together
 */
public record RedriveOptions(
    Set<String> reasons,
    Optional<DeadLetter.Store> store,
    Optional<String> topic,
    Optional<Integer> partition,
    long firstOffset,
    long lastOffset,
    Instant from,
    Instant to,
    int batchRecords) {

  private static final OptionType<Long> OFFSET =
      new OptionType<>(
          "offset",
          text -> {
            try {
              long offset = Long.parseLong(text.strip());
              if (offset >= 0) {
                return offset;
              }
            } catch (NumberFormatException e) {
              throw new IllegalArgumentException("'" + text + "' is not an offset", e);
            }
            throw new IllegalArgumentException("'" + text + "' is less than 0");
          });

  private static final Option<List<String>> REASONS =
      Option.of(
          "redrive.reason",
          OptionType.LIST,
          "Only dead letters with one of these reasons, for example `missing_service,"
              + " mapping_rejected`.");

  private static final Option<DeadLetter.Store> STORE =
      Option.of(
          "redrive.store",
          OptionType.choice(DeadLetter.Store.class),
          "Only dead letters that say that this store lacks the record; `all` are those of records"
              + " that could not be read.");

  private static final Option<String> TOPIC =
      Option.of("redrive.topic", OptionType.TEXT, "Only records of this topic.");

  private static final Option<Integer> PARTITION =
      Option.of(
          "redrive.partition",
          OptionType.integer(0, Integer.MAX_VALUE),
          "Only records of this partition.");

  private static final Option<Long> FIRST_OFFSET =
      Option.of("redrive.first-offset", OFFSET, "0", "Only records from this offset on.");

  private static final Option<Long> LAST_OFFSET =
      Option.of(
          "redrive.last-offset", OFFSET, "9223372036854775807", "Only records up to this offset.");

  private static final Option<Instant> FROM =
      Option.of(
          "redrive.from",
          OptionType.INSTANT,
          "0",
          "Only dead letters that were written at this time or later.");

  private static final Option<Instant> TO =
      Option.of(
          "redrive.to",
          OptionType.INSTANT,
          "Only dead letters that were written before this time. Without it: before now.");

  private static final Option<Integer> BATCH_RECORDS =
      Option.of(
          "redrive.batch-records",
          OptionType.integer(1, 1_000_000),
          "100000",
          "Most records that are looked up and written together, which is what takes memory. All"
              + " that are selected are tried, batch after batch.");

  /** The group in the reference. */
  public static final OptionGroup GROUP =
      OptionGroup.of(
          "Redrive (`RedriveJob`)",
          "`io.weir.jobs.RedriveJob` tries again what dead letters are about, after the reason for"
              + " them was mended. It takes the options of the logs job and `audit.cluster-url`,"
              + " `audit.parallelism` and `audit.dry-run` too. Conditions hold together.",
          REASONS,
          STORE,
          TOPIC,
          PARTITION,
          FIRST_OFFSET,
          LAST_OFFSET,
          FROM,
          TO,
          BATCH_RECORDS);

  /** Reads the options. */
  static RedriveOptions read(OptionValues values, Instant now) {
    long first = values.require(FIRST_OFFSET);
    long last = values.require(LAST_OFFSET);
    values.check(first <= last, FIRST_OFFSET.key() + ": is larger than " + LAST_OFFSET.key());
    return new RedriveOptions(
        Set.copyOf(values.find(REASONS).orElse(List.of())),
        values.find(STORE),
        values.find(TOPIC),
        values.find(PARTITION),
        first,
        last,
        values.require(FROM),
        values.find(TO).orElse(now),
        values.require(BATCH_RECORDS));
  }

  /** Returns whether a letter that was written at some time is one of them. */
  public boolean selects(DeadLetter letter, long writtenMillis) {
    return letter.stage() != DeadLetter.Stage.DEDUPLICATE
        && (reasons.isEmpty() || reasons.contains(letter.reason()))
        && store.filter(wanted -> wanted != letter.store()).isEmpty()
        && topic.filter(wanted -> !wanted.equals(letter.origin().topic())).isEmpty()
        && partition.filter(wanted -> wanted != letter.origin().partition()).isEmpty()
        && letter.origin().offset() >= firstOffset
        && letter.origin().offset() <= lastOffset
        && writtenMillis >= from.toEpochMilli()
        && writtenMillis < to.toEpochMilli();
  }
}
