package io.weir.sinks.elasticsearch;

import io.weir.model.index.PromotedFields;
import io.weir.model.json.LogDocument;
import io.weir.model.log.LogEvent;
import org.apache.flink.api.connector.sink2.SinkWriter;
import org.apache.flink.api.connector.sink2.WriterInitContext;
import org.apache.flink.connector.base.sink.writer.ElementConverter;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.MetricGroup;

/**
 * Makes the document of a log event: into the index of its hour, under the id that its place in
 * Kafka gives it.
 *
 * <p>Converts every event it is given. Those flagged {@link
 * io.weir.model.log.LogFlags#ARCHIVE_ONLY} must be kept from it upstream, or they create hourly
 * indices that retention deletes at once.
 */
public final class LogEventConverter implements ElementConverter<LogEvent, BulkDocument> {
  private static final long serialVersionUID = 1;

  private final PromotedFields promoted;

  private transient LogDocument encoder;
  private transient HourlyIndexNames indices;
  private transient Counter promotedLeftOut;
  private transient Counter termsTruncated;

  /** Makes a converter whose documents have no promoted fields. */
  public LogEventConverter() {
    this(PromotedFields.NONE);
  }

  /**
   * Makes a converter.
   *
   * @param promoted fields that get a typed column; the index template must have the same
   */
  public LogEventConverter(PromotedFields promoted) {
    this.promoted = promoted;
  }

  @Override
  public void open(WriterInitContext context) {
    encoder = new LogDocument(promoted);
    indices = new HourlyIndexNames();
    MetricGroup metrics = context.metricGroup().addGroup(ElasticsearchSinkMetrics.GROUP);
    promotedLeftOut = metrics.counter(ElasticsearchSinkMetrics.PROMOTED_VALUES_LEFT_OUT);
    termsTruncated = metrics.counter(ElasticsearchSinkMetrics.FIELD_TERMS_TRUNCATED);
  }

  @Override
  public BulkDocument apply(LogEvent event, SinkWriter.Context context) {
    long leftOutBefore = encoder.promotedValuesLeftOut();
    long truncatedBefore = encoder.fieldTermsTruncated();
    byte[] source = encoder.encode(event);
    termsTruncated.inc(encoder.fieldTermsTruncated() - truncatedBefore);
    promotedLeftOut.inc(encoder.promotedValuesLeftOut() - leftOutBefore);
    // Producers' fields are copied as they are written, and may be written on several lines.
    BulkDocument.joinLines(source);
    return BulkDocument.of(
        indices.of(event.timestampNanos()),
        event.eventId(),
        source,
        event.timestampNanos(),
        event.origin());
  }
}
