package io.weir.operators.alerts;

import static io.weir.operators.alerts.Rules.TEN;
import static io.weir.operators.alerts.Rules.change;
import static io.weir.operators.alerts.Rules.snapshot;
import static io.weir.operators.alerts.Rules.update;
import static org.assertj.core.api.Assertions.assertThat;

import io.weir.operators.alerts.SequenceEvent.Step;
import java.time.Duration;
import java.util.List;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.streaming.api.operators.co.CoBroadcastWithKeyedOperator;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.flink.streaming.util.KeyedBroadcastOperatorTestHarness;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class OrderEventsTest {
  private static final int MAX_GROUPS = 3;
  private static final AlertKey KEY = new AlertKey("a", 7, "{}");
  private static final String RULE =
      """
      {"id":"a","kind":"sequence","first":"x","then":"y","within_s":60,"notification_channel":"ops"}
      """;

  private KeyedBroadcastOperatorTestHarness<AlertKey, SequenceEvent, Control, SequenceEvent>
      harness;

  @BeforeEach
  void open() throws Exception {
    harness = unopened();
    harness.open();
    harness.processBroadcastElement(snapshot(update(7, RULE)), 0);
  }

  private static KeyedBroadcastOperatorTestHarness<AlertKey, SequenceEvent, Control, SequenceEvent>
      unopened() throws Exception {
    return new KeyedBroadcastOperatorTestHarness<>(
        new CoBroadcastWithKeyedOperator<>(
            new OrderEvents(Duration.ofSeconds(10), MAX_GROUPS), List.of(AlertStates.RULES)),
        SequenceEvent::key,
        TypeInformation.of(AlertKey.class),
        1,
        1,
        0);
  }

  @AfterEach
  void close() throws Exception {
    harness.close();
  }

  @Test
  void eventsComeInOrderAndOnce() throws Exception {
    event(Step.THEN, "2", 20);
    event(Step.FIRST, "1", 10);
    event(Step.FIRST, "1", 10);
    watermark(100);

    assertThat(harness.extractOutputValues())
        .as("what is found needs no deadline")
        .extracting(SequenceEvent::step)
        .containsExactly(Step.FIRST, Step.THEN);
  }

  @Test
  void anEventAfterLaterOnesIsLate() throws Exception {
    event(Step.THEN, "2", 20);
    watermark(20);
    event(Step.FIRST, "1", 10);
    watermark(100);

    assertThat(harness.getSideOutput(OrderEvents.LATE)).hasSize(1);
    assertThat(harness.extractOutputValues()).hasSize(1);
  }

  @Test
  void aRepeatIsKnownForAnHourAtLeastAndThenNothingIsLeft() throws Exception {
    event(Step.FIRST, "1", 10);
    watermark(3_000);
    event(Step.FIRST, "1", 3_100);
    assertThat(harness.extractOutputValues()).hasSize(2);

    watermark(7_000);
    watermark(11_000);
    assertThat(Rules.entries(harness)).isZero();
    assertThat(harness.numEventTimeTimers()).isZero();
  }

  @Test
  void aGroupHasOneTimerHoweverManyEventsWait() throws Exception {
    for (int i = 0; i < 100; i++) {
      event(Step.FIRST, "a" + i, 10 + i * 37 % 100);
    }
    assertThat(harness.numEventTimeTimers()).isEqualTo(1);

    watermark(60);
    assertThat(harness.numEventTimeTimers()).isEqualTo(1);
    watermark(2_000);
    assertThat(harness.extractOutputValues())
        .filteredOn(event -> event.step() == Step.FIRST)
        .isSortedAccordingTo(SequenceEvent.ORDER);
  }

  @Test
  void aFloodOfFirstEventsOpensFewAndKeepsTheNewest() throws Exception {
    for (int i = 0; i < 1_000; i++) {
      event(Step.FIRST, String.format("a%04d", i), 10 + i / 20);
    }
    watermark(65);

    assertThat(harness.extractOutputValues()).hasSize(OpenFirsts.MOST);

    // All that were open are over at 70 s; the newest, of 59 s, is not.
    event(Step.THEN, "b", 100);
    watermark(100);
    assertThat(harness.extractOutputValues().subList(OpenFirsts.MOST, 2 * OpenFirsts.MOST + 2))
        .extracting(event -> event.step() + event.event())
        .startsWith("DEADLINEa0000", "FIRSTa0999", "DEADLINEa0001")
        .endsWith("DEADLINEa0015", "THENb");
  }

  @Test
  void whereNoneMayFollowOneOpenFirstEventSaysAll() throws Exception {
    without(Step.FIRST, "1", 10);
    without(Step.FIRST, "2", 20);
    without(Step.THEN, "2", 20); // answers 1, and not itself
    without(Step.FIRST, "3", 30);
    watermark(90);

    assertThat(harness.extractOutputValues())
        .extracting(event -> event.step() + event.event())
        .containsExactly("FIRST1", "THEN2", "FIRST2", "DEADLINE2");
  }

  @Test
  void anEventThatIsOverByTheClockOfSilenceButNotByItsGroupIsInTime() throws Exception {
    event(Step.FIRST, "1", 10);
    watermark(20);
    for (int i = 0; i < 6; i++) {
      harness.processBroadcastElement(Control.tick(TEN, 5_000, true), 0);
    }

    event(Step.THEN, "2", 25); // silence has come to 45 s
    watermark(30);
    assertThat(harness.extractOutputValues()).last().matches(event -> event.step() == Step.THEN);
  }

  @Test
  void anEventThatComesAfterADeadlineWhichSilenceBroughtIsLate() throws Exception {
    event(Step.FIRST, "1", 10);
    watermark(20);
    for (int i = 0; i < 12; i++) {
      harness.processBroadcastElement(Control.tick(TEN, 5_000, true), 0);
    }
    event(Step.THEN, "2", 60);

    assertThat(harness.getSideOutput(OrderEvents.LATE)).hasSize(1);
  }

  @Test
  void whatIsOpenAndWhatWaitsSurvivesARestart() throws Exception {
    event(Step.FIRST, "1", 10);
    watermark(20);
    event(Step.THEN, "2", 30);
    var state = harness.snapshot(1, 1);
    close();
    harness = unopened();
    harness.initializeState(state);
    harness.open();

    event(Step.FIRST, "1", 100); // again
    watermark(200);

    assertThat(harness.extractOutputValues())
        .extracting(SequenceEvent::step)
        .containsExactly(Step.THEN);
  }

  @Test
  void deadlinesPassWhenNobodyWritesPoints() throws Exception {
    event(Step.FIRST, "1", 10);
    watermark(20);
    for (int i = 0; i < 12; i++) {
      harness.processBroadcastElement(Control.tick(TEN, 5_000, true), 0);
    }

    assertThat(harness.extractOutputValues())
        .extracting(SequenceEvent::step)
        .containsExactly(Step.FIRST, Step.DEADLINE);
  }

  @Test
  void theEndOfARuleEndsWhatWaits() throws Exception {
    event(Step.FIRST, "1", 10);
    harness.processBroadcastElement(change(new RuleUpdate("a", 8, null)), 0);
    watermark(100);

    assertThat(harness.extractOutputValues()).isEmpty();
    assertThat(Rules.entries(harness)).isZero();
  }

  @Test
  void theEndOfARuleEndsTheSearch() throws Exception {
    event(Step.FIRST, "1", 10);
    watermark(20);
    harness.processBroadcastElement(change(new RuleUpdate("a", 8, null)), 0);

    assertThat(harness.extractOutputValues())
        .extracting(SequenceEvent::step)
        .containsExactly(Step.FIRST, Step.DEADLINE);
    assertThat(Rules.entries(harness)).isZero();
  }

  private void without(Step step, String id, long seconds) throws Exception {
    long millis = TEN + seconds * 1000;
    harness.processElement(
        new SequenceEvent(KEY, step, id, millis, 60_000, true, Span.SHORT), millis);
  }

  @Test
  void aRuleHasAsManyGroupsAsItMayAndOthersWaitUntilSomeAreGone() throws Exception {
    for (int i = 0; i <= MAX_GROUPS; i++) {
      event(group(i), Step.FIRST, "f" + i, 10);
      event(group(i), Step.THEN, "t" + i, 20);
    }
    watermark(30);
    assertThat(harness.extractOutputValues())
        .extracting(SequenceEvent::key)
        .containsOnly(group(0), group(1), group(2));

    watermark(2 * 3600);
    watermark(3 * 3600);
    watermark(4 * 3600);
    assertThat(Rules.entries(harness)).as("nothing is known of them any more").isZero();
    event(group(MAX_GROUPS), Step.FIRST, "f", 4 * 3600 + 10);
    watermark(4 * 3600 + 20);
    assertThat(harness.extractOutputValues())
        .last()
        .extracting(SequenceEvent::key)
        .isEqualTo(group(MAX_GROUPS));
  }

  @Test
  void groupsOfARestoredStateCountToo() throws Exception {
    for (int i = 0; i < MAX_GROUPS; i++) {
      event(group(i), Step.FIRST, "f" + i, 10);
    }
    var state = harness.snapshot(1, 1);
    close();
    harness = unopened();
    harness.initializeState(state);
    harness.open();
    harness.processBroadcastElement(snapshot(update(7, RULE)), 0);
    event(group(MAX_GROUPS), Step.FIRST, "f", 10);
    watermark(20);

    assertThat(harness.extractOutputValues())
        .extracting(SequenceEvent::key)
        .containsExactlyInAnyOrder(group(0), group(1), group(2));
  }

  private static AlertKey group(int number) {
    return new AlertKey("a", 7, "{id=\"" + number + "\"}");
  }

  private void event(Step step, String id, long seconds) throws Exception {
    event(KEY, step, id, seconds);
  }

  private void event(AlertKey key, Step step, String id, long seconds) throws Exception {
    long millis = TEN + seconds * 1000;
    harness.processElement(
        new SequenceEvent(key, step, id, millis, 60_000, false, Span.SHORT), millis);
  }

  private void watermark(long seconds) throws Exception {
    harness.processWatermark(TEN + seconds * 1000);
    harness.processBroadcastWatermark(new Watermark(TEN + seconds * 1000));
  }
}
