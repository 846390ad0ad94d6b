package io.weir.operators.alerts;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import org.apache.flink.api.common.state.MapState;

/**
 * Which events of a group have come: the log metrics job repeats what a restart undid. Two sets
 * take turns, so that nothing is searched for what is old: the older one is emptied when the
 * younger one has been filling for {@link #TURN_MILLIS} or has {@value #MOST} identities.
 */
final class SeenEvents {
  static final long TURN_MILLIS = Duration.ofHours(1).toMillis();
  static final int MOST = 50_000;

  private final MapState<String, Boolean> one;
  private final MapState<String, Boolean> other;

  SeenEvents(MapState<String, Boolean> one, MapState<String, Boolean> other) {
    this.one = requireNonNull(one, "one");
    this.other = requireNonNull(other, "other");
  }

  boolean contains(String identity) throws Exception {
    return one.contains(identity) || other.contains(identity);
  }

  void add(String identity, EventOrder order, long nowMillis) throws Exception {
    if (order.seen == 0) {
      order.seenSinceMillis = nowMillis;
    } else if (order.seen >= MOST) {
      turn(order, nowMillis);
    }
    younger(order).put(identity, true);
    order.seen++;
  }

  /** Forgets what is old. Returns whether there is nothing left. */
  boolean forget(EventOrder order, long nowMillis) throws Exception {
    if (nextTurn(order) <= nowMillis) {
      turn(order, nowMillis);
    }
    return order.seen == 0 && one.isEmpty() && other.isEmpty();
  }

  long nextTurn(EventOrder order) {
    return order.seenSinceMillis + TURN_MILLIS;
  }

  void clear() {
    one.clear();
    other.clear();
  }

  private void turn(EventOrder order, long nowMillis) {
    order.swapped = !order.swapped;
    younger(order).clear();
    order.seen = 0;
    order.seenSinceMillis = nowMillis;
  }

  private MapState<String, Boolean> younger(EventOrder order) {
    return order.swapped ? other : one;
  }
}
