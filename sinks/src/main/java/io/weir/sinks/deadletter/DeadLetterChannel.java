package io.weir.sinks.deadletter;

import io.weir.model.deadletter.DeadLetter;
import java.io.Serializable;
import java.util.concurrent.CompletableFuture;
import org.apache.flink.metrics.MetricGroup;

/**
 * Where a sink puts records that its store refuses for good. A sink counts a record as done only
 * after {@link #send}'s future has completed, and fails its job when that future fails: nothing is
 * lost between a store and its dead letters.
 *
 * <p>At least once: after a recovery the same letter can be sent again; its origin tells repeats
 * apart.
 */
public interface DeadLetterChannel extends AutoCloseable {

  /**
   * Hands over one letter. May be called from any thread, also by several at once, and should not
   * block for longer than it takes to queue the letter.
   *
   * @return completes when the letter is stored durably (a Kafka producer: acknowledged by all
   *     in-sync replicas), exceptionally when it cannot be; always completes in bounded time (a
   *     producer's delivery timeout)
   */
  CompletableFuture<Void> send(DeadLetter deadLetter);

  /**
   * Releases resources. Letters whose futures have not completed by then may fail; the sink has
   * awaited those it counts on.
   */
  @Override
  void close() throws Exception;

  /** Opens a channel on the task that uses it; travels with the job graph, hence serializable. */
  @FunctionalInterface
  interface Factory extends Serializable {

    /**
     * Opens a channel for one sink writer.
     *
     * @param metrics group of the writer, for the channel's own metrics
     */
    DeadLetterChannel open(MetricGroup metrics);
  }
}
