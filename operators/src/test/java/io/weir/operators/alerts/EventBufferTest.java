package io.weir.operators.alerts;

import static io.weir.operators.alerts.Rules.TEN;
import static org.assertj.core.api.Assertions.assertThat;

import io.weir.operators.alerts.SequenceEvent.Step;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class EventBufferTest {
  private static final AlertKey KEY = new AlertKey("a", 7, "{}");

  private final CountingMap<Long, EventSlice> slices = new CountingMap<>();
  private final CountingMap<EventSlot, SequenceEvent> events = new CountingMap<>();
  private final EventBuffer buffer = new EventBuffer(slices, events);

  @Test
  void givesEveryEventOnceInOrderWhenItsTimeHasCome() throws Exception {
    Random random = new Random(7);
    List<SequenceEvent> all = new ArrayList<>();
    List<SequenceEvent> taken = new ArrayList<>();
    for (int round = 0; round < 200; round++) {
      long now = TEN + round * 200L;
      for (int i = 0; i < 20; i++) {
        SequenceEvent event = event("e" + round + "-" + i, now + 1 + random.nextInt(5_000));
        all.add(event);
        buffer.add(event);
      }
      EventBuffer.Taken due = buffer.take(now + 200);
      taken.addAll(due.events());
      assertThat(due.nextMillis())
          .isEqualTo(
              all.stream()
                  .mapToLong(SequenceEvent::timestampMillis)
                  .filter(millis -> millis > now + 200)
                  .min()
                  .orElse(EventBuffer.NEVER));
    }
    taken.addAll(buffer.take(Long.MAX_VALUE - 1).events());

    all.sort(SequenceEvent.ORDER);
    assertThat(taken).isEqualTo(all);
    assertThat(slices.size() + events.size()).isZero();
  }

  @Test
  void anEventIsLookedAtAFewTimesHoweverManyOthersWait() throws Exception {
    int waiting = 20_000;
    for (int i = 0; i < waiting; i++) {
      buffer.add(event("e" + i, TEN + i));
    }
    for (int i = 0; i < waiting; i += 200) {
      buffer.take(TEN + i);
    }

    assertThat(events.reads()).isLessThan(6L * waiting);
    assertThat(slices.reads()).isLessThan(6L * waiting);
  }

  @Test
  void eventsOfOneMomentStandInOrderOfWhatTheyAre() throws Exception {
    buffer.add(new SequenceEvent(KEY, Step.THEN, "1", TEN, 60_000, false, Span.SHORT));
    buffer.add(event("2", TEN));
    buffer.add(event("1", TEN));

    assertThat(buffer.take(TEN).events())
        .isSortedAccordingTo(Comparator.comparing(SequenceEvent::step))
        .extracting(SequenceEvent::event)
        .containsExactly("1", "2", "1");
  }

  private static SequenceEvent event(String id, long millis) {
    return new SequenceEvent(KEY, Step.FIRST, id, millis, 60_000, false, Span.SHORT);
  }
}
