package io.weir.operators.alerts;

import static java.util.Objects.requireNonNull;

import io.weir.operators.alerts.SequenceEvent.Step;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * The first events of a group for which the search for sequences waits, and what it is told of
 * them. Every open one is a partial match that each event is held against, so there are few:
 *
 * <ul>
 *   <li>Where a second event must follow, {@value #MOST}. Of further ones the newest waits here
 *       until one of these is over: it is the one that a second event can follow for longest, so
 *       whether the rule fires does not depend on the others; only since when may.
 *   <li>Where none may follow, one, which is exact: if it is answered so are all later ones, if it
 *       is not it fires and they are part of what it fired for.
 * </ul>
 *
 * A deadline is told only for what is open by then.
 */
final class OpenFirsts {
  static final int MOST = 16;

  private final List<SequenceEvent> open;
  private final Consumer<SequenceEvent> out;
  private final Runnable dropped;

  /** First events of the present moment that were not told, because one was open. */
  private final Map<String, SequenceEvent> untold = new HashMap<>();

  private long nowMillis = Long.MIN_VALUE;

  /**
   * Makes the first events of a group.
   *
   * @param open those that are open, in order; where there is one more than may be, it waits
   * @param out who is told
   * @param dropped told of each first event that had to give way to a newer one
   */
  OpenFirsts(Iterable<SequenceEvent> open, Consumer<SequenceEvent> out, Runnable dropped) {
    this.open = new ArrayList<>();
    open.forEach(this.open::add);
    this.out = requireNonNull(out, "out");
    this.dropped = requireNonNull(dropped, "dropped");
  }

  /** Returns what is open, as the constructor takes it. */
  List<SequenceEvent> open() {
    return open;
  }

  /** Returns the time of the next deadline, or {@link EventBuffer#NEVER}. */
  long nextMillis() {
    return open.isEmpty() ? EventBuffer.NEVER : open.get(0).deadlineMillis();
  }

  /** Returns the time of what was handed on last; the least of all if nothing was. */
  long nowMillis() {
    return nowMillis;
  }

  /** Hands on the next event, in order, after the deadlines before it. */
  void pass(SequenceEvent event) {
    // An event at the moment of a deadline is in time.
    expire(event.timestampMillis() - 1);
    if (nowMillis != event.timestampMillis()) {
      untold.clear();
    }
    nowMillis = event.timestampMillis();
    if (event.step() == Step.FIRST) {
      begin(event);
    } else {
      follow(event);
    }
  }

  /** Hands on the deadlines up to a time. */
  void expire(long untilMillis) {
    while (nextMillis() <= untilMillis) {
      SequenceEvent first = open.remove(0);
      nowMillis = Math.max(nowMillis, first.deadlineMillis());
      out.accept(first.deadline());
      if (first.thenAbsent()) {
        open.clear(); // found
      } else if (open.size() >= MOST) {
        out.accept(open.get(MOST - 1)); // it has waited for this place
      }
    }
  }

  /** Ends the search for what follows. */
  void abandon() {
    for (int i = 0; i < Math.min(open.size(), MOST); i++) {
      out.accept(open.get(i).abandoned());
    }
    open.clear();
  }

  private void begin(SequenceEvent first) {
    if (first.thenAbsent()) {
      if (open.isEmpty()) {
        open.add(first);
        out.accept(first);
      } else {
        untold.put(first.event(), first);
      }
    } else if (open.size() < MOST) {
      open.add(first);
      out.accept(first);
    } else {
      if (open.size() > MOST) {
        open.remove(MOST);
        dropped.run();
      }
      open.add(first);
    }
  }

  /** An event is not its own second one, so that a first event may outlast itself. */
  private void follow(SequenceEvent then) {
    out.accept(then);
    if (open.stream().allMatch(first -> first.event().equals(then.event()))) {
      untold.clear();
      return;
    }
    open.clear(); // found, or answered
    SequenceEvent own = untold.get(then.event());
    untold.clear();
    if (own != null) {
      begin(own);
    }
  }
}
