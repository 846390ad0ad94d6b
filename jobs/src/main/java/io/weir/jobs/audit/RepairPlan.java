package io.weir.jobs.audit;

import io.weir.model.audit.HourTally;
import io.weir.model.audit.OffsetRanges;
import io.weir.model.audit.TopicSpan;
import io.weir.operators.audit.OffsetSelection;
import io.weir.sinks.archive.ReadEvents;
import java.util.ArrayList;
import java.util.List;

/**
 * What a repair reads and where it writes it.
 *
 * @param hot what is written to the hot store
 * @param archive what is written to the archive
 * @param fromKafka what is read out of Kafka
 * @param fromArchive what the hot store gets out of the archive, because Kafka no longer has it
 * @param fromLetters spans of the topic of dead letters that hold records to be parsed again
 * @param unreadable which records those are
 * @param lost offsets that a store lacks and nobody has any more
 * @param leftOut offsets that are too scattered for one repair: another one takes them
 */
public record RepairPlan(
    OffsetSelection hot,
    OffsetSelection archive,
    List<TopicSpan> fromKafka,
    List<ReadEvents.Wanted> fromArchive,
    List<TopicSpan> fromLetters,
    OffsetSelection unreadable,
    long lost,
    long leftOut) {

  public RepairPlan {
    fromKafka = List.copyOf(fromKafka);
    fromArchive = List.copyOf(fromArchive);
    fromLetters = List.copyOf(fromLetters);
  }

  /**
   * Returns the plan for what an audit found to be missing.
   *
   * @param readArchive whether there is an archive to read from
   */
  public static RepairPlan of(AuditResult audit, boolean readArchive) {
    OffsetSelection hot = new OffsetSelection();
    OffsetSelection archive = new OffsetSelection();
    List<TopicSpan> fromKafka = new ArrayList<>();
    List<ReadEvents.Wanted> fromArchive = new ArrayList<>();
    long lost = 0;
    long leftOut = 0;
    for (HourTally tally : audit.tallies()) {
      String code = audit.plan().topicCodes().get(tally.topic());
      OffsetRanges gone = tally.gone();
      OffsetRanges missingInHot = tally.hot().missing();
      OffsetRanges missingInArchive = tally.archive().missing();
      OffsetRanges repairedInArchive = missingInArchive.minus(gone);
      OffsetRanges archived =
          readArchive ? missingInHot.intersect(gone).minus(missingInArchive) : OffsetRanges.NONE;
      OffsetRanges repairedInHot = missingInHot.minus(gone).union(archived);
      hot.add(code, tally.partition(), repairedInHot);
      archive.add(code, tally.partition(), repairedInArchive);
      fromKafka.addAll(
          AuditPlan.portions(
              tally.topic(),
              code,
              tally.partition(),
              missingInHot.minus(gone).union(repairedInArchive)));
      if (!archived.isEmpty()) {
        fromArchive.add(new ReadEvents.Wanted(code, tally.partition(), archived));
      }
      lost +=
          missingInHot
              .minus(repairedInHot)
              .union(missingInArchive.minus(repairedInArchive))
              .intersect(gone)
              .count();
      leftOut += missingInHot.leftOut() + missingInArchive.leftOut();
    }
    return new RepairPlan(
        hot, archive, fromKafka, fromArchive, List.of(), new OffsetSelection(), lost, leftOut);
  }

  /** Returns whether there is nothing to do. */
  public boolean isEmpty() {
    return fromKafka.isEmpty() && fromArchive.isEmpty() && fromLetters.isEmpty();
  }
}
