package io.weir.gateway.operation;

import io.weir.model.deadletter.DeadLetter;
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
 */
public record LetterFilter(
    Optional<String> reason,
    Optional<DeadLetter.Store> store,
    Optional<String> topic,
    OptionalInt partition,
    OptionalLong offset,
    OptionalLong from,
    OptionalLong to) {

  /** Any letter. */
  public static final LetterFilter ANY =
      new LetterFilter(
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          OptionalInt.empty(),
          OptionalLong.empty(),
          OptionalLong.empty(),
          OptionalLong.empty());

  public LetterFilter {
    Objects.requireNonNull(reason, "reason");
    Objects.requireNonNull(store, "store");
    Objects.requireNonNull(topic, "topic");
    Objects.requireNonNull(partition, "partition");
    Objects.requireNonNull(offset, "offset");
    Objects.requireNonNull(from, "from");
    Objects.requireNonNull(to, "to");
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
    return reason.filter(wanted -> !wanted.equals(letter.reason())).isEmpty()
        && store.filter(wanted -> wanted != letter.store()).isEmpty();
  }
}
