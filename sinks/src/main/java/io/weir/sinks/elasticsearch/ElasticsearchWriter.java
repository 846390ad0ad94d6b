package io.weir.sinks.elasticsearch;

import io.weir.model.deadletter.DeadLetter;
import io.weir.model.index.HotIndices;
import io.weir.sinks.deadletter.DeadLetterChannel;
import io.weir.sinks.support.Backoff;
import io.weir.sinks.support.EntryBuffer;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.DoubleSupplier;
import org.apache.flink.api.common.operators.MailboxExecutor;
import org.apache.flink.api.common.operators.ProcessingTimeService;
import org.apache.flink.api.connector.sink2.WriterInitContext;
import org.apache.flink.connector.base.sink.writer.AsyncSinkWriter;
import org.apache.flink.connector.base.sink.writer.BufferedRequestState;
import org.apache.flink.connector.base.sink.writer.ElementConverter;
import org.apache.flink.connector.base.sink.writer.RequestEntryWrapper;
import org.apache.flink.connector.base.sink.writer.ResultHandler;
import org.apache.flink.connector.base.sink.writer.config.AsyncSinkWriterConfiguration;
import org.apache.flink.util.IOUtils;
import org.apache.flink.util.function.BiConsumerWithException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes documents in bulk requests. AsyncSink buffers, batches and checkpoints; this class decides
 * what an answer means for each document, and counts a document as done only once Elasticsearch or
 * the dead letters have it.
 *
 * <p>Everything but the sending itself happens on the task's thread: answers arrive there as mails.
 */
final class ElasticsearchWriter<InputT> extends AsyncSinkWriter<InputT, BulkDocument> {
  private static final Logger LOG = LoggerFactory.getLogger(ElasticsearchWriter.class);

  /** Dead letters of oversized documents that may be under way before writing waits. */
  private static final int MAX_PENDING_LETTERS = 100;

  /** AsyncSink gives a request up after this; the client's own timeouts come long before. */
  private static final Duration LAST_RESORT = Duration.ofMinutes(30);

  private static final int LATE_NAME_LENGTH = HotIndices.late(0).length();

  private final OnceConverted<InputT> converter;
  private final BulkSettings settings;
  private final MailboxExecutor mailbox;
  private final ProcessingTimeService time;
  private final CongestionControl control;
  private final RejectionGuard guard;
  private final BulkClient client;
  private final BulkExchange exchange;
  private final DeadLetterChannel deadLetters;
  private final ElasticsearchSinkMetrics metrics;

  private int pendingLetters;

  /**
   * Opens a writer.
   *
   * @param converter makes the document of an element
   * @param context Flink's context
   * @param settings batching, limits, repetition
   * @param states documents that waited when the checkpoint was taken; empty at a fresh start
   * @param client sends requests; closed by the writer
   * @param deadLetters takes what Elasticsearch refuses; closed by the writer
   * @param random gives numbers from 0 inclusive to 1 exclusive, for jitter
   */
  static <T> ElasticsearchWriter<T> open(
      ElementConverter<T, BulkDocument> converter,
      WriterInitContext context,
      BulkSettings settings,
      Collection<BufferedRequestState<BulkDocument>> states,
      BulkClient client,
      DeadLetterChannel deadLetters,
      DoubleSupplier random) {
    // A smaller limit than the one under which the state was written must not stop the restore.
    List<BulkDocument> tooLarge = new ArrayList<>();
    List<RequestEntryWrapper<BulkDocument>> waiting = new ArrayList<>();
    for (BufferedRequestState<BulkDocument> state : states) {
      for (RequestEntryWrapper<BulkDocument> entry : state.getBufferedRequestEntries()) {
        BulkDocument document = entry.getRequestEntry();
        if (isTooLarge(document, settings)) {
          tooLarge.add(document);
        } else {
          waiting.add(new RequestEntryWrapper<>(document, document.sizeInBytes()));
        }
      }
    }
    ElasticsearchWriter<T> writer =
        new ElasticsearchWriter<>(
            new OnceConverted<>(converter),
            context,
            settings,
            waiting,
            new CongestionControl(
                settings.maxInFlightRequests(),
                settings.maxBatchSize(),
                settings.maxBatchSizeInBytes(),
                new Backoff(settings.initialBackoff(), settings.maxBackoff(), random),
                context.getProcessingTimeService()::getCurrentProcessingTime),
            new EntryBuffer<>(settings.maxBufferedRequests(), settings.maxBufferedBytes()),
            client,
            deadLetters);
    tooLarge.forEach(writer::sendTooLarge);
    return writer;
  }

