package io.weir.gateway.tail;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;

/**
 * Where a resumed stream goes on, and what it cannot have any more.
 *
 * @param offsets of the first record that it gets, by partition
 * @param gaps by reason
 */
record StartPoint(Map<Integer, Long> offsets, Map<Gap.Reason, List<Gap>> gaps) {

  /**
   * What Kafka has.
   *
   * @param earliest first offset that is there, by partition
   * @param oldest first offset that is not too old, by partition
   * @param latest offset of the next record, by partition
   */
  record Extent(
      Map<Integer, Long> earliest, Map<Integer, Long> oldest, Map<Integer, Long> latest) {}

  /**
   * Decides for each partition.
   *
   * @param last what the client has got
   * @param topic as it is now
   */
  static StartPoint resume(StreamPosition last, TopicInfo topic, int[] partitions, Extent extent) {
    Map<Integer, Long> offsets = new TreeMap<>();
    Map<Gap.Reason, List<Gap>> gaps = new EnumMap<>(Gap.Reason.class);
    boolean recreated = !last.topicCode().equals(topic.code());
    for (int partition : partitions) {
      long earliest = extent.earliest().get(partition);
      long latest = extent.latest().get(partition);
      long oldest = Math.min(latest, Math.max(earliest, extent.oldest().get(partition)));
      Long wanted = last.offsets().get(partition);
      if (recreated) {
        // Everything in the new topic is younger than anything that the client has.
        offsets.put(partition, oldest);
        add(gaps, Gap.Reason.TOPIC_RECREATED, new Gap(partition, OptionalLong.empty(), oldest));
        continue;
      }
      if (wanted == null && partition < last.partitionCount()) {
        offsets.put(partition, latest);
        add(gaps, Gap.Reason.NO_POSITION, new Gap(partition, OptionalLong.empty(), latest));
        continue;
      }
      // A partition that is younger than the id is read from its beginning.
      long from = wanted == null ? 0 : wanted;
      long start = from;
      if (start > latest) {
        add(gaps, Gap.Reason.AHEAD, new Gap(partition, OptionalLong.of(from), latest));
        start = latest;
      }
      if (start < earliest) {
        add(gaps, Gap.Reason.EXPIRED, new Gap(partition, OptionalLong.of(start), earliest));
        start = earliest;
      }
      if (start < oldest) {
        add(gaps, Gap.Reason.TOO_OLD, new Gap(partition, OptionalLong.of(start), oldest));
        start = oldest;
      }
      offsets.put(partition, start);
    }
    return new StartPoint(offsets, gaps);
  }

  private static void add(Map<Gap.Reason, List<Gap>> gaps, Gap.Reason reason, Gap gap) {
    gaps.computeIfAbsent(reason, key -> new ArrayList<>()).add(gap);
  }
}
