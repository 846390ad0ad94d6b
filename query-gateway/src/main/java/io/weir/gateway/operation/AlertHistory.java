package io.weir.gateway.operation;

import io.weir.model.alert.AlertState;
import io.weir.model.alert.AlertTransition;
import io.weir.model.json.AlertStateJson;
import io.weir.model.validation.InvalidRecordException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What alerts did: the newest transitions out of the alerts job's topic. Thread-safe. */
public final class AlertHistory {
  private static final Logger LOG = LoggerFactory.getLogger(AlertHistory.class);
  private static final int PER_PARTITION = 2_000;

  private final RecordTail tail;
  private final String topic;

  public AlertHistory(RecordTail tail, String topic) {
    this.tail = Objects.requireNonNull(tail, "tail");
    this.topic = Objects.requireNonNull(topic, "topic");
  }

  /**
   * Transitions.
   *
   * @param transitions the newest first
   * @param lookedAt how many records were looked at
   * @param complete whether these were all that the topic holds
   */
  public record Page(List<AlertTransition> transitions, int lookedAt, boolean complete) {
    public Page {
      transitions = List.copyOf(transitions);
    }
  }

  /**
   * Returns the newest transitions.
   *
   * @param alertId only of this rule
   * @param visible which of them may be told
   * @param limit how many at most
   * @throws io.weir.gateway.search.StoreException if the topic cannot be read
   */
  public Page newest(Optional<String> alertId, Predicate<AlertState> visible, int limit) {
    RecordTail.Newest newest = tail.newest(topic, PER_PARTITION);
    List<AlertTransition> transitions = new ArrayList<>();
    for (RecordTail.Entry entry : newest.entries()) {
      read(entry)
          .filter(
              transition -> alertId.map(transition.state().alertId()::equals).orElse(Boolean.TRUE))
          .filter(transition -> visible.test(transition.state()))
          .ifPresent(transitions::add);
    }
    transitions.sort(
        Comparator.comparingLong((AlertTransition one) -> one.state().updatedAtMillis())
            .reversed()
            .thenComparing(one -> one.state().key()));
    int looked = newest.entries().size();
    return new Page(
        transitions.subList(0, Math.min(limit, transitions.size())),
        looked,
        looked >= newest.retained() && transitions.size() <= limit);
  }

  private Optional<AlertTransition> read(RecordTail.Entry entry) {
    if (entry.value() == null) {
      return Optional.empty();
    }
    try {
      return Optional.of(AlertStateJson.decodeTransition(entry.value()));
    } catch (InvalidRecordException e) {
      LOG.warn(
          "Topic '{}' has a record that is no transition at {}-{}: {}",
          topic,
          entry.partition(),
          entry.offset(),
          e.getMessage());
      return Optional.empty();
    }
  }
}
