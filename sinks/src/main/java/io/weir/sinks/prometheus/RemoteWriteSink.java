package io.weir.sinks.prometheus;

import io.weir.model.metric.Sample;
import java.io.IOException;
import java.util.Collection;
import java.util.List;
import java.util.SplittableRandom;
import org.apache.flink.api.connector.sink2.StatefulSinkWriter;
import org.apache.flink.api.connector.sink2.WriterInitContext;
import org.apache.flink.connector.base.sink.AsyncSinkBase;
import org.apache.flink.connector.base.sink.writer.BufferedRequestState;
import org.apache.flink.core.io.SimpleVersionedSerializer;

/**
 * Writes samples into Prometheus, or into any other receiver of remote write 1.0 (FLIP-171). The
 * stream into it is keyed by series, or samples of one series could overtake each other.
 *
 * <h2>Guarantees</h2>
 *
 * <ul>
 *   <li>At least once: each sample is taken by the receiver or is counted as dropped under its
 *       reason. What waits when a checkpoint is taken is in the checkpoint; what is under way is
 *       awaited. A repeat after a crash, which has the same series, time and value, changes
 *       nothing. (Another value at the same time is refused only if no newer one is there: inside
 *       Prometheus' out-of-order window it may take the place of the first.)
 *   <li>Samples of a series arrive in the order of the stream: one request of a writer is under way
 *       at a time, and what failed is sent again before what follows it. A change of parallelism
 *       may reorder what waited in the savepoint.
 *   <li>While the receiver lacks capacity or is away, the sink slows down and finally stops taking
 *       samples; nothing is dropped for it, however long it lasts.
 *   <li>A sample that the receiver refuses (too old, another value at the same time, ...) is found
 *       among its batch and dropped alone, counted and logged in the receiver's words.
 *   <li>The job fails, naming the request, when repeating it would change nothing: no permission,
 *       no such path, or nothing but samples refused for unknown reasons.
 * </ul>
 *
 * @see <a href="https://prometheus.io/docs/specs/prw/remote_write_spec/">Remote write 1.0</a>
 */
public final class RemoteWriteSink extends AsyncSinkBase<Sample, SeriesSample> {
  private static final long serialVersionUID = 1;

  private final RemoteWriteConnection connection;
  private final RemoteWriteSettings settings;

  RemoteWriteSink(RemoteWriteConnection connection, RemoteWriteSettings settings) {
    super(
        (sample, context) -> SeriesSample.of(sample),
        settings.maxBatchSize(),
        1,
        settings.maxBufferedRequests(),
        settings.maxBatchSizeInBytes(),
        settings.maxTimeInBufferMS(),
        settings.maxRecordSizeInBytes());
    this.connection = connection;
    this.settings = settings;
  }

  /** Returns a builder with defaults for everything but the receiver's address. */
  public static RemoteWriteSinkBuilder builder() {
    return new RemoteWriteSinkBuilder();
  }

  @Override
  public StatefulSinkWriter<Sample, BufferedRequestState<SeriesSample>> createWriter(
      WriterInitContext context) throws IOException {
    return restoreWriter(context, List.of());
  }

  @Override
  public StatefulSinkWriter<Sample, BufferedRequestState<SeriesSample>> restoreWriter(
      WriterInitContext context, Collection<BufferedRequestState<SeriesSample>> recovered)
      throws IOException {
    return RemoteWriteWriter.open(
        context,
        settings,
        connection.url(),
        recovered,
        new HttpRemoteWriteClient(connection),
        new SplittableRandom()::nextDouble);
  }

  @Override
  public SimpleVersionedSerializer<BufferedRequestState<SeriesSample>> getWriterStateSerializer() {
    return new SeriesSampleStateSerializer();
  }

  @Override
  public String toString() {
    return "RemoteWriteSink[" + connection + ", " + settings + "]";
  }
}
