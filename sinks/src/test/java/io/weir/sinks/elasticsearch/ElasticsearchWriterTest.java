package io.weir.sinks.elasticsearch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weir.model.deadletter.DeadLetter;
import io.weir.sinks.support.TestingWriterContext;
import java.io.IOException;
import java.net.ConnectException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.apache.flink.connector.base.sink.writer.BufferedRequestState;
import org.apache.flink.connector.base.sink.writer.RequestEntryWrapper;
import org.apache.flink.metrics.Histogram;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ElasticsearchWriterTest {
  private static final int BATCH = 4;
  private static final long MAX_RECORD = 300;

  private final TestingWriterContext context =
      new TestingWriterContext(ElasticsearchSinkMetrics.GROUP);
  private final TestingBulkClient client = new TestingBulkClient();
  private final TestingDeadLetters deadLetters = new TestingDeadLetters();
  private ElasticsearchWriter<BulkDocument> writer = open(List.of());

  @Test
  void sendsABatchAsSoonAsItIsFull() throws Exception {
    write(0, BATCH - 1);
    assertThat(client.requests).isEmpty();

    write(BATCH - 1, BATCH);
    context.runMails();

    assertThat(client.requests).containsExactly(Documents.documents(BATCH));
    assertThat(context.counter(ElasticsearchSinkMetrics.DOCUMENTS_STORED)).isEqualTo(BATCH);
    assertThat(context.counter(ElasticsearchSinkMetrics.BYTES_STORED))
        .isEqualTo(BATCH * Documents.document(0).sizeInBytes());
    assertThat(context.counter(ElasticsearchSinkMetrics.REQUESTS)).isEqualTo(1);
    assertThat(
            context
                .metric(Histogram.class, ElasticsearchSinkMetrics.REQUEST_MILLIS)
                .getStatistics()
                .size())
        .isEqualTo(1);
  }

  @Test
  void sendsWhatWaitsWhenItsTimeIsUp() throws Exception {
    write(0, 1);

    context.getTestProcessingTimeService().setCurrentTime(1_000);

    assertThat(client.requests).containsExactly(Documents.documents(1));
  }

  @Test
  void sendsTheRestAtTheEndOfTheInput() throws Exception {
    write(0, BATCH + 1);

    writer.flush(true);

    assertThat(client.requests.stream().map(List::size)).containsExactly(BATCH, 1);
  }

  @Test
  void keepsWhatWaitsInACheckpoint() throws Exception {
    write(0, 3);

    writer.flush(false);

    assertThat(client.requests).isEmpty();
    assertThat(snapshot()).isEqualTo(Documents.documents(3));
  }

  @Test
  void sendsWhatARestoredCheckpointHolds() throws Exception {
    writer = open(Documents.documents(3));

    write(3, 4);
    writer.flush(true);

    assertThat(client.requests).containsExactly(Documents.documents(4));
  }

  @Test
  void deadLettersWhatARestoredCheckpointHoldsAndIsNowTooLarge() throws Exception {
    BulkDocument large = Documents.ofSize(1, (int) MAX_RECORD + 1);

    writer = open(List.of(Documents.document(0), large, Documents.document(2)));
    writer.flush(true);

    assertThat(client.idsOf(0))
        .containsExactly(Documents.document(0).id(), Documents.document(2).id());
    assertThat(deadLetters.letters).extracting(DeadLetter::origin).containsExactly(large.origin());
  }

  @Test
  void takesARepeatForSuccess() throws Exception {
    client.then(Answers.all(BATCH, Answers.REPEATED));

    write(0, BATCH);
    writer.flush(true);

    assertThat(client.requests).hasSize(1);
    assertThat(context.counter(ElasticsearchSinkMetrics.DOCUMENTS_ALREADY_STORED)).isEqualTo(BATCH);
    assertThat(deadLetters.letters).isEmpty();
    assertThat(context.metricGroup().getNumRecordsSendErrorsCounter().getCount()).isZero();
  }

  /** An alert on an increase needs the zero before it. */
  @Test
  void showsEveryReasonOfRejectionBeforeTheFirst() {
    for (RejectionReason reason : RejectionReason.values()) {
      assertThat(
              context.counter(
                  ElasticsearchSinkMetrics.REASON,
                  reason.code(),
                  ElasticsearchSinkMetrics.DOCUMENTS_DEAD_LETTERED))
          .as(reason.code())
          .isZero();
    }
  }

  @Test
  void deadLettersARejectedDocumentInElasticsearchsWords() throws Exception {
    client.then(Answers.judged(Answers.STORED, Answers.UNPARSABLE, Answers.STORED, Answers.STORED));

    write(0, BATCH);
    writer.flush(true);

    BulkDocument rejected = Documents.document(1);
    assertThat(deadLetters.letters)
        .containsExactly(
            new DeadLetter(
                rejected.origin(),
                DeadLetter.Stage.WRITE,
                DeadLetter.Store.ELASTICSEARCH,
                "mapping_rejected",
                Answers.UNPARSABLE.error().toString(),
                DeadLetter.PayloadKind.DOCUMENT,
                rejected.source()));
    assertThat(client.requests).hasSize(1);
    assertThat(
            context.counter(
                ElasticsearchSinkMetrics.REASON,
                "mapping_rejected",
                ElasticsearchSinkMetrics.DOCUMENTS_DEAD_LETTERED))
        .isEqualTo(1);
    assertThat(context.metricGroup().getNumRecordsSendErrorsCounter().getCount()).isEqualTo(1);
    assertThat(context.gauge(ElasticsearchSinkMetrics.LAST_ERROR_STATUS)).isEqualTo(400);
    assertThat(context.gauge(ElasticsearchSinkMetrics.LAST_ERROR).toString())
        .contains("failed to parse field [n]");
  }

  @Test
  void countsARequestAsUnderWayUntilItsDeadLettersAreStored() throws Exception {
    deadLetters.hold = true;
    client.then(Answers.judged(Answers.UNPARSABLE, Answers.STORED, Answers.STORED, Answers.STORED));
    write(0, BATCH);
    context.runMails();
    assertThat(context.gauge(ElasticsearchSinkMetrics.REQUESTS_IN_FLIGHT)).isEqualTo(1);

    Thread acknowledges =
        new Thread(() -> deadLetters.acknowledgements.forEach(a -> a.complete(null)));
    acknowledges.start();
    writer.flush(false);
    acknowledges.join();

    assertThat(context.gauge(ElasticsearchSinkMetrics.REQUESTS_IN_FLIGHT)).isEqualTo(0);
  }

  @Test
  void failsWhenADeadLetterCannotBeStored() throws Exception {
    deadLetters.hold = true;
    client.then(Answers.judged(Answers.UNPARSABLE, Answers.STORED, Answers.STORED, Answers.STORED));
    write(0, BATCH);
    context.runMails();

    deadLetters.acknowledgements.get(0).completeExceptionally(new IOException("no broker"));

    assertThatThrownBy(context::runMails).hasStackTraceContaining("no broker");
  }

  @Test
  void deadLettersADocumentThatIsTooLargeBeforeItIsSent() throws Exception {
    BulkDocument large = Documents.ofSize(7, (int) MAX_RECORD + 1);

    writer.write(large, null);
    writer.write(Documents.ofSize(8, (int) MAX_RECORD - 2), null);
    writer.flush(true);

    assertThat(client.idsOf(0)).containsExactly(Documents.document(8).id());
    assertThat(deadLetters.letters)
        .singleElement()
        .satisfies(
            letter -> {
              assertThat(letter.reason()).isEqualTo("document_too_large");
              assertThat(letter.detail()).contains("301 bytes").contains("limit is 300");
              assertThat(letter.payload()).isEqualTo(large.source());
            });
  }

  @Test
  void leavesRoomForTheLongerNameOfTheLateIndex() throws Exception {
    writer.write(Documents.ofSize(7, (int) MAX_RECORD - 1), null);
    client.then(Answers.judged(Answers.CLOSED));
    writer.write(Documents.ofSize(8, (int) MAX_RECORD - 2), null);
    writer.flush(true);

    assertThat(deadLetters.letters)
        .extracting(DeadLetter::origin)
        .containsExactly(Documents.origin(7));
    assertThat(client.requests.get(1).get(0).sizeInBytes()).isEqualTo(MAX_RECORD);
  }

  @Test
  void awaitsTheDeadLettersOfLargeDocumentsAtACheckpoint() throws Exception {
    deadLetters.hold = true;
    writer.write(Documents.ofSize(7, (int) MAX_RECORD + 1), null);
    AtomicBoolean acknowledged = new AtomicBoolean();
    Thread acknowledges =
        new Thread(
            () -> {
              acknowledged.set(true);
              deadLetters.acknowledgements.get(0).complete(null);
            });

    acknowledges.start();
    writer.flush(false);

    assertThat(acknowledged).isTrue();
    acknowledges.join();
  }

  @Test
  void sendsDocumentsOfARetiredIndexToTheLateOneAtOnce() throws Exception {
    client.then(Answers.judged(Answers.STORED, Answers.CLOSED, Answers.STORED, Answers.CLOSED));

    write(0, BATCH);
    writer.flush(true);

    assertThat(client.requests.get(1))
        .containsExactly(
            Documents.document(1).inIndex(Documents.LATE_INDEX),
            Documents.document(3).inIndex(Documents.LATE_INDEX));
    assertThat(context.counter(ElasticsearchSinkMetrics.DOCUMENTS_REROUTED_LATE)).isEqualTo(2);
    assertThat(context.gauge(ElasticsearchSinkMetrics.CONSECUTIVE_FAILURES)).isEqualTo(0);
  }

  @Test
  void pausesAfterALackOfCapacityAndLetsACheckpointPass() throws Exception {
    client.then(Answers.all(BATCH, Answers.REJECTED_EXECUTION));
    write(0, BATCH);

    writer.flush(false);

    assertThat(client.requests).as("not sent again before the pause is over").hasSize(1);
    assertThat(snapshot()).isEqualTo(Documents.documents(BATCH));
    assertThat(context.counter(ElasticsearchSinkMetrics.DOCUMENTS_RETRIED)).isEqualTo(BATCH);
    assertThat(context.gauge(ElasticsearchSinkMetrics.CONSECUTIVE_FAILURES)).isEqualTo(1);
    assertThat(context.gauge(ElasticsearchSinkMetrics.REQUESTS_IN_FLIGHT_LIMIT)).isEqualTo(1);

    write(BATCH, BATCH + 1);
    assertThat(client.requests).hasSize(1);
    context.getTestProcessingTimeService().setCurrentTime(200);
    write(BATCH + 1, BATCH + 2);
    assertThat(client.requests).hasSize(2);
    assertThat(client.requests.get(1)).as("repeats first").isEqualTo(Documents.documents(BATCH));
    writer.flush(true);

    assertThat(client.requests.stream().skip(1).flatMap(List::stream))
        .containsExactlyElementsOf(Documents.documents(BATCH + 2));
    assertThat(context.gauge(ElasticsearchSinkMetrics.CONSECUTIVE_FAILURES)).isEqualTo(0);
    assertThat(deadLetters.letters).isEmpty();
  }

  @Test
  void sendsEverythingAgainAfterNoAnswer() throws Exception {
    client.then(new BulkAnswer.Unanswered(new ConnectException("refused")));
    write(0, BATCH);
    writer.flush(false);
    assertThat(context.gauge(ElasticsearchSinkMetrics.LAST_ERROR_STATUS)).isEqualTo(0);
    assertThat(context.gauge(ElasticsearchSinkMetrics.LAST_ERROR).toString()).contains("refused");

    context.getTestProcessingTimeService().setCurrentTime(200);
    writer.flush(true);

    assertThat(client.requests)
        .containsExactly(Documents.documents(BATCH), Documents.documents(BATCH));
  }

  @Test
  void failsOnARefusedRequest() throws Exception {
    client.then(Answers.refused(403, "security_exception", "action is unauthorized"));

    write(0, BATCH);

    assertThatThrownBy(() -> writer.flush(false))
        .hasStackTraceContaining("answered 403 security_exception: action is unauthorized");
  }

  @Test
  void failsInsteadOfDeadLetteringTheStream() throws Exception {
    client.afterwards = documents -> Answers.all(documents.size(), Answers.UNPARSABLE);

    assertThatThrownBy(
            () -> {
              write(0, 5 * BATCH);
              writer.flush(true);
            })
        .hasStackTraceContaining("rejected for the same reason");
    assertThat(deadLetters.letters).as("those before the guard had seen 8").hasSize(BATCH);
  }

  @Test
  void waitsForRoomWhenTooMuchIsBuffered() throws Exception {
    client.hold = true;
    write(0, 2 * BATCH);
    assertThat(client.requests).as("all that may be under way").hasSize(2);
    write(2 * BATCH, 4 * BATCH);
    assertThat(client.requests).hasSize(2);
    List<CompletableFuture<BulkAnswer>> underWay = List.copyOf(client.held);
    client.hold = false;
    Thread answers =
        new Thread(() -> underWay.forEach(answer -> answer.complete(Answers.ALL_STORED)));

    answers.start();
    write(4 * BATCH, 4 * BATCH + 1);

    answers.join();
    assertThat(client.requests).as("the write waited for answers").hasSizeGreaterThan(2);
  }

  @Test
  void closesWhatItWasGiven() throws Exception {
    client.hold = true;
    write(0, BATCH);

    writer.close();
    client.answerNext(Answers.ALL_STORED);

    assertThat(client.closed).isTrue();
    assertThat(deadLetters.closed).isTrue();
  }

  private ElasticsearchWriter<BulkDocument> open(List<BulkDocument> restored) {
    Collection<BufferedRequestState<BulkDocument>> states =
        List.of(
            new BufferedRequestState<>(
                restored.stream().map(d -> new RequestEntryWrapper<>(d, 1)).toList()));
    BulkSettings settings =
        new BulkSettings(
            BATCH,
            600,
            2,
            2 * BATCH,
            2_000,
            1_000,
            MAX_RECORD,
            Duration.ofMillis(200),
            Duration.ofSeconds(1),
            3,
            0.75,
            2 * BATCH,
            false);
    return ElasticsearchWriter.open(
        (document, ignored) -> document, context, settings, states, client, deadLetters, () -> 0);
  }

  private void write(int from, int to) throws Exception {
    for (int i = from; i < to; i++) {
      writer.write(Documents.document(i), null);
    }
  }

  private List<BulkDocument> snapshot() {
    List<BulkDocument> documents = new ArrayList<>();
    for (BufferedRequestState<BulkDocument> state : writer.snapshotState(1)) {
      Stream<BulkDocument> waiting =
          state.getBufferedRequestEntries().stream().map(RequestEntryWrapper::getRequestEntry);
      waiting.forEach(documents::add);
    }
    return documents;
  }
}
