package io.weir.harness.e2e.prometheus;

import io.weir.model.metric.Sample;
import io.weir.sinks.prometheus.RemoteWriteSink;
import io.weir.sinks.prometheus.SeriesSample;
import java.io.IOException;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.apache.flink.api.common.eventtime.Watermark;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.api.connector.sink2.SinkWriter;
import org.apache.flink.api.connector.sink2.StatefulSinkWriter;
import org.apache.flink.api.connector.sink2.SupportsWriterState;
import org.apache.flink.api.connector.sink2.WriterInitContext;
import org.apache.flink.connector.base.sink.writer.BufferedRequestState;
import org.apache.flink.core.io.SimpleVersionedSerializer;

/**
 * Takes numbers, which can be compared as Flink's suite demands of elements, and writes each as a
 * sample of a series of its own.
 */
final class NumberSink
    implements Sink<Long>, SupportsWriterState<Long, BufferedRequestState<SeriesSample>> {
  private static final long serialVersionUID = 1;

  private final String metric;
  private final long startMillis;
  private final RemoteWriteSink sink;

  NumberSink(String metric, long startMillis, RemoteWriteSink sink) {
    this.metric = metric;
    this.startMillis = startMillis;
    this.sink = sink;
  }

  @Override
  public SinkWriter<Long> createWriter(WriterInitContext context) throws IOException {
    return restoreWriter(context, List.of());
  }

  @Override
  public StatefulSinkWriter<Long, BufferedRequestState<SeriesSample>> restoreWriter(
      WriterInitContext context, Collection<BufferedRequestState<SeriesSample>> recovered)
      throws IOException {
    return new Writer(sink.restoreWriter(context, recovered));
  }

  @Override
  public SimpleVersionedSerializer<BufferedRequestState<SeriesSample>> getWriterStateSerializer() {
    return sink.getWriterStateSerializer();
  }

  private final class Writer
      implements StatefulSinkWriter<Long, BufferedRequestState<SeriesSample>> {
    private final StatefulSinkWriter<Sample, BufferedRequestState<SeriesSample>> writer;

    private Writer(StatefulSinkWriter<Sample, BufferedRequestState<SeriesSample>> writer) {
      this.writer = writer;
    }

    @Override
    public void write(Long number, Context context) throws IOException, InterruptedException {
      writer.write(
          new Sample(metric, Map.of("n", number.toString()), number, startMillis + number),
          context);
    }

    @Override
    public void flush(boolean endOfInput) throws IOException, InterruptedException {
      writer.flush(endOfInput);
    }

    @Override
    public void writeWatermark(Watermark watermark) throws IOException, InterruptedException {
      writer.writeWatermark(watermark);
    }

    @Override
    public List<BufferedRequestState<SeriesSample>> snapshotState(long checkpointId)
        throws IOException {
      return writer.snapshotState(checkpointId);
    }

    @Override
    public void close() throws Exception {
      writer.close();
    }
  }
}
