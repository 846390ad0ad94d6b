package io.weir.model.audit;

import java.util.Objects;

/**
 * What became of the records that Kafka took into one partition within one hour, or of some of
 * them.
 *
 * @param topic name of the topic
 * @param partition Kafka partition
 * @param hourMillis when the hour began, epoch milliseconds
 * @param expected records that both stores are answerable for
 * @param pending records that the job has not passed with a checkpoint
 * @param duplicates dropped as repeats of others
 * @param notForHot kept from Elasticsearch by policy
 * @param retainedFrom offsets before this one are gone from Kafka
 * @param hot what became of them in Elasticsearch
 * @param archive what became of them in the archive
 */
public record HourTally(
    String topic,
    int partition,
    long hourMillis,
    long expected,
    long pending,
    long duplicates,
    long notForHot,
    long retainedFrom,
    StoreTally hot,
    StoreTally archive) {

  /** What an audit says of them. */
  public enum Status {
    /** Both stores have everything that they should have, once. */
    COMPLETE,
    /** Of what the job has passed nothing is missing or doubled, but it has not passed all. */
    PENDING,
    /** Something is missing or doubled. */
    INCOMPLETE
  }

  public HourTally {
    Objects.requireNonNull(topic, "topic");
    Objects.requireNonNull(hot, "hot");
    Objects.requireNonNull(archive, "archive");
  }

  /** Returns the tally of these records and of others of the same hour, with all their ranges. */
  public HourTally plus(HourTally other) {
    return new HourTally(
        topic,
        partition,
        hourMillis,
        expected + other.expected,
        pending + other.pending,
        duplicates + other.duplicates,
        notForHot + other.notForHot,
        Math.max(retainedFrom, other.retainedFrom),
        hot.plus(other.hot),
        archive.plus(other.archive));
  }

  /** Returns the offsets that are gone from Kafka, audited or not. */
  public OffsetRanges gone() {
    return retainedFrom == 0 ? OffsetRanges.NONE : OffsetRanges.of(0, retainedFrom - 1);
  }

  /** Returns this tally with no more ranges of each kind than a report tells. */
  public HourTally bounded() {
    return with(expected, notForHot, hot.bounded(), archive.bounded());
  }

  /** Returns this tally with other findings. */
  public HourTally with(
      long otherExpected, long otherNotForHot, StoreTally otherHot, StoreTally otherArchive) {
    return new HourTally(
        topic,
        partition,
        hourMillis,
        otherExpected,
        pending,
        duplicates,
        otherNotForHot,
        retainedFrom,
        otherHot,
        otherArchive);
  }

  /** Returns what an audit says of them. */
  public Status status() {
    if (!hot.complete() || !archive.complete()) {
      return Status.INCOMPLETE;
    }
    return pending > 0 ? Status.PENDING : Status.COMPLETE;
  }

  /** Returns whether both stores have everything that Kafka took and they should have, once. */
  public boolean complete() {
    return status() == Status.COMPLETE;
  }
}
