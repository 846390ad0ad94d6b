package io.weir.jobs.audit;

import io.weir.jobs.options.RedriveOptions;
import io.weir.model.audit.OffsetRanges;
import io.weir.model.audit.TopicSpan;
import io.weir.model.deadletter.DeadLetter;
import io.weir.model.kafka.RecordOrigin;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The records that a batch of selected dead letters is about. Filled letter by letter, up to a
 * bound: so many records, and of an hour of a partition no more than an audit tells apart. Not
 * thread-safe.
 */
final class SelectedLetters {
  private static final long MILLIS_PER_HOUR = Duration.ofHours(1).toMillis();

  private final RedriveOptions options;
  private final Map<String, String> topicCodes;
  private final Map<Hour, Offsets> hours = new TreeMap<>();
  private List<TopicSpan> letters = List.of();
  private int records;
  private int ofEarlierTopics;
  private boolean full;

  /**
   * An hour of a partition.
   *
   * @param millis when the hour began, by append time
   */
  record Hour(String topic, int partition, long millis) implements Comparable<Hour> {
    @Override
    public int compareTo(Hour other) {
      int byTopic = topic.compareTo(other.topic);
      int byPartition = byTopic != 0 ? byTopic : Integer.compare(partition, other.partition);
      return byPartition != 0 ? byPartition : Long.compare(millis, other.millis);
    }
  }

  /** Offsets by what their letters say. */
  static final class Offsets {
    private final TreeSet<Long> unreadable = new TreeSet<>();
    private final TreeSet<Long> whole = new TreeSet<>();
    private final TreeSet<Long> refusedByHot = new TreeSet<>();
    private final TreeSet<Long> refusedByArchive = new TreeSet<>();

    /** Returns whether that is something new. */
    private boolean add(DeadLetter.Store store, long offset, boolean isWhole) {
      return switch (store) {
        case ALL -> {
          if (isWhole) {
            whole.add(offset);
          }
          yield unreadable.add(offset);
        }
        case ELASTICSEARCH -> refusedByHot.add(offset);
        case ARCHIVE -> refusedByArchive.add(offset);
      };
    }

    private int count() {
      return unreadable.size() + refusedByHot.size() + refusedByArchive.size();
    }

    /** Records that could not be parsed and that a letter has from end to end. */
    OffsetRanges whole() {
      return ranges(whole);
    }

    /** Events that the hot store lacks. */
    OffsetRanges lackedByHot() {
      return ranges(refusedByHot).union(ranges(unreadable));
    }

    /** Events that the archive lacks. */
    OffsetRanges lackedByArchive() {
      return ranges(refusedByArchive).union(ranges(unreadable));
    }

    /** All of them. */
    OffsetRanges all() {
      return lackedByHot().union(ranges(refusedByArchive));
    }

    private static OffsetRanges ranges(TreeSet<Long> offsets) {
      OffsetRanges.Builder builder = OffsetRanges.Builder.exact();
      offsets.forEach(builder::add);
      return builder.build();
    }
  }

  SelectedLetters(RedriveOptions options, Map<String, String> topicCodes) {
    this.options = options;
    this.topicCodes = Map.copyOf(topicCodes);
  }

  /**
   * Adds the record of a letter if the letter is selected.
   *
   * @return false if there was no room for it: it belongs to another batch
   */
  boolean add(StoredLetter stored) {
    DeadLetter letter = stored.letter();
    if (!options.selects(letter, stored.writtenMillis())) {
      return true;
    }
    RecordOrigin origin = letter.origin();
    if (!origin.topicCode().equals(topicCodes.get(origin.topic()))) {
      ofEarlierTopics++;
      return true;
    }
    Hour hour =
        new Hour(
            origin.topic(),
            origin.partition(),
            Math.floorDiv(origin.appendTimeMillis(), MILLIS_PER_HOUR) * MILLIS_PER_HOUR);
    Offsets of = hours.getOrDefault(hour, new Offsets());
    if (records >= options.batchRecords() || of.count() >= OffsetRanges.MAX_RANGES) {
      full = true;
      return false;
    }
    hours.put(hour, of);
    records += of.add(letter.store(), origin.offset(), stored.whole()) ? 1 : 0;
    return true;
  }

  /** Notes which spans of the letters' topic these letters were read from. */
  void readFrom(List<TopicSpan> spans) {
    letters = List.copyOf(spans);
  }

  /** Returns the spans of the letters' topic that these letters were read from. */
  List<TopicSpan> letters() {
    return letters;
  }

  Map<Hour, Offsets> hours() {
    return hours;
  }

  /** Returns how many records there are, one that two stores lack twice. */
  int records() {
    return records;
  }

  /** Returns how many letters are about a topic that has been deleted and made again. */
  int ofEarlierTopics() {
    return ofEarlierTopics;
  }

  /** Returns whether there was no room for a letter. */
  boolean full() {
    return full;
  }

  /** Returns the earliest append time, rounded down to its hour. */
  Instant from() {
    return Instant.ofEpochMilli(hours.keySet().stream().mapToLong(Hour::millis).min().orElse(0));
  }

  /** Returns the end of the hour of the latest append time. */
  Instant to() {
    return Instant.ofEpochMilli(
        hours.keySet().stream().mapToLong(Hour::millis).max().orElse(0) + MILLIS_PER_HOUR);
  }
}
