package io.weir.sinks.prometheus;

import io.weir.model.metric.Sample;
import io.weir.sinks.support.Backoff;
import io.weir.sinks.support.EntryBuffer;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
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
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes samples by remote write. AsyncSink buffers, batches and checkpoints; this class decides
 * what an answer means, drops what is never taken and waits for the rest.
 *
 * <p>Everything but the sending itself happens on the task's thread: answers arrive there as mails.
 */
final class RemoteWriteWriter extends AsyncSinkWriter<Sample, SeriesSample> {
  private static final Logger LOG = LoggerFactory.getLogger(RemoteWriteWriter.class);

  /** AsyncSink gives a request up after this; the client's own timeouts come long before. */
  private static final Duration LAST_RESORT = Duration.ofMinutes(30);

  /** How long the halves of a refused batch are sent before a checkpoint may pass. */
  private static final Duration SPLIT_BUDGET = Duration.ofSeconds(5);

  private static final Duration LOG_INTERVAL = Duration.ofSeconds(10);

  /** One at a time, or a repeat would come after the samples that follow it. */
  private static final int IN_FLIGHT = 1;

  private final Encoder encoder;
  private final RemoteWriteSettings settings;
  private final URI url;
  private final MailboxExecutor mailbox;
  private final ProcessingTimeService time;
  private final WriteGate gate;
  private final RemoteWriteClient client;
  private final WriteExchange exchange;
  private final RemoteWriteSinkMetrics metrics;
  private final LogLimiter dropLog;
  private final LogLimiter pauseLog;

  private int rejectionsInARow;

  /**
   * Opens a writer.
   *
   * @param context Flink's context
   * @param settings batching, limits, repetition
   * @param url where the client writes to; for messages
   * @param states samples that waited when the checkpoint was taken; empty at a fresh start
   * @param client sends requests; closed by the writer
   * @param random gives numbers from 0 inclusive to 1 exclusive, for jitter
   */
  static RemoteWriteWriter open(
      WriterInitContext context,
      RemoteWriteSettings settings,
      URI url,
      Collection<BufferedRequestState<SeriesSample>> states,
      RemoteWriteClient client,
      DoubleSupplier random) {
    // A smaller limit than the one under which the state was written must not stop the restore.
    List<SeriesSample> tooLarge = new ArrayList<>();
    List<RequestEntryWrapper<SeriesSample>> waiting = new ArrayList<>();
    for (BufferedRequestState<SeriesSample> state : states) {
      for (RequestEntryWrapper<SeriesSample> entry : state.getBufferedRequestEntries()) {
        SeriesSample sample = entry.getRequestEntry();
        if (sample.sizeInBytes() > settings.maxRecordSizeInBytes()) {
          tooLarge.add(sample);
        } else {
          waiting.add(new RequestEntryWrapper<>(sample, sample.sizeInBytes()));
        }
      }
    }
    RemoteWriteWriter writer =
        new RemoteWriteWriter(
            new Encoder(),
            context,
            settings,
            url,
            waiting,
            new WriteGate(
                settings.maxBatchSize(),
                settings.maxBatchSizeInBytes(),
                new Backoff(settings.initialBackoff(), settings.maxBackoff(), random),
                context.getProcessingTimeService()::getCurrentProcessingTime),
            new EntryBuffer<>(settings.maxBufferedRequests(), settings.maxBufferedBytes()),
            client);
    tooLarge.forEach(writer::dropTooLarge);
    return writer;
  }

  private RemoteWriteWriter(
      Encoder encoder,
      WriterInitContext context,
      RemoteWriteSettings settings,
      URI url,
      List<RequestEntryWrapper<SeriesSample>> waiting,
      WriteGate gate,
      EntryBuffer<SeriesSample> buffer,
      RemoteWriteClient client) {
    super(
        encoder,
        context,
        AsyncSinkWriterConfiguration.builder()
            .setMaxBatchSize(settings.maxBatchSize())
            .setMaxBatchSizeInBytes(settings.maxBatchSizeInBytes())
            .setMaxInFlightRequests(IN_FLIGHT)
            .setMaxBufferedRequests(settings.maxBufferedRequests())
            .setMaxTimeInBufferMS(settings.maxTimeInBufferMS())
            .setMaxRecordSizeInBytes(settings.maxRecordSizeInBytes())
            .setRequestTimeoutMS(LAST_RESORT.toMillis())
            .setFailOnTimeout(false)
            .setRateLimitingStrategy(gate)
            .build(),
        List.of(new BufferedRequestState<>(waiting)),
        (request, ignored) -> buffer.take(request.getBatchSize(), gate.byteLimit()),
        buffer);
    this.encoder = encoder;
    this.settings = settings;
    this.url = url;
    this.mailbox = context.getMailboxExecutor();
    this.time = context.getProcessingTimeService();
    this.gate = gate;
    this.client = client;
    this.exchange =
        new WriteExchange(
            client,
            url,
            settings.tooOldByTime(),
            SPLIT_BUDGET.toMillis(),
            () -> TimeUnit.NANOSECONDS.toMillis(System.nanoTime()));
    this.metrics =
        new RemoteWriteSinkMetrics(
            context.metricGroup(), gate, buffer, time::getCurrentProcessingTime);
    this.dropLog = new LogLimiter(LOG_INTERVAL.toMillis(), time::getCurrentProcessingTime);
    this.pauseLog = new LogLimiter(LOG_INTERVAL.toMillis(), time::getCurrentProcessingTime);
  }

