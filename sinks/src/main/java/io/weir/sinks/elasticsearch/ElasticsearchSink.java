package io.weir.sinks.elasticsearch;

import io.weir.sinks.deadletter.DeadLetterChannel;
import java.io.IOException;
import java.util.Collection;
import java.util.List;
import java.util.SplittableRandom;
import org.apache.flink.api.connector.sink2.StatefulSinkWriter;
import org.apache.flink.api.connector.sink2.WriterInitContext;
import org.apache.flink.connector.base.sink.AsyncSinkBase;
import org.apache.flink.connector.base.sink.writer.BufferedRequestState;
import org.apache.flink.connector.base.sink.writer.ElementConverter;
import org.apache.flink.core.io.SimpleVersionedSerializer;

/**
 * Writes a stream into Elasticsearch 8 or 9 (FLIP-171).
 *
 * <h2>Guarantees</h2>
 *
 * <ul>
 *   <li>Each element is stored exactly once or is in the dead letters with Elasticsearch's words:
 *       documents are created under ids that the converter derives from the element, so a repeat
 *       after a crash finds itself there. Visible to searches after the index's refresh.
 *   <li>What waits when a checkpoint is taken is in the checkpoint; what is under way is awaited.
 *   <li>While Elasticsearch lacks capacity or is away, the sink slows down and finally stops taking
 *       elements; nothing is dropped and nothing goes to the dead letters for it.
 *   <li>An index that takes no more writes (closed, or a write or read-only block) loses nothing:
 *       its documents go to the late index of their day. A document that had been stored before its
 *       index was retired and is repeated after a crash exists in both.
 *   <li>The job fails, naming the request, when repeating it would change nothing: no permission,
 *       no such index, not Elasticsearch, or one and the same rejection of most documents.
 * </ul>
 *
 * @param <InputT> type of the elements
 */
public final class ElasticsearchSink<InputT> extends AsyncSinkBase<InputT, BulkDocument> {
  private static final long serialVersionUID = 1;

  private final ElasticsearchConnection connection;
  private final BulkSettings settings;
  private final DeadLetterChannel.Factory deadLetters;

  ElasticsearchSink(
      ElementConverter<InputT, BulkDocument> converter,
      ElasticsearchConnection connection,
      BulkSettings settings,
      DeadLetterChannel.Factory deadLetters) {
    super(
        converter,
        settings.maxBatchSize(),
        settings.maxInFlightRequests(),
        settings.maxBufferedRequests(),
        settings.maxBatchSizeInBytes(),
        settings.maxTimeInBufferMS(),
        settings.maxRecordSizeInBytes());
    this.connection = connection;
    this.settings = settings;
    this.deadLetters = deadLetters;
  }

  /** Returns a builder with defaults for everything but hosts, converter and dead letters. */
  public static <T> ElasticsearchSinkBuilder<T> builder() {
    return new ElasticsearchSinkBuilder<>();
  }

  @Override
  public StatefulSinkWriter<InputT, BufferedRequestState<BulkDocument>> createWriter(
      WriterInitContext context) throws IOException {
    return restoreWriter(context, List.of());
  }

  @Override
  public StatefulSinkWriter<InputT, BufferedRequestState<BulkDocument>> restoreWriter(
      WriterInitContext context, Collection<BufferedRequestState<BulkDocument>> recovered)
      throws IOException {
    return ElasticsearchWriter.open(
        getElementConverter(),
        context,
        settings,
        recovered,
        new RestBulkClient(
            () -> connection.open(settings.maxInFlightRequests()),
            connection.patience(),
            settings.compress()),
        deadLetters.open(context.metricGroup()),
        new SplittableRandom()::nextDouble);
  }

  @Override
  public SimpleVersionedSerializer<BufferedRequestState<BulkDocument>> getWriterStateSerializer() {
    return new BulkDocumentStateSerializer();
  }

  @Override
  public String toString() {
    return "ElasticsearchSink[" + connection + ", " + settings + "]";
  }
}
