package io.weir.operators.alerts;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.flink.api.common.state.MapState;

/**
 * The events of a group that wait for their turn, in slices of {@value #SLICE_MILLIS} ms. An event
 * is written once, read a few times, and never searched for: what looks for those whose turn it is
 * looks at slices, of which there are as many as seconds between the earliest event and the latest.
 */
final class EventBuffer {
  private static final long SLICE_MILLIS = 1_000;

  /** Of a time: never. */
  static final long NEVER = Long.MAX_VALUE;

  private final MapState<Long, EventSlice> slices;
  private final MapState<EventSlot, SequenceEvent> events;

  /**
   * What was taken out.
   *
   * @param events in order
   * @param nextMillis time of the earliest that is left, or {@link #NEVER}
   */
  record Taken(List<SequenceEvent> events, long nextMillis) {}

  EventBuffer(MapState<Long, EventSlice> slices, MapState<EventSlot, SequenceEvent> events) {
    this.slices = requireNonNull(slices, "slices");
    this.events = requireNonNull(events, "events");
  }

  void add(SequenceEvent event) throws Exception {
    long millis = event.timestampMillis();
    long number = Math.floorDiv(millis, SLICE_MILLIS);
    EventSlice slice = slices.get(number);
    int index = slice == null ? 0 : slice.events();
    events.put(new EventSlot(number, index), event);
    slices.put(
        number,
        new EventSlice(
            index + 1, slice == null ? millis : Math.min(slice.earliestMillis(), millis)));
  }

  /** Takes out every event up to a time. */
  Taken take(long untilMillis) throws Exception {
    Map<Long, EventSlice> due = new HashMap<>();
    long next = NEVER;
    for (Map.Entry<Long, EventSlice> entry : slices.entries()) {
      if (entry.getValue().earliestMillis() <= untilMillis) {
        due.put(entry.getKey(), entry.getValue());
      } else {
        next = Math.min(next, entry.getValue().earliestMillis());
      }
    }
    List<SequenceEvent> taken = new ArrayList<>();
    List<SequenceEvent> left = new ArrayList<>();
    for (Map.Entry<Long, EventSlice> entry : due.entrySet()) {
      slices.remove(entry.getKey());
      for (int i = 0; i < entry.getValue().events(); i++) {
        EventSlot slot = new EventSlot(entry.getKey(), i);
        SequenceEvent event = events.get(slot);
        events.remove(slot);
        (event.timestampMillis() <= untilMillis ? taken : left).add(event);
      }
    }
    for (SequenceEvent event : left) {
      add(event);
      next = Math.min(next, event.timestampMillis());
    }
    taken.sort(SequenceEvent.ORDER);
    return new Taken(taken, next);
  }

  void clear() {
    slices.clear();
    events.clear();
  }
}
