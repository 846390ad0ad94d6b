package io.weir.jobs.audit;

import io.weir.jobs.audit.SelectedLetters.Hour;
import io.weir.jobs.audit.SelectedLetters.Offsets;
import io.weir.model.audit.HourSlice;
import io.weir.model.audit.HourTally;
import io.weir.model.audit.OffsetRanges;
import io.weir.model.audit.TopicSpan;
import io.weir.operators.audit.OffsetSelection;
import io.weir.sinks.archive.ReadEvents;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What a redrive of some letters looks at, and from what the stores have, what it reads and writes.
 * What is in a store already, because an earlier redrive put it there, is left out: the archive
 * takes whatever it is given.
 */
final class RedrivePlan {
  private RedrivePlan() {}

  /** Returns the plan of a look at the selected offsets, and at no others. */
  static AuditPlan look(SelectedLetters selected, AuditPlanner.Topics topics) {
    List<HourSlice> slices = new ArrayList<>();
    selected
        .hours()
        .forEach(
            (hour, offsets) -> {
              long retainedFrom = topics.retainedFrom(hour.topic(), hour.partition());
              offsets
                  .all()
                  .forEach(
                      (first, last) ->
                          slices.add(
                              new HourSlice(
                                  hour.topic(),
                                  hour.partition(),
                                  hour.millis(),
                                  first,
                                  last + 1,
                                  Long.MAX_VALUE,
                                  retainedFrom)));
            });
    return new AuditPlan(
        selected.from(), selected.to(), topics.codes(), slices, List.of(), false, List.of());
  }

  /**
   * Returns what is to be read and written.
   *
   * @param found what the look found, a tally for each hour of a partition
   * @param archive whether there is an archive to read from
   */
  static RepairPlan of(
      SelectedLetters selected,
      List<HourTally> found,
      Map<String, String> topicCodes,
      boolean archive) {
    Map<Hour, HourTally> tallies = new HashMap<>();
    for (HourTally tally : found) {
      tallies.put(new Hour(tally.topic(), tally.partition(), tally.hourMillis()), tally);
    }
    OffsetSelection toHot = new OffsetSelection();
    OffsetSelection toArchive = new OffsetSelection();
    OffsetSelection unreadable = new OffsetSelection();
    List<TopicSpan> fromKafka = new ArrayList<>();
    List<ReadEvents.Wanted> fromArchive = new ArrayList<>();
    long lost = 0;
    for (Map.Entry<Hour, Offsets> entry : selected.hours().entrySet()) {
      Hour hour = entry.getKey();
      HourTally tally = tallies.get(hour);
      if (tally == null) {
        continue;
      }
      String code = topicCodes.get(hour.topic());
      Offsets offsets = entry.getValue();
      OffsetRanges inHot = tally.hot().missing().intersect(offsets.lackedByHot());
      OffsetRanges inArchive = tally.archive().missing().intersect(offsets.lackedByArchive());
      OffsetRanges lacking = inHot.union(inArchive);
      OffsetRanges inLetters = lacking.intersect(offsets.whole());
      OffsetRanges others = lacking.minus(inLetters);
      OffsetRanges gone = others.intersect(tally.gone());
      OffsetRanges archived = archive ? gone.minus(tally.archive().missing()) : OffsetRanges.NONE;
      OffsetRanges nowhere = gone.minus(archived);
      toHot.add(code, hour.partition(), inHot.minus(nowhere));
      toArchive.add(code, hour.partition(), inArchive.minus(nowhere));
      unreadable.add(code, hour.partition(), inLetters);
      fromKafka.addAll(
          AuditPlan.portions(hour.topic(), code, hour.partition(), others.minus(gone)));
      if (!archived.isEmpty()) {
        fromArchive.add(new ReadEvents.Wanted(code, hour.partition(), archived));
      }
      lost += nowhere.count();
    }
    return new RepairPlan(
        toHot,
        toArchive,
        fromKafka,
        fromArchive,
        unreadable.isEmpty() ? List.of() : selected.letters(),
        unreadable,
        lost,
        0);
  }
}
