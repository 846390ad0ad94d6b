package io.weir.jobs;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.api.connector.sink2.SinkWriter;
import org.apache.flink.api.connector.sink2.WriterInitContext;

/**
 * Keeps what it is given in this JVM, under a name of its own, in order; can fail its job once,
 * after a checkpoint.
 */
final class CollectingSink<T> implements Sink<T> {
  private static final long serialVersionUID = 1;
  private static final ConcurrentHashMap<String, List<Object>> COLLECTED =
      new ConcurrentHashMap<>();
  private static final ConcurrentHashMap<String, AtomicBoolean> FAILED = new ConcurrentHashMap<>();

  private final String name = UUID.randomUUID().toString();
  private final boolean failsOnce;

  CollectingSink() {
    this(false);
  }

  CollectingSink(boolean failsOnce) {
    this.failsOnce = failsOnce;
    COLLECTED.put(name, new ArrayList<>());
    FAILED.put(name, new AtomicBoolean());
  }

  List<T> collected() {
    List<Object> collected = COLLECTED.get(name);
    synchronized (collected) {
      @SuppressWarnings("unchecked")
      List<T> copy = (List<T>) new ArrayList<>(collected);
      return copy;
    }
  }

  boolean hasFailed() {
    return FAILED.get(name).get();
  }

  @Override
  public SinkWriter<T> createWriter(WriterInitContext context) {
    boolean restored = context.getRestoredCheckpointId().isPresent();
    return new SinkWriter<>() {
      private int checkpoints;

      @Override
      public void write(T element, Context context) throws IOException {
        // The second flush can only come after the first checkpoint was acknowledged.
        if (failsOnce && !restored && checkpoints >= 2 && !FAILED.get(name).getAndSet(true)) {
          throw new IOException("made to fail");
        }
        List<Object> collected = COLLECTED.get(name);
        synchronized (collected) {
          collected.add(element);
        }
      }

      @Override
      public void flush(boolean endOfInput) {
        checkpoints++;
      }

      @Override
      public void close() {}
    };
  }
}