  private ElasticsearchWriter(
      OnceConverted<InputT> converter,
      WriterInitContext context,
      BulkSettings settings,
      List<RequestEntryWrapper<BulkDocument>> waiting,
      CongestionControl control,
      EntryBuffer<BulkDocument> buffer,
      BulkClient client,
      DeadLetterChannel deadLetters) {
    super(
        converter,
        context,
        AsyncSinkWriterConfiguration.builder()
            .setMaxBatchSize(settings.maxBatchSize())
            .setMaxBatchSizeInBytes(settings.maxBatchSizeInBytes())
            .setMaxInFlightRequests(settings.maxInFlightRequests())
            .setMaxBufferedRequests(settings.maxBufferedRequests())
            .setMaxTimeInBufferMS(settings.maxTimeInBufferMS())
            .setMaxRecordSizeInBytes(settings.maxRecordSizeInBytes())
            .setRequestTimeoutMS(LAST_RESORT.toMillis())
            .setFailOnTimeout(false)
            .setRateLimitingStrategy(control)
            .build(),
        List.of(new BufferedRequestState<>(waiting)),
        (request, ignored) -> buffer.take(request.getBatchSize(), control.byteLimit()),
        buffer);
    this.converter = converter;
    this.settings = settings;
    this.mailbox = context.getMailboxExecutor();
    this.time = context.getProcessingTimeService();
    this.control = control;
    this.guard = new RejectionGuard(settings.rejectionShare(), settings.rejectionMinimum());
    this.client = client;
    this.exchange = new BulkExchange(client, settings.maxUnexplainedAttempts());
    this.deadLetters = deadLetters;
    this.metrics = new ElasticsearchSinkMetrics(context.metricGroup(), control, buffer);
  }

  @Override
  public void write(InputT element, Context context) throws IOException, InterruptedException {
    BulkDocument document = converter.convert(element, context);
    if (!isTooLarge(document, settings)) {
      super.write(element, context);
      return;
    }
    while (pendingLetters >= MAX_PENDING_LETTERS) {
      mailbox.yield();
    }
    sendTooLarge(document);
  }

  @Override
  public void flush(boolean endOfInput) throws InterruptedException {
    // First, because yielding runs timers, which may send requests; only write adds letters here.
    while (pendingLetters > 0) {
      mailbox.yield();
    }
    super.flush(endOfInput);
  }

  @Override
  protected long getSizeInBytes(BulkDocument document) {
    return document.sizeInBytes();
  }

  @Override
  protected void submitRequestEntries(
      List<BulkDocument> documents, ResultHandler<BulkDocument> handler) {
    long epoch = control.epoch();
    long sentNanos = System.nanoTime();
    onTaskThread(
        exchange.send(documents),
        (outcome, defect) -> {
          if (defect != null) {
            throw new IllegalStateException("bulk answer not understood", defect);
          }
          onOutcome(outcome, epoch, sentNanos, handler);
        });
  }