  @Override
  public void write(Sample sample, Context context) throws IOException, InterruptedException {
    Optional<String> problem = SeriesLabels.problemOf(sample);
    if (problem.isPresent()) {
      drop(DropReason.INVALID_LABELS, sample, problem.get());
      return;
    }
    SeriesSample encoded = encoder.encode(sample);
    if (encoded.sizeInBytes() > settings.maxRecordSizeInBytes()) {
      dropTooLarge(encoded);
      return;
    }
    super.write(sample, context);
  }

  @Override
  protected long getSizeInBytes(SeriesSample sample) {
    return sample.sizeInBytes();
  }

  @Override
  @SuppressWarnings("FutureReturnValueIgnored") // a mail takes the result and the failure
  protected void submitRequestEntries(
      List<SeriesSample> samples, ResultHandler<SeriesSample> handler) {
    long sentNanos = System.nanoTime();
    metrics.sent(time.getCurrentProcessingTime());
    exchange
        .send(samples)
        .whenComplete(
            (outcome, defect) -> {
              try {
                mailbox.execute(
                    () -> {
                      if (defect != null) {
                        throw new IllegalStateException("remote write went wrong", defect);
                      }
                      onOutcome(outcome, sentNanos, handler);
                    },
                    "Take the answer to a remote write");
              } catch (RejectedExecutionException e) {
                // The task is ending; what was under way is sent again after the recovery.
                LOG.debug("an answer came after the end of the task", e);
              }
            });
  }

  private void onOutcome(WriteOutcome outcome, long sentNanos, ResultHandler<SeriesSample> handler)
      throws Exception {
    long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - sentNanos);
    metrics.answered(outcome, millis, time.getCurrentProcessingTime());
    for (WriteOutcome.Drop drop : outcome.drops()) {
      logDrop(drop.reason(), drop.sample(), drop.words());
    }
    if (outcome.failure() != null) {
      throw outcome.failure();
    }
    guard(outcome);
    if (outcome.tooLargeBytes() > 0) {
      gate.onTooLarge(outcome.tooLargeBytes());
    }
    if (outcome.again().isEmpty()) {
      gate.onSuccess();
      handler.complete();
      return;
    }
    if (outcome.lacksCapacity()) {
      pause(outcome);
    } else {
      wakeAt(gate.breathe());
    }
    handler.retryForEntries(outcome.again());
  }

  private void pause(WriteOutcome outcome) {
    long opensAt = gate.pause(outcome.retryAfterMillis(), outcome.decided() > 0);
    wakeAt(opensAt);
    if (pauseLog.allows()) {
      LOG.warn(
          "{} did not take {} samples ({}); sending them again in {} ms. Failures in a row: {}.",
          url,
          outcome.again().size(),
          outcome.lastError(),
          opensAt - time.getCurrentProcessingTime(),
          gate.failures());
    }
  }

  /** Ends the job when it is not the samples that are wrong. */
  private void guard(WriteOutcome outcome) throws RemoteWriteException {
    if (outcome.written() > 0) {
      rejectionsInARow = 0;
    }
    for (WriteOutcome.Drop drop : outcome.drops()) {
      rejectionsInARow = drop.reason() == DropReason.REJECTED ? rejectionsInARow + 1 : 0;
      if (rejectionsInARow >= settings.maxRejectionsInARow()) {
        throw new RemoteWriteException(
            "POST "
                + url
                + ": the last "
                + rejectionsInARow
                + " samples were all refused, so the job stops instead of dropping the stream; "
                + drop.sample()
                + " was answered "
                + drop.words());
      }
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

  private void dropTooLarge(SeriesSample sample) {
    drop(
        DropReason.TOO_LARGE,
        sample,
        "it takes "
            + sample.sizeInBytes()
            + " bytes, the sink's limit is "
            + settings.maxRecordSizeInBytes());
  }

  private void drop(DropReason reason, Object sample, String words) {
    metrics.dropped(reason);
    logDrop(reason, sample, words);
  }

  private void logDrop(DropReason reason, Object sample, String words) {
    if (dropLog.allows()) {
      LOG.warn(
          "Dropped {} ({}): {}. {} more were dropped since the last such line.",
          sample,
          reason.code(),
          words,
          dropLog.takeSuppressed());
    }
  }

  @Override
  public void close() {
    super.close();
    client.close();
  }

  /** Encodes each sample once: its size must be known before AsyncSink asks for the entry. */
  private static final class Encoder implements ElementConverter<Sample, SeriesSample> {
    private static final long serialVersionUID = 1;

    private transient SeriesSample encoded;

    private SeriesSample encode(Sample sample) {
      encoded = SeriesSample.of(sample);
      return encoded;
    }

    @Override
    public SeriesSample apply(Sample sample, Context context) {
      SeriesSample result = encoded;
      encoded = null;
      return result;
    }
  }
}
