package io.weir.jobs.audit;

import io.weir.jobs.options.RedriveOptions;
import io.weir.model.audit.OffsetRanges;
import io.weir.model.audit.TopicSpan;
import io.weir.model.deadletter.DeadLetter;
import io.weir.model.json.DeadLetterJson;
import io.weir.model.kafka.RecordOrigin;
import io.weir.operators.audit.SpanReader;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The records that selected dead letters are about. Filled letter by letter, up to a bound. Not
 * thread-safe.
 */
public final class SelectedLetters {
  private static final long MILLIS_PER_HOUR = Duration.ofHours(1).toMillis();

  private final RedriveOptions options;
  private final Map<String, String> topicCodes;
  private final Map<Hour, Offsets> hours = new TreeMap<>();
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
    private final TreeSet<Long> refusedByHot = new TreeSet<>();
    private final TreeSet<Long> refusedByArchive = new TreeSet<>();

    /** Records that could not be parsed: no store has them. */
    OffsetRanges unreadable() {
      return ranges(unreadable);
    }

    /** Events that the hot store lacks. */
    OffsetRanges lackedByHot() {
      return ranges(refusedByHot).union(unreadable());
    }

    /** Events that the archive lacks. */
    OffsetRanges lackedByArchive() {
      return ranges(refusedByArchive).union(unreadable());
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

  /** Reads the letters of the spans. */
  static SelectedLetters read(
      RedriveOptions options,
      Map<String, String> topicCodes,
      List<TopicSpan> letters,
      Map<String, String> kafka) {
    SelectedLetters selected = new SelectedLetters(options, topicCodes);
    try (SpanReader reader = SpanReader.open(new HashMap<>(kafka))) {
      for (TopicSpan span : letters) {
        reader.read(
            span.topic(),
            span.partition(),
            span.first(),
            span.end(),
            // What is no letter the gateway counts, for those who look at the topic.
            record ->
                DeadLetterJson.find(record.value())
                    .ifPresent(letter -> selected.add(letter, record.timestamp())));
      }
    }
    return selected;
  }

  /** Adds the record of a letter if the letter is selected. */
  void add(DeadLetter letter, long writtenMillis) {
    if (!options.selects(letter, writtenMillis)) {
      return;
    }
    RecordOrigin origin = letter.origin();
    if (!origin.topicCode().equals(topicCodes.get(origin.topic()))) {
      ofEarlierTopics++;
      return;
    }
    if (records >= options.maxLetters()) {
      full = true;
      return;
    }
    Offsets of =
        hours.computeIfAbsent(
            new Hour(
                origin.topic(),
                origin.partition(),
                Math.floorDiv(origin.appendTimeMillis(), MILLIS_PER_HOUR) * MILLIS_PER_HOUR),
            hour -> new Offsets());
    boolean added =
        switch (letter.store()) {
          case ALL -> of.unreadable.add(origin.offset());
          case ELASTICSEARCH -> of.refusedByHot.add(origin.offset());
          case ARCHIVE -> of.refusedByArchive.add(origin.offset());
        };
    records += added ? 1 : 0;
  }

  Map<Hour, Offsets> hours() {
    return hours;
  }

  /** Returns how many records there are, one that two stores lack twice. */
  public int records() {
    return records;
  }

  /** Returns how many letters are about a topic that has been deleted and made again. */
  public int ofEarlierTopics() {
    return ofEarlierTopics;
  }

  /** Returns whether there were more than one run takes. */
  public boolean full() {
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