  private void onOutcome(
      BulkOutcome outcome, long epoch, long sentNanos, ResultHandler<BulkDocument> handler)
      throws Exception {
    long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - sentNanos);
    metrics.answered(outcome, millis, System.currentTimeMillis());
    if (outcome.failure() != null) {
      throw outcome.failure();
    }
    guard.check(outcome);
    adapt(outcome, epoch);
    List<CompletableFuture<Void>> letters = new ArrayList<>(outcome.rejections().size());
    for (BulkOutcome.Rejection rejection : outcome.rejections()) {
      letters.add(send(rejection.document(), rejection.reason(), rejection.error().toString()));
    }
    if (letters.isEmpty()) {
      finish(outcome, handler);
      return;
    }
    onTaskThread(
        CompletableFuture.allOf(letters.toArray(CompletableFuture[]::new)),
        (done, failure) -> {
          failOn(failure);
          outcome.rejections().forEach(r -> metrics.deadLettered(r.reason()));
          finish(outcome, handler);
        });
  }

  private void adapt(BulkOutcome outcome, long epoch) {
    if (outcome.tooLargeBytes() > 0) {
      control.onTooLarge(outcome.tooLargeBytes());
      LOG.warn(
          "Elasticsearch refuses bulk requests of {} bytes as too large; sending at most {} from"
              + " now on. Set the sink's batch size below http.max_content_length.",
          outcome.tooLargeBytes(),
          control.byteLimit());
    }
    if (outcome.again().isEmpty()) {
      control.onSuccess(epoch);
      return;
    }
    long before = control.epoch();
    long opensAt = control.onCongestion(epoch, outcome.unanswered(), outcome.decided() > 0);
    if (control.epoch() != before) {
      wakeAt(opensAt);
      LOG.warn(
          "Elasticsearch did not take {} documents ({}); pausing for {} ms, then at most {}"
              + " requests at a time. Failures in a row: {}.",
          outcome.again().size(),
          outcome.lastError(),
          opensAt - time.getCurrentProcessingTime(),
          control.inFlightLimit(),
          control.failures());
    }
  }

  /** Delivers a mail once the gate is open, so that a write that waits for it looks again. */
  @SuppressWarnings("FutureReturnValueIgnored") // nothing awaits or cancels the timer
  private void wakeAt(long opensAt) {
    time.registerTimer(
        opensAt,
        at -> {
          // The wall clock may have been set back.
          if (time.getCurrentProcessingTime() < opensAt) {
            wakeAt(opensAt);
          }
        });
  }

  private static void finish(BulkOutcome outcome, ResultHandler<BulkDocument> handler) {
    if (outcome.again().isEmpty() && outcome.late().isEmpty()) {
      handler.complete();
      return;
    }
    List<BulkDocument> resend = new ArrayList<>(outcome.again().size() + outcome.late().size());
    resend.addAll(outcome.again());
    resend.addAll(outcome.late());
    handler.retryForEntries(resend);
  }

  private void sendTooLarge(BulkDocument document) {
    String reason = RejectionReason.DOCUMENT_TOO_LARGE.code();
    String detail =
        "the document takes "
            + document.sizeInBytes()
            + " bytes in a bulk request, the sink's limit is "
            + settings.maxRecordSizeInBytes();
    pendingLetters++;
    onTaskThread(
        send(document, reason, detail),
        (done, failure) -> {
          failOn(failure);
          pendingLetters--;
          metrics.deadLettered(reason);
        });
  }

  private CompletableFuture<Void> send(BulkDocument document, String reason, String detail) {
    DeadLetter letter =
        new DeadLetter(
            document.origin(),
            DeadLetter.Stage.WRITE,
            DeadLetter.Store.ELASTICSEARCH,
            reason,
            detail,
            DeadLetter.PayloadKind.DOCUMENT,
            document.source());
    try {
      return deadLetters.send(letter);
    } catch (RuntimeException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  private static void failOn(Throwable failure) throws IOException {
    if (failure != null) {
      throw new IOException(
          "the dead letter of a document that Elasticsearch cannot take could not be stored",
          failure);
    }
  }

  /** Goes on with a result as a mail; what {@code next} throws fails the job. */
  @SuppressWarnings("FutureReturnValueIgnored") // next is given the failure
  private <T> void onTaskThread(
      CompletableFuture<T> result, BiConsumerWithException<T, Throwable, Exception> next) {
    result.whenComplete(
        (value, failure) -> {
          try {
            mailbox.execute(
                () -> next.accept(value, failure), "Take a result of the sink's requests");
          } catch (RejectedExecutionException e) {
            // The task is ending; what was under way is sent again after the recovery.
            LOG.debug("a result came after the end of the task", e);
          }
        });
  }

  /** A document may be renamed to its late index, which must not make it too large. */
  private static boolean isTooLarge(BulkDocument document, BulkSettings settings) {
    int growth = Math.max(0, LATE_NAME_LENGTH - document.index().length());
    return document.sizeInBytes() + growth > settings.maxRecordSizeInBytes();
  }

  @Override
  public void close() {
    super.close();
    IOUtils.closeAllQuietly(client, deadLetters);
  }

  /**
   * Converts each element once: the size must be known before AsyncSink sees the document, and
   * AsyncSink asks for it again.
   */
  private static final class OnceConverted<T> implements ElementConverter<T, BulkDocument> {
    private static final long serialVersionUID = 1;

    private final ElementConverter<T, BulkDocument> converter;
    private transient BulkDocument converted;

    private OnceConverted(ElementConverter<T, BulkDocument> converter) {
      this.converter = converter;
    }

    private BulkDocument convert(T element, Context context) {
      converted = converter.apply(element, context);
      return converted;
    }

    @Override
    public void open(WriterInitContext context) {
      converter.open(context);
    }

    @Override
    public BulkDocument apply(T element, Context context) {
      BulkDocument document = converted;
      converted = null;
      return document;
    }
  }
}
