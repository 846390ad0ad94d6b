package io.weir.sinks.notification;

import io.weir.model.alert.AlertState;
import io.weir.sinks.support.Backoff;
import io.weir.sinks.support.LatencyHistogram;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.apache.flink.api.common.operators.MailboxExecutor;
import org.apache.flink.api.common.operators.ProcessingTimeService;
import org.apache.flink.api.connector.sink2.StatefulSinkWriter;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.Gauge;
import org.apache.flink.metrics.Histogram;
import org.apache.flink.metrics.MetricGroup;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the latest alerts of every receiver on the task's thread; tells each receiver on a thread
 * of its own, one batch at a time.
 */
final class NotificationWriter implements StatefulSinkWriter<AlertState, KeptAlert> {
  private static final Logger LOG = LoggerFactory.getLogger(NotificationWriter.class);
  private static final long TICK_MILLIS = 1_000;
  private static final int LATEST_LATENCIES = 1_000;
  private static final long END_WAIT_SECONDS = 10;
  private static final long END_PAUSE_NANOS = 1_000_000;

  private final NotificationSettings settings;
  private final ProcessingTimeService time;
  private final MailboxExecutor mailbox;
  private final NotificationMetrics metrics;
  private final List<Line> lines = new ArrayList<>();
  private ScheduledFuture<?> tick;
  private boolean closed;

  /** The way to one receiver. */
  private final class Line {
    private final Receiver receiver;
    private final LatestAlerts latest = new LatestAlerts(settings);
    private final Backoff backoff =
        new Backoff(
            settings.initialBackoff(),
            settings.maxBackoff(),
            () -> ThreadLocalRandom.current().nextDouble());
    private final ExecutorService executor;
    private boolean busy;
    private int failures;
    private long notBeforeMillis;

    Line(Receiver receiver) {
      this.receiver = receiver;
      this.executor =
          Executors.newSingleThreadExecutor(
              task -> {
                Thread thread = new Thread(task, "notify-" + receiver.name());
                thread.setDaemon(true);
                return thread;
              });
    }

    void tellWhatIsDue() {
      long now = time.getCurrentProcessingTime();
      if (busy || closed || now < notBeforeMillis) {
        return;
      }
      List<AlertState> due = latest.due(now);
      if (due.isEmpty()) {
        return;
      }
      busy = true;
      executor.execute(() -> report(Delivery.of(due, receiver)));
    }

    private void report(Delivery delivery) {
      try {
        mailbox.execute(() -> take(delivery), "told " + receiver.name());
      } catch (RejectedExecutionException e) {
        LOG.debug("The task has ended before {} answered", receiver.name());
      }
    }

    private void take(Delivery delivery) throws IOException {
      busy = false;
      long now = time.getCurrentProcessingTime();
      latest.told(delivery.told(), decided -> metrics.toldFirst(now - decided));
      metrics.told(delivery.told().size());
      if (!delivery.refused().isEmpty()) {
        latest.told(delivery.refused());
        metrics.refused(delivery.refused().size());
        LOG.warn(
            "{} refused {} of {} alerts: {}",
            receiver.name(),
            delivery.refused().size(),
            delivery.refused().size() + delivery.told().size() + delivery.notTold().size(),
            delivery.refusal());
      }
      if (delivery.failure() == null) {
        if (failures > 0) {
          LOG.info("{} is back after {} failures", receiver.name(), failures);
        }
        failures = 0;
      } else {
        fail(delivery);
      }
      tellWhatIsDue();
    }

    private void fail(Delivery delivery) throws IOException {
      latest.notTold(delivery.notTold());
      metrics.failed();
      if (delivery.failure() instanceof Error defect) {
        throw defect;
      }
      if (delivery.failure() instanceof Receiver.UntrustedException untrusted) {
        throw untrusted;
      }
      if (failures == 0) {
        LOG.warn(
            "{} cannot be told about alerts, which wait: {}",
            receiver.name(),
            delivery.failure().toString());
      }
      notBeforeMillis = time.getCurrentProcessingTime() + backoff.delayMillis(failures);
      failures++;
    }
  }

  NotificationWriter(
      List<Receiver> receivers,
      NotificationSettings settings,
      ProcessingTimeService time,
      MailboxExecutor mailbox,
      MetricGroup group,
      Collection<KeptAlert> restored) {
    this.settings = settings;
    this.time = time;
    this.mailbox = mailbox;
    this.metrics = new NotificationMetrics(group, this::kept, this::unknown);
    for (Receiver receiver : receivers) {
      lines.add(new Line(receiver));
    }
    restore(restored);
    schedule();
  }

