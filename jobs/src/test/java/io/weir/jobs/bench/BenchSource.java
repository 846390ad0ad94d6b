package io.weir.jobs.bench;

import java.util.List;
import org.apache.flink.api.connector.source.Boundedness;
import org.apache.flink.api.connector.source.Source;
import org.apache.flink.api.connector.source.SourceReader;
import org.apache.flink.api.connector.source.SourceSplit;
import org.apache.flink.api.connector.source.SplitEnumerator;
import org.apache.flink.api.connector.source.SplitEnumeratorContext;
import org.apache.flink.api.java.typeutils.ResultTypeQueryable;
import org.apache.flink.core.io.SimpleVersionedSerializer;

/** A source without splits and without state: every reader knows what to say. */
abstract class BenchSource<T>
    implements Source<T, BenchSource.NoSplit, BenchSource.NoSplit>, ResultTypeQueryable<T> {
  private static final long serialVersionUID = 1;

  /** No split. */
  static final class NoSplit implements SourceSplit {
    @Override
    public String splitId() {
      return "none";
    }
  }

  /** A reader that neither keeps nor waits for anything. */
  abstract static class Reader<T> implements SourceReader<T, NoSplit> {
    @Override
    public void start() {}

    @Override
    public List<NoSplit> snapshotState(long checkpointId) {
      return List.of();
    }

    @Override
    public void addSplits(List<NoSplit> splits) {}

    @Override
    public void notifyNoMoreSplits() {}

    @Override
    public void close() {}
  }

  @Override
  public Boundedness getBoundedness() {
    return Boundedness.CONTINUOUS_UNBOUNDED; // or Flink would plan a batch
  }

  @Override
  public SplitEnumerator<NoSplit, NoSplit> createEnumerator(
      SplitEnumeratorContext<NoSplit> context) {
    return new SplitEnumerator<>() {
      @Override
      public void start() {}

      @Override
      public void handleSplitRequest(int subtask, String host) {}

      @Override
      public void addSplitsBack(List<NoSplit> splits, int subtask) {}

      @Override
      public void addReader(int subtask) {}

      @Override
      public NoSplit snapshotState(long checkpointId) {
        return new NoSplit();
      }

      @Override
      public void close() {}
    };
  }

  @Override
  public SplitEnumerator<NoSplit, NoSplit> restoreEnumerator(
      SplitEnumeratorContext<NoSplit> context, NoSplit state) {
    return createEnumerator(context);
  }

  @Override
  public SimpleVersionedSerializer<NoSplit> getSplitSerializer() {
    return new NothingSerializer();
  }

  @Override
  public SimpleVersionedSerializer<NoSplit> getEnumeratorCheckpointSerializer() {
    return new NothingSerializer();
  }

  private static final class NothingSerializer implements SimpleVersionedSerializer<NoSplit> {
    @Override
    public int getVersion() {
      return 1;
    }

    @Override
    public byte[] serialize(NoSplit split) {
      return new byte[0];
    }

    @Override
    public NoSplit deserialize(int version, byte[] bytes) {
      return new NoSplit();
    }
  }
}
