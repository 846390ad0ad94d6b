package io.weir.sinks.notification;

import static io.weir.sinks.notification.Alerts.firing;
import static org.assertj.core.api.Assertions.assertThat;

import io.weir.model.alert.AlertState;
import java.io.IOException;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class DeliveryTest {
  private final TestingReceiver receiver = new TestingReceiver();
  private final List<AlertState> alerts =
      IntStream.range(0, 100).mapToObj(i -> firing("a" + i)).toList();

  @Test
  void onlyTheOffendingAlertsAreRefused() {
    receiver.refusesIds.add("a17");
    receiver.refusesIds.add("a99");

    Delivery delivery = Delivery.of(alerts, receiver);

    assertThat(delivery.refused()).extracting(AlertState::alertId).containsExactly("a17", "a99");
    assertThat(delivery.told()).hasSize(98).isEqualTo(receiver.told);
    assertThat(delivery.notTold()).isEmpty();
    assertThat(delivery.refusal()).isEqualTo("no");
  }

  @Test
  void aBatchThatIsTooLargeIsToldInParts() {
    receiver.mostAtOnce = 7;

    Delivery delivery = Delivery.of(alerts, receiver);

    assertThat(delivery.told()).isEqualTo(alerts);
    assertThat(delivery.refused()).isEmpty();
  }

  @Test
  void whenTheReceiverGoesAwayTheRestWaits() {
    receiver.refusesIds.add("a0");
    receiver.awayAfter = 20;

    Delivery delivery = Delivery.of(alerts, receiver);

    assertThat(delivery.failure()).isInstanceOf(IOException.class);
    assertThat(delivery.refused()).extracting(AlertState::alertId).containsExactly("a0");
    assertThat(delivery.told()).isNotEmpty();
    assertThat(delivery.told().size() + delivery.refused().size() + delivery.notTold().size())
        .isEqualTo(alerts.size());
  }
}