  private void restore(Collection<KeptAlert> restored) {
    long now = time.getCurrentProcessingTime();
    for (Line line : lines) {
      String id = line.receiver.id();
      for (KeptAlert kept : restored) {
        line.latest.restore(kept.state(), kept.knownBy().contains(id), now);
      }
      line.tellWhatIsDue();
    }
  }

  @Override
  public void write(AlertState state, Context context) {
    for (Line line : lines) {
      line.latest.put(state, time.getCurrentProcessingTime());
      line.tellWhatIsDue();
    }
  }

  /**
   * Waits for nobody, except briefly when the job ends: what is not told by then is in no state.
   */
  @Override
  public void flush(boolean endOfInput) throws IOException, InterruptedException {
    if (!endOfInput) {
      return;
    }
    for (Line line : lines) {
      line.latest.holdNothingBack();
      line.tellWhatIsDue();
    }
    long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(END_WAIT_SECONDS);
    while (unknown() > 0 && System.nanoTime() < until) {
      if (lines.stream().noneMatch(line -> line.busy || line.failures == 0)) {
        return;
      }
      mailbox.tryYield();
      LockSupport.parkNanos(END_PAUSE_NANOS);
    }
  }

  @Override
  public List<KeptAlert> snapshotState(long checkpointId) {
    Map<Kept, AlertState> states = new LinkedHashMap<>();
    Map<Kept, Set<String>> unknownTo = new HashMap<>();
    Set<String> receivers = new HashSet<>();
    for (Line line : lines) {
      String id = line.receiver.id();
      receivers.add(id);
      line.latest.keep(
          (state, known) -> {
            Kept key = new Kept(state.key(), state.labels());
            states.merge(key, state, (a, b) -> a.updatedAtMillis() >= b.updatedAtMillis() ? a : b);
            if (!known) {
              unknownTo.computeIfAbsent(key, none -> new HashSet<>()).add(id);
            }
          });
    }
    List<KeptAlert> kept = new ArrayList<>(states.size());
    states.forEach(
        (key, state) -> {
          // A receiver that has no entry was told the end.
          Set<String> knownBy = new HashSet<>(receivers);
          knownBy.removeAll(unknownTo.getOrDefault(key, Set.of()));
          kept.add(new KeptAlert(state, knownBy));
        });
    return kept;
  }

  /** What one state is kept under. */
  private record Kept(String key, Map<String, String> labels) {}

  @Override
  public void close() throws IOException {
    closed = true;
    if (tick != null) {
      tick.cancel(false);
    }
    for (Line line : lines) {
      line.executor.shutdownNow();
      line.receiver.close();
    }
  }

  private void schedule() {
    tick =
        time.registerTimer(
            time.getCurrentProcessingTime() + TICK_MILLIS,
            now -> {
              lines.forEach(Line::tellWhatIsDue);
              if (!closed) {
                schedule();
              }
            });
  }

  private int kept() {
    return lines.stream().mapToInt(line -> line.latest.size()).max().orElse(0);
  }

  private int unknown() {
    return lines.stream().mapToInt(line -> line.latest.unknown()).max().orElse(0);
  }

  /** What the sink counts, under the operator. */
  static final class NotificationMetrics {
    private final Counter told;
    private final Counter refused;
    private final Counter failures;
    private final Histogram toldAfter;

    NotificationMetrics(MetricGroup group, Gauge<Integer> kept, Gauge<Integer> unknown) {
      told = group.counter(NotificationNames.TOLD);
      refused = group.counter(NotificationNames.REFUSED);
      failures = group.counter(NotificationNames.FAILURES);
      toldAfter =
          group.histogram(NotificationNames.TOLD_AFTER, new LatencyHistogram(LATEST_LATENCIES));
      group.gauge(NotificationNames.KEPT, kept);
      group.gauge(NotificationNames.UNKNOWN, unknown);
    }

    void told(int alerts) {
      told.inc(alerts);
    }

    void toldFirst(long afterMillis) {
      toldAfter.update(afterMillis);
    }

    void refused(int alerts) {
      refused.inc(alerts);
    }

    void failed() {
      failures.inc();
    }
  }
}
