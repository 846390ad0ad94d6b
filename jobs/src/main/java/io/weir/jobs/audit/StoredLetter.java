package io.weir.jobs.audit;

import static java.util.Objects.requireNonNull;

import io.weir.model.deadletter.DeadLetter;

/**
 * A dead letter as it stands in its topic.
 *
 * @param letter what it says
 * @param offset its own offset
 * @param writtenMillis when it was written, epoch milliseconds
 * @param whole whether it holds all of the record that it is about
 */
record StoredLetter(DeadLetter letter, long offset, long writtenMillis, boolean whole) {
  StoredLetter {
    requireNonNull(letter, "letter");
  }
}
