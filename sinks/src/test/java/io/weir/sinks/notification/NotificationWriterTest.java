package io.weir.sinks.notification;

import static io.weir.sinks.notification.Alerts.firing;
import static io.weir.sinks.notification.Alerts.resolved;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.weir.model.alert.AlertState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.apache.flink.connector.base.sink.writer.TestSinkInitContext;
import org.apache.flink.metrics.groups.UnregisteredMetricsGroup;
import org.apache.flink.streaming.runtime.tasks.TestProcessingTimeService;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class NotificationWriterTest {
  private final TestingReceiver receiver = new TestingReceiver();
  private final TestingReceiver other = new TestingReceiver();
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
    List<AlertState> state = writer.snapshotState(1);
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

  private Collection<AlertState> restored(List<AlertState> state) throws Exception {
    AlertStateSerializer serializer = new AlertStateSerializer();
    List<AlertState> restored = new ArrayList<>();
    for (AlertState alert : state) {
      restored.add(serializer.deserialize(1, serializer.serialize(alert)));
    }
    return restored;
  }

  private NotificationWriter writer(Collection<AlertState> state) {
    return new NotificationWriter(
        List.of(receiver, other),
        NotificationSettings.repeating(Duration.ofMinutes(1)),
        time,
        context.getMailboxExecutor(),
        new UnregisteredMetricsGroup(),
        state);
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
