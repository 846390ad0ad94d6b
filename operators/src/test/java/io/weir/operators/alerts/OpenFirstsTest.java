package io.weir.operators.alerts;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.operators.alerts.SequenceEvent.Step;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OpenFirstsTest {
  private static final AlertKey KEY = new AlertKey("a", 7, "{}");
  private static final long WITHIN = 100;

  private final List<SequenceEvent> told = new ArrayList<>();
  private final AtomicInteger dropped = new AtomicInteger();

  /** What the patterns find in what they are told is what is there, however much was left out. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void nothingIsFoundOrMissedByLeavingOut(boolean thenAbsent) {
    Random random = new Random(11);
    for (int round = 0; round < 2_000; round++) {
      // From so few that none is dropped, when the start is exact as well, to many.
      int rate = 1 + random.nextInt(40);
      List<SequenceEvent> events = events(random, thenAbsent, rate);
      told.clear();
      dropped.set(0);
      OpenFirsts firsts = new OpenFirsts(List.of(), told::add, dropped::incrementAndGet);
      for (SequenceEvent event : events) {
        firsts.pass(event);
      }
      firsts.expire(Long.MAX_VALUE - 1);

      List<String> expected = find(withDeadlines(events), thenAbsent);
      List<String> found = find(told, thenAbsent);
      if (dropped.get() == 0) {
        assertThat(found).isEqualTo(expected);
      } else {
        assertThat(ends(found)).isEqualTo(ends(expected));
      }
    }
  }

  @Test
  void firstEventsThatGiveWayAreCounted() {
    OpenFirsts firsts = new OpenFirsts(List.of(), told::add, dropped::incrementAndGet);
    for (int i = 0; i < OpenFirsts.MOST + 5; i++) {
      firsts.pass(event(Step.FIRST, "a" + i, 10, false));
    }

    assertThat(told).hasSize(OpenFirsts.MOST);
    assertThat(firsts.open()).hasSize(OpenFirsts.MOST + 1);
    assertThat(dropped).hasValue(4);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void whatIsAbandonedIsNotFound(boolean thenAbsent) {
    OpenFirsts firsts = new OpenFirsts(List.of(), told::add, dropped::incrementAndGet);
    firsts.pass(event(Step.FIRST, "a", 10, thenAbsent));
    firsts.abandon();

    assertThat(find(told, thenAbsent)).isEmpty();
    assertThat(told).hasSize(2);
    assertThat(firsts.open()).isEmpty();
  }

  private static List<SequenceEvent> events(Random random, boolean thenAbsent, int rate) {
    List<SequenceEvent> events = new ArrayList<>();
    long millis = 0;
    for (int i = 0; i < 60; i++) {
      millis += random.nextInt(rate);
      int kind = random.nextInt(10);
      String id = String.format("e%02d", i);
      if (kind < 7) {
        events.add(event(Step.FIRST, id, millis, thenAbsent));
      }
      if (kind > 5) {
        events.add(event(Step.THEN, id, millis, thenAbsent)); // it may be both
      }
    }
    events.sort(SequenceEvent.ORDER);
    return events;
  }

  private static List<SequenceEvent> withDeadlines(List<SequenceEvent> events) {
    List<SequenceEvent> all = new ArrayList<>(events);
    events.stream()
        .filter(event -> event.step() == Step.FIRST)
        .forEach(event -> all.add(event.deadline()));
    all.sort(SequenceEvent.ORDER);
    return all;
  }

  /**
   * Does what the patterns do: the earliest first event wins, and what was open with it is used.
   */
  private static List<String> find(List<SequenceEvent> events, boolean thenAbsent) {
    List<String> found = new ArrayList<>();
    TreeMap<String, SequenceEvent> open = new TreeMap<>();
    for (SequenceEvent event : events) {
      switch (event.step()) {
        case FIRST -> open.put(event.event(), event);
        case THEN -> {
          String first = another(open, event.event());
          if (thenAbsent) {
            open.keySet().removeIf(id -> !id.equals(event.event()));
          } else if (first != null) {
            found.add(first + ">" + event.event());
            open.clear();
          }
        }
        case DEADLINE -> {
          boolean was = open.remove(event.event()) != null;
          if (was && thenAbsent) {
            found.add(event.event() + ">" + event.event());
            open.clear();
          }
        }
      }
    }
    return found;
  }

  private static String another(TreeMap<String, SequenceEvent> open, String id) {
    return open.keySet().stream().filter(first -> !first.equals(id)).findFirst().orElse(null);
  }

  private static List<String> ends(List<String> found) {
    return found.stream().map(pair -> pair.substring(pair.indexOf('>'))).toList();
  }

  private static SequenceEvent event(Step step, String id, long millis, boolean thenAbsent) {
    return new SequenceEvent(KEY, step, id, millis, WITHIN, thenAbsent, Span.SHORT);
  }
}
