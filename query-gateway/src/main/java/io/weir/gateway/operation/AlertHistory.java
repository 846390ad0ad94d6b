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
import java.util.PriorityQueue;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What alerts did: the newest transitions out of the alerts job's topic. Thread-safe. */
public final class AlertHistory {
  private static final Logger LOG = LoggerFactory.getLogger(AlertHistory.class);

  /** Whoever finds enough among so many records looks no further. */
  private static final int LOOKED_AT = 8_000;

  private static final Comparator<AlertTransition> NEWEST_FIRST =
      Comparator.comparingLong((AlertTransition one) -> one.state().updatedAtMillis())
          .reversed()
          .thenComparing(one -> one.state().key());

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
   * @param complete whether these are all of the wanted that the topic holds
   */
  public record Page(List<AlertTransition> transitions, long lookedAt, boolean complete) {
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
    Search search = new Search(alertId, visible, limit);
    RecordTail.Reach reach = tail.look(topic, RecordTail.Range.ALL, search);
    List<AlertTransition> transitions = new ArrayList<>(search.newest);
    transitions.sort(NEWEST_FIRST);
    return new Page(transitions, reach.looked(), reach.complete() && !search.leftOut);
  }

  /** One search. Confined to one thread. */
  private final class Search implements RecordTail.Viewer {
    private final Optional<String> alertId;
    private final Predicate<AlertState> visible;
    private final int limit;
    private final PriorityQueue<AlertTransition> newest =
        new PriorityQueue<>(NEWEST_FIRST.reversed());
    private boolean leftOut;

    Search(Optional<String> alertId, Predicate<AlertState> visible, int limit) {
      this.alertId = alertId;
      this.visible = visible;
      this.limit = limit;
    }

    @Override
    public void see(RecordTail.Entry entry) {
      read(entry)
          .filter(
              transition -> alertId.map(transition.state().alertId()::equals).orElse(Boolean.TRUE))
          .filter(transition -> visible.test(transition.state()))
          .ifPresent(this::keep);
    }

    private void keep(AlertTransition transition) {
      newest.add(transition);
      if (newest.size() > limit) {
        newest.remove();
        leftOut = true;
      }
    }

    @Override
    public boolean hasEnough(long looked, long backToMillis) {
      return looked >= LOOKED_AT && newest.size() == limit;
    }
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
