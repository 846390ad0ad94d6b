package io.weir.operators.alerts;

import static io.weir.operators.alerts.Rules.TEN;
import static io.weir.operators.alerts.Rules.change;
import static io.weir.operators.alerts.Rules.snapshot;
import static io.weir.operators.alerts.Rules.update;
import static org.assertj.core.api.Assertions.assertThat;

import io.weir.operators.alerts.SequenceEvent.Step;
import java.time.Duration;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.flink.streaming.util.KeyedBroadcastOperatorTestHarness;
import org.apache.flink.streaming.util.ProcessFunctionTestHarnesses;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class OrderEventsTest {
  private static final AlertKey KEY = new AlertKey("a", 7, "{}");
  private static final String RULE =
      """
      {"id":"a","kind":"sequence","first":"x","then":"y","within_s":60,"notification_channel":"ops"}
      """;

  private KeyedBroadcastOperatorTestHarness<AlertKey, SequenceEvent, Control, SequenceEvent>
      harness;

  @BeforeEach
  void open() throws Exception {
    harness =
        ProcessFunctionTestHarnesses.forKeyedBroadcastProcessFunction(
            new OrderEvents(Duration.ofSeconds(10)),
            SequenceEvent::key,
            TypeInformation.of(AlertKey.class),
            AlertStates.RULES);
    harness.processBroadcastElement(snapshot(update(7, RULE)), 0);
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
        .extracting(SequenceEvent::step)
        .containsExactly(Step.FIRST, Step.THEN, Step.DEADLINE);
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
  void aRepeatIsKnownForAnHourAndThenNothingIsLeft() throws Exception {
    event(Step.FIRST, "1", 10);
    watermark(3_000);
    event(Step.FIRST, "1", 3_100);
    assertThat(harness.extractOutputValues()).hasSize(2);

    watermark(3_700);
    assertThat(Rules.entries(harness)).isZero();
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

  private void event(Step step, String id, long seconds) throws Exception {
    long millis = TEN + seconds * 1000;
    harness.processElement(
        new SequenceEvent(KEY, step, id, millis, 60_000, false, Span.SHORT), millis);
  }

  private void watermark(long seconds) throws Exception {
    harness.processWatermark(TEN + seconds * 1000);
    harness.processBroadcastWatermark(new Watermark(TEN + seconds * 1000));
  }
}
