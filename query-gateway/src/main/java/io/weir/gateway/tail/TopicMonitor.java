package io.weir.gateway.tail;

import io.weir.gateway.search.StoreException;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks every other second what the topic is and how fast it grows. While Kafka is away, what was
 * known last stays. Thread-safe.
 */
final class TopicMonitor implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(TopicMonitor.class);
  private static final Duration EVERY = Duration.ofSeconds(2);

  /** Weight of the newest sample of the rate: about the last ten seconds count. */
  private static final double NEWEST = 0.3;

  private final LogTopic log;
  private final LongSupplier nanoTime;
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(
          task -> {
            Thread thread = new Thread(task, "weir-tail-topic");
            thread.setDaemon(true);
            return thread;
          });
  private volatile TopicInfo topic;
  private volatile double rate;
  private volatile String problem = "it has not been looked at yet";
  private long sampledAt;
  private long sampledEnd = -1;

  /**
   * @param nanoTime for the rate
   */
  TopicMonitor(LogTopic log, LongSupplier nanoTime) {
    this.log = Objects.requireNonNull(log, "log");
    this.nanoTime = Objects.requireNonNull(nanoTime, "nanoTime");
  }

  /**
   * Begins to look.
   *
   * @param changed called after the topic has become another one
   */
  TopicMonitor start(Runnable changed) {
    timer.scheduleWithFixedDelay(() -> look(changed), 0, EVERY.toMillis(), TimeUnit.MILLISECONDS);
    return this;
  }

  /** Looks once. */
  synchronized void look(Runnable changed) {
    try {
      TopicInfo now = log.describe();
      Set<Integer> partitions =
          IntStream.range(0, now.partitions()).boxed().collect(Collectors.toSet());
      Map<Integer, Long> ends = log.latest(partitions);
      boolean same = now.equals(topic);
      sample(ends.values().stream().mapToLong(Long::longValue).sum(), same);
      topic = now;
      problem = "";
      if (!same) {
        LOG.info("Topic '{}' has {} partitions, code {}", now.name(), now.partitions(), now.code());
        changed.run();
      }
    } catch (RuntimeException e) { // the timer would stop; what was known stays
      String message = Objects.requireNonNullElse(e.getMessage(), e.toString());
      if (!message.equals(problem)) {
        LOG.warn("Topic of logs: {}", message);
        problem = message;
      }
    }
  }

  private void sample(long end, boolean sameTopic) {
    long now = nanoTime.getAsLong();
    if (sameTopic && sampledEnd >= 0 && now > sampledAt) {
      double newest = Math.max(0, end - sampledEnd) * 1e9 / (now - sampledAt);
      rate = rate * (1 - NEWEST) + newest * NEWEST;
    }
    sampledAt = now;
    sampledEnd = end;
  }

  /** Returns the topic as it was seen last; throws StoreException if it never was. */
  TopicInfo current() {
    TopicInfo known = topic;
    if (known == null) {
      throw new StoreException(StoreException.Kind.UNAVAILABLE, problem, null);
    }
    return known;
  }

  /** Returns the topic as it was seen last, looking for it first if it never was. */
  TopicInfo currentOrLook(Runnable changed) {
    if (topic == null) {
      look(changed);
    }
    return current();
  }

  /** Returns records a second, over about ten seconds. */
  double rate() {
    return rate;
  }

  @Override
  public void close() {
    timer.shutdownNow();
  }
}
