package io.weir.sinks.elasticsearch;

import io.weir.model.json.LogDocument;
import io.weir.model.log.LogEvent;
import org.apache.flink.api.connector.sink2.SinkWriter;
import org.apache.flink.api.connector.sink2.WriterInitContext;
import org.apache.flink.connector.base.sink.writer.ElementConverter;

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

  private transient LogDocument encoder;
  private transient HourlyIndexNames indices;

  @Override
  public void open(WriterInitContext context) {
    encoder = new LogDocument();
    indices = new HourlyIndexNames();
  }

  @Override
  public BulkDocument apply(LogEvent event, SinkWriter.Context context) {
    byte[] source = encoder.encode(event);
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
