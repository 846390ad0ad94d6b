package io.weir.jobs.audit;

import static java.util.Objects.requireNonNull;

import io.weir.jobs.options.AuditJobOptions;
import io.weir.jobs.options.RedriveJobOptions;
import io.weir.model.audit.HourTally;
import io.weir.operators.audit.OffsetSelection;
import io.weir.operators.audit.SpanReader;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * A redrive: takes the selected dead letters batch by batch, looks what the stores lack of the
 * records that they are about, writes that, and looks again. Every selected letter is tried,
 * however many there are; memory is needed for one batch.
 */
public final class Redrive {
  private final Stores stores;
  private final boolean archive;
  private final boolean dryRun;

  /** Where a redrive looks and writes. */
  public interface Stores {

    /**
     * Says what the stores have of the slices of a plan.
     *
     * @return a tally for each hour of a partition of which there are slices
     */
    List<HourTally> look(AuditPlan plan) throws Exception;

    /**
     * Reads and writes what a plan says. When it returns, the next look sees it.
     *
     * @param from first append time of the records
     * @param to end of the append times, exclusive
     */
    void write(RepairPlan plan, Instant from, Instant to) throws Exception;
  }

  /**
   * What came of it.
   *
   * @param selected records that the letters are about; one that two stores lack counts twice, and
   *     one whose letters are in several batches in each
   * @param ofEarlierTopics letters about topics that have been deleted and made again
   * @param toHot records that Elasticsearch has now and had not, or would be tried
   * @param toArchive the same for the archive
   * @param refused records that were tried and that a store still lacks
   * @param lost records that were not tried because nobody has them any more
   */
  public record Outcome(
      long selected, long ofEarlierTopics, long toHot, long toArchive, long refused, long lost) {
    private static final Outcome NONE = new Outcome(0, 0, 0, 0, 0, 0);

    private Outcome plus(Outcome other) {
      return new Outcome(
          selected + other.selected,
          ofEarlierTopics + other.ofEarlierTopics,
          toHot + other.toHot,
          toArchive + other.toArchive,
          refused + other.refused,
          lost + other.lost);
    }

    /** Returns whether all of them are where they belong. */
    public boolean complete() {
      return refused == 0 && lost == 0;
    }
  }

  /**
   * Creates a redrive.
   *
   * @param archive whether there is an archive to read from
   * @param dryRun whether nothing is written
   */
  Redrive(Stores stores, boolean archive, boolean dryRun) {
    this.stores = requireNonNull(stores, "stores");
    this.archive = archive;
    this.dryRun = dryRun;
  }

  /**
   * Redrives.
   *
   * @param progress told what has come of it so far when there is more to do
   * @throws Exception if a store or Kafka cannot be read or written; the message says which and why
   */
  public static Outcome run(RedriveJobOptions options, Stores stores, Consumer<Outcome> progress)
      throws Exception {
    AuditJobOptions of = options.stores();
    AuditPlanner.Topics topics = new AuditPlanner(of).topics(options.redrive().from());
    try (SpanReader reader = SpanReader.open(new HashMap<>(of.logs().kafka().clientProperties()))) {
      LetterBatches batches =
          new LetterBatches(
              options.redrive(), topics.codes(), topics.letters(), LetterBatches.Source.of(reader));
      return new Redrive(stores, of.logs().archive().isPresent(), of.audit().dryRun())
          .run(batches, topics, progress);
    }
  }

  /** Redrives all batches. */
  Outcome run(LetterBatches batches, AuditPlanner.Topics topics, Consumer<Outcome> progress)
      throws Exception {
    Outcome sum = Outcome.NONE;
    for (Optional<SelectedLetters> batch = batches.next();
        batch.isPresent();
        batch = batches.next()) {
      sum = sum.plus(redrive(batch.get(), topics));
      if (batch.get().full()) {
        progress.accept(sum);
      }
    }
    return sum;
  }

  private Outcome redrive(SelectedLetters selected, AuditPlanner.Topics topics) throws Exception {
    if (selected.records() == 0) {
      return new Outcome(0, selected.ofEarlierTopics(), 0, 0, 0, 0);
    }
    AuditPlan look = RedrivePlan.look(selected, topics);
    RepairPlan before = RedrivePlan.of(selected, stores.look(look), topics.codes(), archive);
    OffsetSelection stillNotHot = new OffsetSelection();
    OffsetSelection stillNotArchived = new OffsetSelection();
    if (!before.isEmpty() && !dryRun) {
      stores.write(before, look.from(), look.to());
      RepairPlan after = RedrivePlan.of(selected, stores.look(look), topics.codes(), archive);
      stillNotHot = after.hot().both(before.hot());
      stillNotArchived = after.archive().both(before.archive());
    }
    return new Outcome(
        selected.records(),
        selected.ofEarlierTopics(),
        before.hot().count() - stillNotHot.count(),
        before.archive().count() - stillNotArchived.count(),
        stillNotHot.countWith(stillNotArchived),
        before.lost());
  }
}
