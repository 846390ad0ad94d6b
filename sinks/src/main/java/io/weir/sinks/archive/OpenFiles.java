package io.weir.sinks.archive;

import java.io.Serial;
import java.io.Serializable;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Number of files that the writers of one sink subtask have open. The writer factory counts, the
 * bucket assigner asks: both reference one object, and because they travel in one object graph they
 * still do so on the task. A new attempt of a task starts with a new copy, hence with zero.
 */
final class OpenFiles implements Serializable {
  @Serial private static final long serialVersionUID = 1L;

  private final transient AtomicInteger open = new AtomicInteger();
  private final transient AtomicInteger generation = new AtomicInteger();

  void opened() {
    open.incrementAndGet();
  }

  void closed() {
    if (open.decrementAndGet() == 0) {
      generation.incrementAndGet();
    }
  }

  int count() {
    return open.get();
  }

  /** Changes whenever all files have been closed, which a checkpoint does. */
  int generation() {
    return generation.get();
  }

  @Serial
  private Object readResolve() {
    return new OpenFiles();
  }
}
