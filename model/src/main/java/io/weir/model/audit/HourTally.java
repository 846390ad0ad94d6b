package io.weir.model.audit;

import java.util.Objects;

/**
 * What became of the records that Kafka took into one partition within one hour.
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

  public HourTally {
    Objects.requireNonNull(topic, "topic");
    Objects.requireNonNull(hot, "hot");
    Objects.requireNonNull(archive, "archive");
  }

  /** Returns the tally of these records and of others of the same hour. */
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

  /** Returns whether both stores have everything that they should have, once. */
  public boolean complete() {
    return hot.complete() && archive.complete();
  }
}
