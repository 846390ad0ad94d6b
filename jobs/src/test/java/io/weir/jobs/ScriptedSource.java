package io.weir.jobs;

import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.connector.source.Boundedness;
import org.apache.flink.api.connector.source.ReaderOutput;
import org.apache.flink.api.connector.source.Source;
import org.apache.flink.api.connector.source.SourceReader;
import org.apache.flink.api.connector.source.SourceReaderContext;
import org.apache.flink.api.connector.source.SourceSplit;
import org.apache.flink.api.connector.source.SplitEnumerator;
import org.apache.flink.api.connector.source.SplitEnumeratorContext;
import org.apache.flink.api.java.typeutils.ResultTypeQueryable;
import org.apache.flink.connector.base.source.reader.synchronization.FutureCompletingBlockingQueue;
import org.apache.flink.core.io.InputStatus;
import org.apache.flink.core.io.SimpleVersionedSerializer;

/** Says what a test tells it to, when the test does. It forgets what it said: restarts lose it. */
final class ScriptedSource<T>
    implements Source<T, ScriptedSource.Nothing, ScriptedSource.Nothing>, ResultTypeQueryable<T> {
  private static final long serialVersionUID = 1;
  private static final ConcurrentHashMap<String, FutureCompletingBlockingQueue<Optional<Object>>>
      SCRIPTS = new ConcurrentHashMap<>();

  private final String name = UUID.randomUUID().toString();
  private final TypeInformation<T> type;

  ScriptedSource(Class<T> type) {
    this.type = TypeInformation.of(type);
    SCRIPTS.put(name, new FutureCompletingBlockingQueue<>(1_000_000));
  }

  void say(T element) {
    put(Optional.of(element));
  }

  /** Ends the source, and with it event time. */
  void end() {
    put(Optional.empty());
  }

  private void put(Optional<Object> element) {
    try {
      SCRIPTS.get(name).put(0, element);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  @Override
  public SourceReader<T, Nothing> createReader(SourceReaderContext context) {
    // One task speaks, so that everything comes in the order of the test.
    boolean silent = context.getIndexOfSubtask() > 0;
    FutureCompletingBlockingQueue<Optional<Object>> script =
        silent ? new FutureCompletingBlockingQueue<>() : SCRIPTS.get(name);
    return new SourceReader<>() {
      @Override
      public void start() {}

      @Override
      public InputStatus pollNext(ReaderOutput<T> output) {
        Optional<Object> next = script.poll();
        if (silent) {
          output.markIdle();
        }
        if (next == null) {
          return InputStatus.NOTHING_AVAILABLE;
        }
        if (next.isEmpty()) {
          return InputStatus.END_OF_INPUT;
        }
        @SuppressWarnings("unchecked")
        T element = (T) next.get();
        output.collect(element);
        return InputStatus.MORE_AVAILABLE;
      }

      @Override
      public List<Nothing> snapshotState(long checkpointId) {
        return List.of();
      }

      @Override
      public CompletableFuture<Void> isAvailable() {
        return script.getAvailabilityFuture();
      }

      @Override
      public void addSplits(List<Nothing> splits) {}

      @Override
      public void notifyNoMoreSplits() {}

      @Override
      public void close() {}
    };
  }

  @Override
  public SplitEnumerator<Nothing, Nothing> createEnumerator(
      SplitEnumeratorContext<Nothing> context) {
    return new SplitEnumerator<>() {
      @Override
      public void start() {}

      @Override
      public void handleSplitRequest(int subtask, String host) {}

      @Override
      public void addSplitsBack(List<Nothing> splits, int subtask) {}

      @Override
      public void addReader(int subtask) {}

      @Override
      public Nothing snapshotState(long checkpointId) {
        return new Nothing();
      }

      @Override
      public void close() {}
    };
  }

  @Override
  public SplitEnumerator<Nothing, Nothing> restoreEnumerator(
      SplitEnumeratorContext<Nothing> context, Nothing state) {
    return createEnumerator(context);
  }

  @Override
  public Boundedness getBoundedness() {
    return Boundedness.CONTINUOUS_UNBOUNDED;
  }

  @Override
  public SimpleVersionedSerializer<Nothing> getSplitSerializer() {
    return new NothingSerializer();
  }

  @Override
  public SimpleVersionedSerializer<Nothing> getEnumeratorCheckpointSerializer() {
    return new NothingSerializer();
  }

  @Override
  public TypeInformation<T> getProducedType() {
    return type;
  }

  static final class Nothing implements SourceSplit {
    @Override
    public String splitId() {
      return "nothing";
    }
  }

  private static final class NothingSerializer implements SimpleVersionedSerializer<Nothing> {
    @Override
    public int getVersion() {
      return 1;
    }

    @Override
    public byte[] serialize(Nothing nothing) {
      return new byte[0];
    }

    @Override
    public Nothing deserialize(int version, byte[] bytes) {
      return new Nothing();
    }
  }
}
