package io.weir.gateway.tail;

import io.weir.gateway.search.StoreException;
import java.time.Clock;
import java.util.Deque;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the past for some clients at a time, while others wait for their turn: there are never more
 * of them than clients. Readers are used again. Thread-safe.
 */
final class CatchUps implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(CatchUps.class);

  private final LogTopic log;
  private final LiveTail live;
  private final TopicMonitor monitor;
  private final CatchUp.Limits limits;
  private final TailMeter meter;
  private final Endings endings;
  private final Clock clock;
  private final ThreadPoolExecutor workers;
  private final Deque<LogReader> idle = new ConcurrentLinkedDeque<>();

  /**
   * @param atOnce how many clients are served at the same time
   */
  CatchUps(
      LogTopic log,
      LiveTail live,
      TopicMonitor monitor,
      int atOnce,
      CatchUp.Limits limits,
      TailMeter meter,
      Endings endings,
      Clock clock) {
    this.log = Objects.requireNonNull(log, "log");
    this.live = Objects.requireNonNull(live, "live");
    this.monitor = Objects.requireNonNull(monitor, "monitor");
    this.limits = Objects.requireNonNull(limits, "limits");
    this.meter = Objects.requireNonNull(meter, "meter");
    this.endings = Objects.requireNonNull(endings, "endings");
    this.clock = Objects.requireNonNull(clock, "clock");
    AtomicInteger number = new AtomicInteger();
    this.workers =
        (ThreadPoolExecutor)
            Executors.newFixedThreadPool(
                atOnce,
                task -> {
                  Thread thread =
                      new Thread(task, "weir-tail-catch-up-" + number.incrementAndGet());
                  thread.setDaemon(true);
                  return thread;
                });
  }

  /** Reads the past for a client, as soon as it is its turn. */
  void submit(Subscriber subscriber, TopicInfo topic, Map<Integer, Long> start) {
    try {
      workers.execute(() -> run(subscriber, topic, start));
    } catch (RejectedExecutionException e) {
      endings.end(subscriber, Bye.SHUTDOWN);
    }
  }

  private void run(Subscriber subscriber, TopicInfo topic, Map<Integer, Long> start) {
    if (subscriber.queue().isClosed()) {
      return;
    }
    LogReader reader = null;
    try {
      reader = idle.poll();
      if (reader == null) {
        reader = log.reader();
      }
      CatchUp.Outcome outcome =
          new CatchUp(subscriber, topic, start, live, monitor::current, limits, meter, clock)
              .run(reader);
      reader.assign(Map.of());
      idle.push(reader);
      reader = null;
      meter.caughtUp(outcome.name());
      switch (outcome) {
        case JOINED, CLOSED -> {}
        case LIMIT -> endings.end(subscriber, Bye.CATCH_UP_LIMIT);
        case STALLED -> endings.end(subscriber, Bye.TOO_SLOW);
        case TOPIC_CHANGED -> endings.end(subscriber, Bye.TOPIC_CHANGED);
        case POSITION_LOST -> endings.end(subscriber, Bye.POSITION_LOST);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      endings.end(subscriber, Bye.SHUTDOWN);
    } catch (RuntimeException e) { // the client has to learn of it, whatever it is
      if (!(e instanceof StoreException)) {
        LOG.error("Reading the past failed", e);
      }
      meter.caughtUp("FAILED");
      endings.end(subscriber, Bye.CATCH_UP_FAILED);
    } finally {
      if (reader != null) {
        reader.close();
      }
    }
  }

  /** Returns how many clients are served now. */
  int active() {
    return workers.getActiveCount();
  }

  /** Returns how many clients wait for their turn. */
  int waiting() {
    return workers.getQueue().size();
  }

  @Override
  public void close() {
    workers.shutdownNow();
    for (LogReader reader = idle.poll(); reader != null; reader = idle.poll()) {
      reader.close();
    }
  }
}
