package io.weir.jobs.audit;

import io.weir.model.audit.HourSlice;
import io.weir.model.audit.OffsetRanges;
import io.weir.model.audit.TopicSpan;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
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
 * @param lettersCut whether some that may speak of them may be gone
 * @param notes what a reader of the report should know
 */
public record AuditPlan(
    Instant from,
    Instant to,
    Map<String, String> topicCodes,
    List<HourSlice> slices,
    List<TopicSpan> letters,
    boolean lettersCut,
    List<String> notes) {

  /** Offsets that are read from a store in one go, by one task. */
  private static final long SPAN = 500_000;

  /** Offsets between two that are wanted which are read with them. */
  private static final long NEAR = 4_096;

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
    return new AuditPlan(from, to, topicCodes, others, letters, lettersCut, notes);
  }

  private record Place(String topic, int partition) {}

  /**
   * Returns the audited offsets, and what lies between two that are near each other, in portions
   * for one task each. No offset is in two of them.
   */
  public List<TopicSpan> spans() {
    Map<Place, List<HourSlice>> ofPlaces = new LinkedHashMap<>();
    for (HourSlice slice : slices) {
      if (slice.first() < slice.end()) {
        ofPlaces
            .computeIfAbsent(new Place(slice.topic(), slice.partition()), key -> new ArrayList<>())
            .add(slice);
      }
    }
    List<TopicSpan> spans = new ArrayList<>();
    ofPlaces.forEach(
        (place, of) -> {
          OffsetRanges.Builder offsets = OffsetRanges.Builder.exact();
          of.stream()
              .sorted(Comparator.comparingLong(HourSlice::first))
              .forEach(slice -> offsets.add(slice.first(), slice.end() - 1));
          spans.addAll(
              portions(
                  place.topic(),
                  topicCodes.get(place.topic()),
                  place.partition(),
                  offsets.build()));
        });
    return spans;
  }

  /**
   * Returns offsets, and what lies between two that are near each other, in portions for one task
   * each: to go to another place costs more than to pass over what is between.
   */
  static List<TopicSpan> portions(
      String topic, String topicCode, int partition, OffsetRanges offsets) {
    List<TopicSpan> portions = new ArrayList<>();
    offsets
        .bridge(NEAR)
        .forEach(
            (first, last) ->
                portions.addAll(portions(topic, topicCode, partition, first, last + 1)));
    return portions;
  }

  /** Returns offsets in portions for one task each. */
  static List<TopicSpan> portions(
      String topic, String topicCode, int partition, long first, long end) {
    List<TopicSpan> portions = new ArrayList<>();
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
