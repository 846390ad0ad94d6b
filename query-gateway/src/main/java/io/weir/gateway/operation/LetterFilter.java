package io.weir.gateway.operation;

import io.weir.model.deadletter.DeadLetter;
import io.weir.model.json.DeadLetterJson;
import io.weir.model.kafka.RecordOrigin;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * Which dead letters somebody looks for; all conditions hold together.
 *
 * @param reason their reason
 * @param store the store that lacks the record
 * @param topic the topic that the record came from
 * @param partition its partition
 * @param offset its offset
 * @param from written at this time or later, epoch milliseconds
 * @param to written before this time
 * @param duplicates whether letters of copies that were dropped are wanted although neither their
 *     reason nor their very origin is named: a client that repeats itself writes so many of them
 *     that they hide what is lost
 */
public record LetterFilter(
    Optional<String> reason,
    Optional<DeadLetter.Store> store,
    Optional<String> topic,
    OptionalInt partition,
    OptionalLong offset,
    OptionalLong from,
    OptionalLong to,
    boolean duplicates) {
  /** Reason of the letters of copies that were dropped, as the logs job writes it. */
  static final String DUPLICATE = "duplicate";

  /** Any letter but those of duplicates. */
  public static final LetterFilter ANY =
      new LetterFilter(
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          OptionalInt.empty(),
          OptionalLong.empty(),
          OptionalLong.empty(),
          OptionalLong.empty(),
          false);

  public LetterFilter {
    Objects.requireNonNull(reason, "reason");
    Objects.requireNonNull(store, "store");
    Objects.requireNonNull(topic, "topic");
    Objects.requireNonNull(partition, "partition");
    Objects.requireNonNull(offset, "offset");
    Objects.requireNonNull(from, "from");
    Objects.requireNonNull(to, "to");
  }

  /** Returns the key of all letters that are looked for, if they are of one record. */
  Optional<String> key() {
    return topic.isPresent() && partition.isPresent() && offset.isPresent()
        ? Optional.of(
            DeadLetterJson.key(
                new RecordOrigin(topic.get(), "", partition.getAsInt(), offset.getAsLong(), 0)))
        : Optional.empty();
  }

  /** Returns the same but for the times. */
  LetterFilter within(OptionalLong newFrom, OptionalLong newTo) {
    return new LetterFilter(reason, store, topic, partition, offset, newFrom, newTo, duplicates);
  }

  /** Returns whether the origin and the time of a letter are wanted, whatever its reason. */
  boolean matchesPlace(DeadLetter letter, long writtenMillis) {
    return topic.filter(wanted -> !wanted.equals(letter.origin().topic())).isEmpty()
        && (partition.isEmpty() || partition.getAsInt() == letter.origin().partition())
        && (offset.isEmpty() || offset.getAsLong() == letter.origin().offset())
        && (from.isEmpty() || writtenMillis >= from.getAsLong())
        && (to.isEmpty() || writtenMillis < to.getAsLong());
  }

  /** Returns whether the reason and the store of a letter are wanted. */
  boolean matchesReason(DeadLetter letter) {
    return reason
            .map(letter.reason()::equals)
            .orElse(duplicates || key().isPresent() || !letter.reason().equals(DUPLICATE))
        && store.filter(wanted -> wanted != letter.store()).isEmpty();
  }
}
