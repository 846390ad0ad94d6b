package io.weir.jobs.audit;

import io.weir.jobs.audit.SelectedLetters.Hour;
import io.weir.jobs.audit.SelectedLetters.Offsets;
import io.weir.jobs.options.AuditJobOptions;
import io.weir.jobs.options.RedriveJobOptions;
import io.weir.model.audit.HourSlice;
import io.weir.model.audit.HourTally;
import io.weir.model.audit.OffsetRanges;
import io.weir.model.audit.TopicSpan;
import io.weir.operators.audit.OffsetSelection;
import io.weir.sinks.archive.ReadEvents;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What a redrive reads and where it writes it. What is in a store already, because an earlier
 * redrive put it there, is left out: the archive takes whatever it is given.
 */
public final class RedrivePlan {
  private final AuditJobOptions options;
  private final SelectedLetters selected;
  private final AuditPlan looked;
  private final List<TopicSpan> letters;

  private RedrivePlan(
      AuditJobOptions options,
      SelectedLetters selected,
      AuditPlan looked,
      List<TopicSpan> letters) {
    this.options = options;
    this.selected = selected;
    this.looked = looked;
    this.letters = letters;
  }

  /** Reads the dead letters and notes which records they are about. */
  public static RedrivePlan of(RedriveJobOptions options) {
    AuditJobOptions stores = options.stores();
    AuditPlanner.Topics topics = new AuditPlanner(stores).topics(options.redrive().from());
    SelectedLetters selected =
        SelectedLetters.read(
            options.redrive(),
            topics.codes(),
            topics.letters(),
            stores.logs().kafka().clientProperties());
    List<HourSlice> slices = new ArrayList<>();
    selected
        .hours()
        .forEach(
            (hour, offsets) -> {
              OffsetRanges all = offsets.lackedByHot().union(offsets.lackedByArchive());
              long[] bounds = all.bounds();
              slices.add(
                  new HourSlice(
                      hour.topic(),
                      hour.partition(),
                      hour.millis(),
                      bounds[0],
                      bounds[bounds.length - 1] + 1,
                      Long.MAX_VALUE,
                      topics.retainedFrom(hour.topic(), hour.partition())));
            });
    AuditPlan looked =
        new AuditPlan(selected.from(), selected.to(), topics.codes(), slices, List.of(), List.of());
    return new RedrivePlan(stores, selected, looked, topics.letters());
  }

  /** Returns the records that the letters are about. */
  public SelectedLetters selected() {
    return selected;
  }

  /** Returns the earliest append time of the records, rounded down to its hour. */
  public Instant from() {
    return looked.from();
  }

  /** Returns the end of the hour of their latest append time. */
  public Instant to() {
    return looked.to();
  }

  /**
   * Looks into the stores.
   *
   * @param now what time it is
   * @return what is to be read and written now; empty when every store has what it lacked
   */
  public RepairPlan lacking(Instant now) throws Exception {
    Map<Hour, HourTally> tallies = new HashMap<>();
    for (HourTally tally : AuditResult.ofStores(options, looked, now).tallies()) {
      tallies.put(new Hour(tally.topic(), tally.partition(), tally.hourMillis()), tally);
    }
    OffsetSelection hot = new OffsetSelection();
    OffsetSelection archive = new OffsetSelection();
    OffsetSelection unreadable = new OffsetSelection();
    List<TopicSpan> fromKafka = new ArrayList<>();
    List<ReadEvents.Wanted> fromArchive = new ArrayList<>();
    long lost = 0;
    long leftOut = 0;
    for (Map.Entry<Hour, Offsets> entry : selected.hours().entrySet()) {
      Hour hour = entry.getKey();
      Offsets offsets = entry.getValue();
      HourTally tally = tallies.get(hour);
      String code = looked.topicCodes().get(hour.topic());
      OffsetRanges inHot = tally.hot().missing().intersect(offsets.lackedByHot());
      OffsetRanges inArchive = tally.archive().missing().intersect(offsets.lackedByArchive());
      OffsetRanges readable = inHot.union(inArchive).minus(offsets.unreadable());
      OffsetRanges gone = readable.intersect(tally.gone());
      hot.add(code, hour.partition(), inHot);
      archive.add(code, hour.partition(), inArchive);
      unreadable.add(
          code, hour.partition(), inHot.union(inArchive).intersect(offsets.unreadable()));
      readable
          .minus(gone)
          .forEach(
              (first, last) ->
                  fromKafka.addAll(
                      AuditPlan.portions(hour.topic(), code, hour.partition(), first, last + 1)));
      OffsetRanges archived = gone.intersect(inHot).minus(inArchive);
      if (!archived.isEmpty()) {
        fromArchive.add(new ReadEvents.Wanted(code, hour.partition(), archived));
      }
      lost += gone.count() - archived.count();
      leftOut += tally.hot().missing().leftOut() + tally.archive().missing().leftOut();
    }
    return new RepairPlan(
        hot,
        archive,
        fromKafka,
        fromArchive,
        unreadable.isEmpty() ? List.of() : letters,
        unreadable,
        lost,
        leftOut);
  }
}
