package io.weir.sinks.elasticsearch;

import io.weir.sinks.support.EntryBuffer;
import io.weir.sinks.support.LatencyHistogram;
import java.util.HashMap;
import java.util.Map;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.Histogram;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.metrics.groups.SinkWriterMetricGroup;

/**
 * The sink's metrics, all under the group {@value #GROUP} of the operator. Flink's own {@code
 * numRecordsSend} and {@code numBytesSend} count what was sent, repeats included, and {@code
 * numRecordsSendErrors} what went to the dead letters. Used on the task's thread.
 */
public final class ElasticsearchSinkMetrics {
  public static final String GROUP = "elasticsearch";

  /** Documents that Elasticsearch stored. */
  public static final String DOCUMENTS_STORED = "documentsStored";

  /** Bytes of those documents in bulk requests, before compression. */
  public static final String BYTES_STORED = "bytesStored";

  /** Documents that had been stored before: repeats after a lost answer or a recovery. */
  public static final String DOCUMENTS_ALREADY_STORED = "documentsAlreadyStored";

  /** Times a document was put back to be sent again. */
  public static final String DOCUMENTS_RETRIED = "documentsRetried";

  /** Documents sent to a late index because theirs takes no more writes. */
  public static final String DOCUMENTS_REROUTED_LATE = "documentsReroutedLate";

  /** Documents sent to the dead letters, by {@link #REASON}. */
  public static final String DOCUMENTS_DEAD_LETTERED = "documentsDeadLettered";

  /** Label of {@link #DOCUMENTS_DEAD_LETTERED}. */
  public static final String REASON = "reason";

  /** Values of promoted fields that are not of the field's type and have no column therefore. */
  public static final String PROMOTED_VALUES_LEFT_OUT = "promotedValuesLeftOut";

  /** Documents flagged because they have more fields than are made searchable; all are stored. */
  public static final String FIELD_TERMS_TRUNCATED = "fieldTermsTruncated";

  /** Bulk requests answered or given up. */
  public static final String REQUESTS = "requests";

  /** Bulk requests under way. */
  public static final String REQUESTS_IN_FLIGHT = "requestsInFlight";

  /** How many bulk requests may be under way now; falls when Elasticsearch lacks capacity. */
  public static final String REQUESTS_IN_FLIGHT_LIMIT = "requestsInFlightLimit";

  /** Documents that wait to be sent. */
  public static final String DOCUMENTS_BUFFERED = "documentsBuffered";

  /** Failures for lack of capacity in a row; 0 while Elasticsearch takes everything. */
  public static final String CONSECUTIVE_FAILURES = "consecutiveFailures";

  /** Milliseconds from sending a batch to its answer, of the latest 1,000. */
  public static final String REQUEST_MILLIS = "requestMillis";

  /** The last error in Elasticsearch's words, for people; empty before the first. */
  public static final String LAST_ERROR = "lastError";

  /** HTTP status of the last error, 0 where there was no answer. */
  public static final String LAST_ERROR_STATUS = "lastErrorStatus";

  /** When the last error came, epoch milliseconds; 0 before the first. */
  public static final String LAST_ERROR_TIME = "lastErrorTime";

  private final Counter sendErrors;
  private final Counter stored;
  private final Counter bytesStored;
  private final Counter alreadyStored;
  private final Counter retried;
  private final Counter reroutedLate;
  private final Counter requests;
  private final Histogram requestMillis;
  private final Map<String, Counter> deadLettered = new HashMap<>();

  private volatile String lastError = "";
  private volatile int lastErrorStatus;
  private volatile long lastErrorTime;

  ElasticsearchSinkMetrics(
      SinkWriterMetricGroup writer, CongestionControl control, EntryBuffer<BulkDocument> buffer) {
    MetricGroup group = writer.addGroup(GROUP);
    sendErrors = writer.getNumRecordsSendErrorsCounter();
    stored = group.counter(DOCUMENTS_STORED);
    bytesStored = group.counter(BYTES_STORED);
    alreadyStored = group.counter(DOCUMENTS_ALREADY_STORED);
    retried = group.counter(DOCUMENTS_RETRIED);
    reroutedLate = group.counter(DOCUMENTS_REROUTED_LATE);
    requests = group.counter(REQUESTS);
    // All of them from the start: an alert on an increase needs the zero before it.
    for (RejectionReason reason : RejectionReason.values()) {
      deadLettered.put(
          reason.code(), group.addGroup(REASON, reason.code()).counter(DOCUMENTS_DEAD_LETTERED));
    }
    requestMillis = group.histogram(REQUEST_MILLIS, new LatencyHistogram(1_000));
    group.gauge(REQUESTS_IN_FLIGHT, control::inFlight);
    group.gauge(REQUESTS_IN_FLIGHT_LIMIT, control::inFlightLimit);
    group.gauge(CONSECUTIVE_FAILURES, control::failures);
    group.gauge(DOCUMENTS_BUFFERED, buffer::entries);
    group.gauge(LAST_ERROR, () -> lastError);
    group.gauge(LAST_ERROR_STATUS, () -> lastErrorStatus);
    group.gauge(LAST_ERROR_TIME, () -> lastErrorTime);
  }

  /** Records the outcome of a batch. */
  void answered(BulkOutcome outcome, long millis, long nowMillis) {
    requests.inc();
    requestMillis.update(millis);
    stored.inc(outcome.stored());
    bytesStored.inc(outcome.storedBytes());
    alreadyStored.inc(outcome.alreadyStored());
    retried.inc(outcome.again().size());
    reroutedLate.inc(outcome.late().size());
    if (outcome.lastError() != null) {
      lastErrorStatus = outcome.lastError().status();
      lastErrorTime = nowMillis;
      lastError = outcome.lastError().error().toString();
    }
  }

  /**
   * Records a document that the dead letters have taken.
   *
   * @param reason code of a {@link RejectionReason}
   */
  void deadLettered(String reason) {
    sendErrors.inc();
    deadLettered.get(reason).inc();
  }
}
