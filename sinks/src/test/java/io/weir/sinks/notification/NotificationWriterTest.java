package io.weir.sinks.notification;

import static io.weir.sinks.notification.Alerts.firing;
import static io.weir.sinks.notification.Alerts.resolved;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.groups.Tuple.tuple;
import static org.awaitility.Awaitility.await;

import io.weir.model.alert.AlertState;
import io.weir.model.alert.AlertStatus;
import io.weir.model.json.AlertStateJson;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.flink.connector.base.sink.writer.TestSinkInitContext;
import org.apache.flink.metrics.Histogram;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.metrics.groups.UnregisteredMetricsGroup;
import org.apache.flink.metrics.testutils.MetricListener;
import org.apache.flink.streaming.runtime.tasks.TestProcessingTimeService;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class NotificationWriterTest {
  private final TestingReceiver receiver = new TestingReceiver();
  private final TestingReceiver other = new TestingReceiver("other");
  private final TestSinkInitContext context = new TestSinkInitContext();
  private final TestProcessingTimeService time = new TestProcessingTimeService();
  private NotificationWriter writer;

  @BeforeEach
  void open() throws Exception {
    time.setCurrentTime(0);
    writer = writer(List.of());
  }

  @AfterEach
  void close() throws Exception {
    writer.close();
  }

  @Test
  void tellsEveryReceiverAtOnce() {
    writer.write(firing("a"), null);

    awaitTold(receiver, firing("a"));
    awaitTold(other, firing("a"));
  }

  @Test
  void aReceiverThatIsAwayHoldsUpNobodyAndIsToldTheLatestOnReturn() throws Exception {
    receiver.away = true;
    writer.write(firing("a"), null);
    awaitAsked(receiver, 1);
    writer.write(resolved("a"), null);
    writer.write(firing("b"), null);
    writer.flush(false);
    awaitTold(other, firing("a"), resolved("a"), firing("b"));

    receiver.away = false;
    for (int i = 0; i < 5; i++) {
      time.advance(1_000);
      mails();
    }

    await()
        .pollInSameThread()
        .untilAsserted(
            () -> {
              time.advance(1_000);
              mails();
              assertThat(receiver.told).containsExactlyInAnyOrder(resolved("a"), firing("b"));
            });
  }

  @Test
  void whatMustBeToldSurvivesARestart() throws Exception {
    receiver.away = true;
    writer.write(firing("a"), null);
    writer.write(resolved("b"), null);
    awaitAsked(receiver, 1);
    List<KeptAlert> state = writer.snapshotState(1);
    writer.close();

    receiver.away = false;
    writer = writer(restored(state));

    awaitTold(receiver, firing("a"), resolved("b"));
  }

  @Test
  void whatIsRefusedIsNotToldAgain() throws Exception {
    receiver.refuses = true;
    writer.write(resolved("a"), null);
    awaitAsked(receiver, 1);
    await()
        .pollInSameThread()
        .untilAsserted(
            () -> {
              mails();
              assertThat(writer.snapshotState(1)).isEmpty();
            });
  }

  @Test
  void attemptsArePacedWhileAReceiverIsAway() throws Exception {
    receiver.away = true;
    writer.write(firing("a"), null);
    awaitAsked(receiver, 1);
    for (int i = 0; i < 600; i++) {
      time.advance(1_000);
      mails();
    }

    assertThat(receiver.asked.size()).isBetween(1, 60);
  }

  @Test
  void closesItsReceivers() throws Exception {
    writer.close();

    assertThat(receiver.closed).isTrue();
  }

  @Test
  void whoWasToldBeforeARestartIsNotToldAgain() throws Exception {
    writer.close();
    writer = writer(NotificationSettings.once(10), List.of());
    receiver.away = true;
    writer.write(firing("a"), null);
    writer.write(resolved("b"), null);
    awaitTold(other, firing("a"), resolved("b"));
    awaitAsked(receiver, 1);
    List<KeptAlert> state = writer.snapshotState(1);
    writer.close();

    receiver.away = false;
    writer = writer(NotificationSettings.once(10), restored(state));
    awaitTold(receiver, firing("a"), resolved("b"));
    writer.write(resolved("a"), null);
    awaitTold(other, resolved("a"));

    assertThat(other.told).containsExactly(firing("a"), resolved("b"), resolved("a"));
  }

  @Test
  void anAlertWhoseLabelsChangedIsFiringAfterARestart() throws Exception {
    receiver.away = true;
    other.away = true;
    AlertState renamed = firing("a", 2.5, Map.of("alertname", "renamed"));
    writer.write(firing("a"), null);
    awaitAsked(receiver, 1);
    writer.write(renamed, null);
    List<KeptAlert> state = writer.snapshotState(1);
    writer.close();
    assertThat(state).hasSize(2);

    for (List<KeptAlert> order : List.of(state, List.of(state.get(1), state.get(0)))) {
      receiver.away = false;
      receiver.told.clear();
      writer = writer(restored(order));
      await()
          .pollInSameThread()
          .untilAsserted(
              () -> {
                mails();
                assertThat(receiver.told)
                    .extracting(AlertState::status, alert -> alert.labels().get("alertname"))
                    .contains(
                        tuple(AlertStatus.RESOLVED, "a"), tuple(AlertStatus.FIRING, "renamed"));
              });
      writer.close();
    }
  }

  @Test
  void readsTheStateOfTheFirstVersion() throws Exception {
    byte[] first = AlertStateJson.encode(firing("a"));

    assertThat(new KeptAlertSerializer().deserialize(1, first))
        .isEqualTo(new KeptAlert(firing("a"), Set.of()));
  }

  @Test
  void theJobFailsWhenAReceiverIsNotWhomItShouldBe() {
    receiver.untrusted = new Receiver.UntrustedException("no path to a trusted authority");
    writer.write(firing("a"), null);

    awaitFailure("no path to a trusted authority");
  }

  @Test
  void theJobFailsWithAnErrorInsteadOfWaitingForEver() {
    receiver.defect = new NoClassDefFoundError("gone");
    writer.write(firing("a"), null);

    awaitFailure("gone");
  }

  @Test
  void measuresHowLongItTookUntilEachReceiverKnew() throws Exception {
    writer.close();
    MetricListener metrics = new MetricListener();
    time.setCurrentTime(Alerts.TEN + 1_500);
    writer =
        writer(
            NotificationSettings.repeating(Duration.ofMinutes(1)),
            List.of(),
            metrics.getMetricGroup());
    writer.write(firing("a"), null);
    awaitTold(receiver, firing("a"));
    awaitTold(other, firing("a"));
    // Repetitions are no news, nor is what is refused.
    time.setCurrentTime(Alerts.TEN + 61_500);
    writer.write(firing("a"), null);
    awaitAsked(receiver, 2);
    receiver.refuses = true;
    writer.write(firing("b"), null);
    awaitTold(other, firing("b"));
    awaitAsked(receiver, 3);

    Histogram after = metrics.getHistogram(NotificationNames.TOLD_AFTER).orElseThrow();
    await()
        .pollInSameThread()
        .untilAsserted(
            () -> {
              mails();
              assertThat(after.getStatistics().getValues())
                  .containsExactlyInAnyOrder(1_500, 1_500, 61_500);
            });
  }

  private void awaitFailure(String words) {
    await()
        .pollInSameThread()
        .untilAsserted(() -> assertThatThrownBy(this::mails).hasStackTraceContaining(words));
  }

  private static Collection<KeptAlert> restored(List<KeptAlert> state) throws Exception {
    KeptAlertSerializer serializer = new KeptAlertSerializer();
    List<KeptAlert> restored = new ArrayList<>();
    for (KeptAlert alert : state) {
      restored.add(serializer.deserialize(2, serializer.serialize(alert)));
    }
    return restored;
  }

  private NotificationWriter writer(Collection<KeptAlert> state) {
    return writer(NotificationSettings.repeating(Duration.ofMinutes(1)), state);
  }

  private NotificationWriter writer(NotificationSettings settings, Collection<KeptAlert> state) {
    return writer(settings, state, new UnregisteredMetricsGroup());
  }

  private NotificationWriter writer(
      NotificationSettings settings, Collection<KeptAlert> state, MetricGroup group) {
    return new NotificationWriter(
        List.of(receiver, other), settings, time, context.getMailboxExecutor(), group, state);
  }

  private void mails() throws Exception {
    while (context.getMailboxExecutor().tryYield()) {
      // until there is none
    }
  }

  private void awaitTold(TestingReceiver who, AlertState... states) {
    await()
        .pollInSameThread()
        .untilAsserted(
            () -> {
              mails();
              assertThat(who.told).contains(states);
            });
  }

  private void awaitAsked(TestingReceiver who, int times) {
    await()
        .pollInSameThread()
        .untilAsserted(
            () -> {
              mails();
              assertThat(who.asked).hasSizeGreaterThanOrEqualTo(times);
            });
  }
}
