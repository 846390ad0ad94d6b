package io.weir.sinks.elasticsearch;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.sinks.support.Backoff;
import java.time.Duration;
import org.apache.flink.connector.base.sink.writer.strategy.BasicRequestInfo;
import org.apache.flink.connector.base.sink.writer.strategy.BasicResultInfo;
import org.apache.flink.connector.base.sink.writer.strategy.RequestInfo;
import org.junit.jupiter.api.Test;

class CongestionControlTest {
  private static final RequestInfo REQUEST = new BasicRequestInfo(10);
  private static final long MEGABYTE = 1 << 20;

  private long now = 1_000;
  private final CongestionControl control =
      new CongestionControl(
          4,
          100,
          4 * MEGABYTE,
          new Backoff(Duration.ofMillis(100), Duration.ofSeconds(1), () -> 0),
          () -> now);

  @Test
  void allowsAsManyRequestsAsConfigured() {
    for (int i = 0; i < 4; i++) {
      assertThat(control.shouldBlock(REQUEST)).isFalse();
      control.registerInFlightRequest(REQUEST);
    }
    assertThat(control.shouldBlock(REQUEST)).isTrue();

    control.registerCompletedRequest(new BasicResultInfo(0, 10));

    assertThat(control.shouldBlock(REQUEST)).isFalse();
    assertThat(control.inFlight()).isEqualTo(3);
  }

  @Test
  void closesTheGateForTheDelay() {
    assertThat(control.onCongestion(control.epoch(), false, false)).isEqualTo(1_100);

    now = 1_099;
    assertThat(control.shouldBlock(REQUEST)).isTrue();
    now = 1_100;
    assertThat(control.shouldBlock(REQUEST)).isFalse();
  }

  @Test
  void halvesTheRequestsUnderWayButKeepsOne() {
    control.onCongestion(control.epoch(), false, false);
    assertThat(control.inFlightLimit()).isEqualTo(2);
    control.onCongestion(control.epoch(), false, false);
    control.onCongestion(control.epoch(), false, false);
    assertThat(control.inFlightLimit()).isEqualTo(1);
  }

  @Test
  void countsFailuresOfRequestsSentTogetherOnce() {
    long epoch = control.epoch();

    control.onCongestion(epoch, false, false);
    now = 1_050;

    assertThat(control.onCongestion(epoch, false, false)).as("gate").isEqualTo(1_100);
    assertThat(control.inFlightLimit()).isEqualTo(2);
    assertThat(control.failures()).isEqualTo(1);
  }

  @Test
  void pausesLongerWithEachFailureInARowUntilSomethingIsTaken() {
    assertThat(control.onCongestion(control.epoch(), false, false)).isEqualTo(1_100);
    assertThat(control.onCongestion(control.epoch(), false, false)).isEqualTo(1_200);
    assertThat(control.onCongestion(control.epoch(), false, false)).isEqualTo(1_400);
    assertThat(control.onCongestion(control.epoch(), false, true)).as("part").isEqualTo(1_100);
    assertThat(control.onCongestion(control.epoch(), false, false)).isEqualTo(1_200);

    control.onSuccess(control.epoch());

    assertThat(control.failures()).isZero();
    assertThat(control.onCongestion(control.epoch(), false, false)).isEqualTo(1_100);
  }

  @Test
  void allowsOneRequestMoreForEachRoundThatSucceeds() {
    control.onCongestion(control.epoch(), false, false);
    control.onCongestion(control.epoch(), false, false);
    assertThat(control.inFlightLimit()).isEqualTo(1);

    control.onSuccess(control.epoch());
    assertThat(control.inFlightLimit()).isEqualTo(2);
    for (int i = 0; i < 20; i++) {
      control.onSuccess(control.epoch());
    }

    assertThat(control.inFlightLimit()).isEqualTo(4);
  }

  @Test
  void doesNotTakeALateSuccessForARecovery() {
    long before = control.epoch();
    control.onCongestion(before, true, false);

    control.onSuccess(before);

    assertThat(control.inFlightLimit()).isEqualTo(2);
    assertThat(control.failures()).isEqualTo(1);
  }

  @Test
  void sendsLessAtATimeWhileThereIsNoAnswer() {
    control.onCongestion(control.epoch(), true, false);
    assertThat(control.byteLimit()).isEqualTo(2 * MEGABYTE);
    for (int i = 0; i < 20; i++) {
      control.onCongestion(control.epoch(), true, false);
    }
    assertThat(control.byteLimit()).isEqualTo(64 * 1024);

    for (int i = 0; i < 20; i++) {
      control.onSuccess(control.epoch());
    }
    assertThat(control.byteLimit()).isEqualTo(4 * MEGABYTE);
  }

  @Test
  void keepsTheSizeWhenElasticsearchAnswersThatItIsBusy() {
    control.onCongestion(control.epoch(), false, false);

    assertThat(control.byteLimit()).isEqualTo(4 * MEGABYTE);
  }

  @Test
  void neverAgainSendsWhatWasTooLarge() {
    control.onTooLarge(3 * MEGABYTE);
    assertThat(control.byteLimit()).isEqualTo(3 * MEGABYTE / 2);

    for (int i = 0; i < 20; i++) {
      control.onSuccess(control.epoch());
    }
    assertThat(control.byteLimit()).isEqualTo(3 * MEGABYTE / 2);

    control.onTooLarge(4 * MEGABYTE);
    assertThat(control.byteLimit()).as("does not rise").isEqualTo(3 * MEGABYTE / 2);
  }
}
