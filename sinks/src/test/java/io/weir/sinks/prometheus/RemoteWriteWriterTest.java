package io.weir.sinks.prometheus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weir.model.metric.Sample;
import io.weir.sinks.support.TestingWriterContext;
import java.net.ConnectException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.apache.flink.connector.base.sink.writer.BufferedRequestState;
import org.apache.flink.connector.base.sink.writer.RequestEntryWrapper;
import org.apache.flink.metrics.Histogram;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class RemoteWriteWriterTest {
  private static final int BATCH = 4;
  private static final int MAX_RECORD = 300;

  private TestingWriterContext context;
  private final TestingRemoteWriteClient client = new TestingRemoteWriteClient();
  private RemoteWriteWriter writer = open(List.of());

  @Test
  void sendsABatchAsSoonAsItIsFull() throws Exception {
    write(0, BATCH - 1);
    assertThat(client.requests).isEmpty();

    write(BATCH - 1, BATCH);
    context.runMails();

    assertThat(client.requests).containsExactly(Samples.encoded(0, BATCH));
    assertThat(context.counter(RemoteWriteSinkMetrics.SAMPLES_WRITTEN)).isEqualTo(BATCH);
    assertThat(context.counter(RemoteWriteSinkMetrics.BYTES_WRITTEN))
        .isEqualTo(WriteRequest.encode(Samples.encoded(0, BATCH)).length);
    assertThat(context.counter(RemoteWriteSinkMetrics.REQUESTS)).isEqualTo(1);
    assertThat(
            context
                .metric(Histogram.class, RemoteWriteSinkMetrics.BATCH_MILLIS)
                .getStatistics()
                .size())
        .isEqualTo(1);
  }

  @Test
  void sendsWhatWaitsWhenItsTimeIsUp() throws Exception {
    write(0, 1);

    context.getTestProcessingTimeService().setCurrentTime(1_000);

    assertThat(client.requests).containsExactly(Samples.encoded(0, 1));
  }

  @Test
  void sendsTheNextBatchOnlyAfterTheAnswerToTheOneBefore() throws Exception {
    client.hold = true;
    write(0, 2 * BATCH);
    assertThat(client.requests).hasSize(1);

    client.answerNext(TestingRemoteWriteClient.WRITTEN);
    context.runMails();

    assertThat(client.requests)
        .containsExactly(Samples.encoded(0, BATCH), Samples.encoded(BATCH, 2 * BATCH));
  }

  @Test
  void keepsWhatWaitsInACheckpoint() throws Exception {
    write(0, 3);

    writer.flush(false);

    assertThat(client.requests).isEmpty();
    assertThat(snapshot()).isEqualTo(Samples.encoded(0, 3));
  }

  @Test
  void sendsWhatARestoredCheckpointHolds() throws Exception {
    writer = open(Samples.encoded(0, 3));

    write(3, 4);
    writer.flush(true);

    assertThat(client.requests).containsExactly(Samples.encoded(0, 4));
  }

  @Test
  void dropsWhatARestoredCheckpointHoldsAndIsNowTooLarge() throws Exception {
    writer =
        open(
            List.of(
                Samples.encoded(0),
                SeriesSample.of(Samples.ofSize(1, MAX_RECORD + 1)),
                Samples.encoded(2)));
    writer.flush(true);

    assertThat(client.requests).containsExactly(List.of(Samples.encoded(0), Samples.encoded(2)));
    assertThat(dropped(DropReason.TOO_LARGE)).isEqualTo(1);
  }

  @Test
  void dropsAndCountsTheOffendingSampleAlone() throws Exception {
    client.refuse(List.of(0), 500, "too old sample");

    write(0, BATCH);
    writer.flush(true);

    assertThat(client.written())
        .containsExactlyInAnyOrder(Samples.encoded(1), Samples.encoded(2), Samples.encoded(3));
    assertThat(dropped(DropReason.TOO_OLD)).isEqualTo(1);
    assertThat(context.counter(RemoteWriteSinkMetrics.SAMPLES_WRITTEN)).isEqualTo(3);
    assertThat(context.counter(RemoteWriteSinkMetrics.SAMPLES_RETRIED)).isZero();
    assertThat(context.metricGroup().getNumRecordsSendErrorsCounter().getCount()).isEqualTo(1);
    assertThat(context.gauge(RemoteWriteSinkMetrics.LAST_ERROR)).isEqualTo("too old sample");
    assertThat(context.gauge(RemoteWriteSinkMetrics.LAST_ERROR_STATUS)).isEqualTo(500);
  }

  @Test
  void doesNotSendWhatNoPrometheusTakes() throws Exception {
    writer.write(new Sample("a-b", Map.of(), 1, 1), null);
    writer.write(new Sample("up", Map.of("__name__", "down"), 1, 1), null);
    writer.write(Samples.ofSize(1, MAX_RECORD + 1), null);
    writer.write(Samples.ofSize(2, MAX_RECORD), null);
    writer.flush(true);

    assertThat(client.requests)
        .containsExactly(List.of(SeriesSample.of(Samples.ofSize(2, MAX_RECORD))));
    assertThat(dropped(DropReason.INVALID_LABELS)).isEqualTo(2);
    assertThat(dropped(DropReason.TOO_LARGE)).isEqualTo(1);
  }

  @Test
  void pausesWhileThereIsNoAnswerAndLetsACheckpointPass() throws Exception {
    client.then(new WriteAnswer.Unanswered(new ConnectException("refused")));
    write(0, BATCH);

    writer.flush(false);

    assertThat(client.requests).as("not sent again before the pause is over").hasSize(1);
    assertThat(snapshot()).isEqualTo(Samples.encoded(0, BATCH));
    assertThat(context.counter(RemoteWriteSinkMetrics.SAMPLES_RETRIED)).isEqualTo(BATCH);
    assertThat(context.gauge(RemoteWriteSinkMetrics.CONSECUTIVE_FAILURES)).isEqualTo(1);

    write(BATCH, BATCH + 1);
    assertThat(client.requests).hasSize(1);
    context.getTestProcessingTimeService().setCurrentTime(200);
    assertThat(context.gauge(RemoteWriteSinkMetrics.IN_FLIGHT_AGE)).isEqualTo(200L);
    write(BATCH + 1, BATCH + 2);
    writer.flush(true);

    assertThat(client.requests.stream().skip(1).flatMap(List::stream))
        .as("repeats first")
        .containsExactlyElementsOf(Samples.encoded(0, BATCH + 2));
    assertThat(context.gauge(RemoteWriteSinkMetrics.CONSECUTIVE_FAILURES)).isEqualTo(0);
    assertThat(context.gauge(RemoteWriteSinkMetrics.IN_FLIGHT_AGE)).isEqualTo(0L);
  }

  @Test
  void pausesForAsLongAsTheReceiverAsks() throws Exception {
    client.then(new WriteAnswer.Answered(503, "busy", Duration.ofMillis(900)));
    write(0, BATCH);
    writer.flush(false);

    context.getTestProcessingTimeService().setCurrentTime(899);
    write(BATCH, BATCH + 1);
    assertThat(client.requests).hasSize(1);
    context.getTestProcessingTimeService().setCurrentTime(900);
    writer.flush(true);

    assertThat(client.requests).hasSize(3);
  }

  @Test
  void retriesForEver() throws Exception {
    client.afterwards = samples -> TestingRemoteWriteClient.answer(500, "disk full");
    write(0, BATCH);
    for (int second = 1; second <= 200; second++) {
      context.getTestProcessingTimeService().setCurrentTime(second * 2_000L);
      context.runMails();
    }
    assertThat(client.requests).hasSizeGreaterThan(50).allMatch(Samples.encoded(0, BATCH)::equals);

    client.afterwards = samples -> TestingRemoteWriteClient.WRITTEN;
    context.getTestProcessingTimeService().setCurrentTime(1_000_000);
    writer.flush(true);

    assertThat(context.counter(RemoteWriteSinkMetrics.SAMPLES_WRITTEN)).isEqualTo(BATCH);
  }

  @Test
  void failsOnARefusedRequest() throws Exception {
    client.then(TestingRemoteWriteClient.answer(404, "remote write receiver needs to be enabled"));

    write(0, BATCH);

    assertThatThrownBy(() -> writer.flush(false))
        .hasStackTraceContaining("POST http://prometheus/api/v1/write with 4 samples")
        .hasStackTraceContaining("404 remote write receiver needs to be enabled");
  }

  @Test
  void failsInsteadOfDroppingTheStream() {
    client.afterwards = samples -> TestingRemoteWriteClient.answer(400, "snappy: corrupt input");

    assertThatThrownBy(
            () -> {
              write(0, 5 * BATCH);
              writer.flush(true);
            })
        .hasStackTraceContaining("the last 8 samples were all refused")
        .hasStackTraceContaining("400 snappy: corrupt input");
  }

  @Test
  void dropsAStreamThatIsTooOldToItsEnd() throws Exception {
    client.refuse(IntStream.range(0, 100).boxed().toList(), 500, "too old sample");

    for (int i = 0; i < 100; i++) {
      write(i, i + 1);
      context.runMails();
    }
    writer.flush(true);

    assertThat(dropped(DropReason.TOO_OLD)).isEqualTo(100);
  }

  @Test
  void sendsSmallerRequestsToAReceiverThatTakesNoLargeOnes() throws Exception {
    client.then(TestingRemoteWriteClient.answer(413, "too large"));
    write(0, BATCH);
    writer.flush(true);
    write(BATCH, 2 * BATCH);
    writer.flush(true);

    assertThat(client.requests.stream().map(List::size)).containsExactly(4, 2, 2, 2, 2);
    assertThat(context.counter(RemoteWriteSinkMetrics.SAMPLES_WRITTEN)).isEqualTo(2 * BATCH);
  }

  @Test
  void waitsForRoomWhenTooMuchIsBuffered() throws Exception {
    client.hold = true;
    write(0, 3 * BATCH);
    assertThat(client.requests).hasSize(1);
    CompletableFuture<WriteAnswer> underWay = client.held.remove();
    client.hold = false;
    Thread answers = new Thread(() -> underWay.complete(TestingRemoteWriteClient.WRITTEN));

    answers.start();
    write(3 * BATCH, 4 * BATCH);

    answers.join();
    assertThat(client.requests).as("the write waited for the answer").hasSizeGreaterThan(1);
  }

  @Test
  void closesTheClientAndIgnoresWhatComesAfterwards() throws Exception {
    client.hold = true;
    write(0, BATCH);

    writer.close();
    client.answerNext(TestingRemoteWriteClient.WRITTEN);

    assertThat(client.closed).isTrue();
  }

  private RemoteWriteWriter open(List<SeriesSample> restored) {
    context = new TestingWriterContext(RemoteWriteSinkMetrics.GROUP);
    Collection<BufferedRequestState<SeriesSample>> states =
        List.of(
            new BufferedRequestState<>(
                restored.stream().map(s -> new RequestEntryWrapper<>(s, 1)).toList()));
    RemoteWriteSettings settings =
        new RemoteWriteSettings(
            BATCH,
            600,
            2 * BATCH,
            2_000,
            1_000,
            MAX_RECORD,
            Duration.ofMillis(200),
            Duration.ofSeconds(1),
            2 * BATCH,
            true);
    return RemoteWriteWriter.open(
        context, settings, URI.create("http://prometheus/api/v1/write"), states, client, () -> 0);
  }

  private void write(int from, int to) throws Exception {
    for (int i = from; i < to; i++) {
      writer.write(Samples.sample(i), null);
    }
  }

  private long dropped(DropReason reason) {
    return context.counter(
        RemoteWriteSinkMetrics.REASON, reason.code(), RemoteWriteSinkMetrics.SAMPLES_DROPPED);
  }

  private List<SeriesSample> snapshot() {
    List<SeriesSample> samples = new ArrayList<>();
    for (BufferedRequestState<SeriesSample> state : writer.snapshotState(1)) {
      state.getBufferedRequestEntries().forEach(entry -> samples.add(entry.getRequestEntry()));
    }
    return samples;
  }
}
