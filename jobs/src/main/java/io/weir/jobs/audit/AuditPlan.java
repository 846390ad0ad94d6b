package io.weir.jobs.audit;

import io.weir.model.audit.HourSlice;
import io.weir.model.audit.TopicSpan;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * What an audit looks at.
 *
 * @param from beginning of the first hour
 * @param to end, exclusive
 * @param topicCodes code of the present incarnation of each audited topic
 * @param slices the hours of each partition, those without records too
 * @param letters spans of the topic of dead letters that may speak of them
 * @param notes what a reader of the report should know
 */
public record AuditPlan(
    Instant from,
    Instant to,
    Map<String, String> topicCodes,
    List<HourSlice> slices,
    List<TopicSpan> letters,
    List<String> notes) {

  /** Offsets that are read from a store in one go, by one task. */
  private static final long SPAN = 500_000;

  public AuditPlan {
    topicCodes = Map.copyOf(topicCodes);
    slices = List.copyOf(slices);
    letters = List.copyOf(letters);
    notes = List.copyOf(notes);
  }

  /** Returns whether Kafka may have deleted the beginning of the time in some partition. */
  boolean isCut() {
    return slices.stream()
        .anyMatch(
            slice ->
                slice.hourMillis() == from.toEpochMilli()
                    && slice.retainedFrom() > 0
                    && slice.first() == slice.retainedFrom());
  }

  /** Returns the plan with other hours. */
  AuditPlan withSlices(List<HourSlice> others) {
    return new AuditPlan(from, to, topicCodes, others, letters, notes);
  }

  /** Returns the audited offsets in portions for one task each. */
  public List<TopicSpan> spans() {
    return slices.stream()
        .flatMap(
            slice ->
                portions(
                    slice.topic(),
                    topicCodes.get(slice.topic()),
                    slice.partition(),
                    slice.first(),
                    slice.end())
                    .stream())
        .toList();
  }

  /** Returns offsets in portions for one task each. */
  static List<TopicSpan> portions(
      String topic, String topicCode, int partition, long first, long end) {
    List<TopicSpan> portions = new java.util.ArrayList<>();
    for (long at = first; at < end; at += SPAN) {
      portions.add(new TopicSpan(topic, topicCode, partition, at, Math.min(end, at + SPAN)));
    }
    return portions;
  }

  /** Returns the smallest audited offset of any partition. */
  public long firstOffset() {
    return slices.stream()
        .filter(slice -> slice.first() < slice.end())
        .mapToLong(HourSlice::first)
        .min()
        .orElse(0);
  }

  /** Returns the offset after the largest that is audited, of any partition. */
  public long endOffset() {
    return slices.stream().mapToLong(HourSlice::end).max().orElse(0);
  }
}
