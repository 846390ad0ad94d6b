package io.weir.sinks.prometheus;

import io.weir.sinks.support.EntryBuffer;
import io.weir.sinks.support.LatencyHistogram;
import java.util.EnumMap;
import java.util.Map;
import java.util.function.LongSupplier;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.Histogram;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.metrics.groups.SinkWriterMetricGroup;

/**
 * The sink's metrics, all under the group {@value #GROUP} of the operator. Flink's own {@code
 * numRecordsSend} and {@code numBytesSend} count what was sent, repeats included, and {@code
 * numRecordsSendErrors} what was dropped. Updated on the task's thread.
 */
public final class RemoteWriteSinkMetrics {
  public static final String GROUP = "remoteWrite";

  /** Samples that the receiver took. */
  public static final String SAMPLES_WRITTEN = "samplesWritten";

  /** Bytes of those samples in requests, before compression. */
  public static final String BYTES_WRITTEN = "bytesWritten";

  /** Samples that are never taken, by {@link #REASON}; see {@link DropReason}. */
  public static final String SAMPLES_DROPPED = "samplesDropped";

  /** Label of {@link #SAMPLES_DROPPED}. */
  public static final String REASON = "reason";

  /** Times a sample was put back to be sent again. */
  public static final String SAMPLES_RETRIED = "samplesRetried";

  /** Requests answered or given up; halves of a refused batch count. */
  public static final String REQUESTS = "requests";

  /** Milliseconds from sending a batch until all of it is decided or put back, latest 1,000. */
  public static final String BATCH_MILLIS = "batchMillis";

  /** Samples that wait to be sent. */
  public static final String SAMPLES_BUFFERED = "samplesBuffered";

  /**
   * How long the batch at the head has been waiting for the receiver to take any of it, in
   * milliseconds; 0 when nothing is under way. Grows while the receiver is away.
   */
  public static final String IN_FLIGHT_AGE = "inFlightAgeMillis";

  /** Failures for lack of capacity in a row; 0 while the receiver takes everything. */
  public static final String CONSECUTIVE_FAILURES = "consecutiveFailures";

  /** The last error in the receiver's words, for people; empty before the first. */
  public static final String LAST_ERROR = "lastError";

  /** HTTP status of the last error, 0 where there was no answer. */
  public static final String LAST_ERROR_STATUS = "lastErrorStatus";

  /** When the last error came, epoch milliseconds; 0 before the first. */
  public static final String LAST_ERROR_TIME = "lastErrorTime";

  private static final long NOTHING = Long.MIN_VALUE;

  private final Counter sendErrors;
  private final Counter written;
  private final Counter bytesWritten;
  private final Counter retried;
  private final Counter requests;
  private final Histogram batchMillis;
  private final Map<DropReason, Counter> dropped = new EnumMap<>(DropReason.class);

  private volatile long inFlightSince = NOTHING;
  private volatile String lastError = "";
  private volatile int lastErrorStatus;
  private volatile long lastErrorTime;

  RemoteWriteSinkMetrics(
      SinkWriterMetricGroup writer,
      WriteGate gate,
      EntryBuffer<SeriesSample> buffer,
      LongSupplier clockMillis) {
    MetricGroup group = writer.addGroup(GROUP);
    sendErrors = writer.getNumRecordsSendErrorsCounter();
    written = group.counter(SAMPLES_WRITTEN);
    bytesWritten = group.counter(BYTES_WRITTEN);
    retried = group.counter(SAMPLES_RETRIED);
    requests = group.counter(REQUESTS);
    batchMillis = group.histogram(BATCH_MILLIS, new LatencyHistogram(1_000));
    // All of them from the start: an alert on an increase needs the zero before it.
    for (DropReason reason : DropReason.values()) {
      dropped.put(reason, group.addGroup(REASON, reason.code()).counter(SAMPLES_DROPPED));
    }
    group.gauge(SAMPLES_BUFFERED, buffer::entries);
    group.gauge(CONSECUTIVE_FAILURES, gate::failures);
    group.gauge(
        IN_FLIGHT_AGE,
        () -> {
          long since = inFlightSince;
          return since == NOTHING ? 0 : Math.max(0, clockMillis.getAsLong() - since);
        });
    group.gauge(LAST_ERROR, () -> lastError);
    group.gauge(LAST_ERROR_STATUS, () -> lastErrorStatus);
    group.gauge(LAST_ERROR_TIME, () -> lastErrorTime);
  }

  /** Records that a batch is sent. */
  void sent(long nowMillis) {
    if (inFlightSince == NOTHING) {
      inFlightSince = nowMillis;
    }
  }

  /** Records the outcome of a batch. */
  void answered(WriteOutcome outcome, long millis, long nowMillis) {
    requests.inc(outcome.requests());
    batchMillis.update(millis);
    written.inc(outcome.written());
    bytesWritten.inc(outcome.writtenBytes());
    retried.inc(outcome.again().size());
    outcome.drops().forEach(drop -> dropped(drop.reason()));
    if (outcome.again().isEmpty()) {
      inFlightSince = NOTHING;
    } else if (outcome.decided() > 0) {
      inFlightSince = nowMillis;
    }
    if (outcome.lastError() != null) {
      lastErrorStatus = outcome.lastError().status();
      lastErrorTime = System.currentTimeMillis();
      lastError = outcome.lastError().words();
    }
  }

  /** Records a sample that is never taken. */
  void dropped(DropReason reason) {
    sendErrors.inc();
    dropped.get(reason).inc();
  }
}
