package io.weir.gateway;

import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The threads of one role and its waiting room, both bounded, so that one role's load never takes
 * another's threads.
 */
public final class RolePool implements AutoCloseable {
  private final ThreadPoolExecutor executor;

  /**
   * @param name of the role, for thread names
   * @param threads how many tasks run at the same time
   * @param maxQueued how many wait
   */
  public RolePool(String name, int threads, int maxQueued) {
    Objects.requireNonNull(name, "name");
    BlockingQueue<Runnable> queue =
        maxQueued == 0 ? new SynchronousQueue<>() : new ArrayBlockingQueue<>(maxQueued);
    AtomicInteger number = new AtomicInteger();
    executor =
        new ThreadPoolExecutor(
            threads,
            threads,
            30,
            TimeUnit.SECONDS,
            queue,
            task -> new Thread(task, "weir-" + name + "-" + number.incrementAndGet()));
    executor.allowCoreThreadTimeOut(true);
  }

  /**
   * Runs a task.
   *
   * @throws RejectedExecutionException at once if all threads are busy and the waiting room is full
   */
  public <T> CompletableFuture<T> submit(Callable<T> task) {
    CompletableFuture<T> result = new CompletableFuture<>();
    executor.execute(
        () -> {
          try {
            result.complete(task.call());
          } catch (Throwable e) { // whatever it is belongs to the one who asked
            result.completeExceptionally(e);
          }
        });
    return result;
  }

  /** Returns how many tasks run now. */
  public int active() {
    return executor.getActiveCount();
  }

  /** Returns how many tasks wait now. */
  public int queued() {
    return executor.getQueue().size();
  }

  /** Takes no more tasks and waits for those under way. */
  public boolean shutdown(Duration timeout) {
    executor.shutdown();
    try {
      return executor.awaitTermination(timeout.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  @Override
  public void close() {
    executor.shutdownNow();
  }
}
