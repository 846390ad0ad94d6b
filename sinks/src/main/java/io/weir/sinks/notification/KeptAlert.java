package io.weir.sinks.notification;

import static java.util.Objects.requireNonNull;

import io.weir.model.alert.AlertState;
import java.util.Set;

/**
 * An alert in the state of a writer.
 *
 * @param state its latest state
 * @param knownBy ids of the receivers that need not be told of it
 */
record KeptAlert(AlertState state, Set<String> knownBy) {
  KeptAlert {
    requireNonNull(state, "state");
    knownBy = Set.copyOf(knownBy);
  }
}
