package io.weir.operators.alerts;

import static java.util.Objects.requireNonNull;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.apache.flink.api.connector.source.ReaderOutput;
import org.apache.flink.api.connector.source.SourceReader;
import org.apache.flink.connector.base.source.reader.synchronization.FutureCompletingBlockingQueue;
import org.apache.flink.core.io.InputStatus;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.MetricGroup;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Hands on what a thread with a Kafka consumer reads; on a task that does not read, nothing. */
final class RuleFeedReader implements SourceReader<Control, NoSplit> {
  private static final Logger LOG = LoggerFactory.getLogger(RuleFeedReader.class);

  private static final int QUEUED = 16;
  private static final long CLOSE_MILLIS = 10_000;

  private final Optional<RuleFeed.Settings> settings;
  private final Function<RuleFeed.Settings, Consumer<byte[], byte[]>> open;
  private final Counter invalid;
  private final FutureCompletingBlockingQueue<Control> controls =
      new FutureCompletingBlockingQueue<>(QUEUED);
  private final AtomicReference<IllegalStateException> failure = new AtomicReference<>();

  private Thread thread;
  private volatile Consumer<byte[], byte[]> consumer;
  private volatile boolean closed;

  /**
   * Makes a reader.
   *
   * @param settings what to read; empty on a task that reads nothing
   */
  RuleFeedReader(Optional<RuleFeed.Settings> settings, MetricGroup metrics) {
    this(settings, metrics, RuleFeedReader::consumer);
  }

  /**
   * Makes a reader.
   *
   * @param settings what to read; empty on a task that reads nothing
   * @param open opens a consumer with nothing assigned
   */
  RuleFeedReader(
      Optional<RuleFeed.Settings> settings,
      MetricGroup metrics,
      Function<RuleFeed.Settings, Consumer<byte[], byte[]>> open) {
    this.settings = requireNonNull(settings, "settings");
    this.open = requireNonNull(open, "open");
    this.invalid = metrics.counter(AlertMetrics.INVALID_RULES);
  }

  @Override
  public void start() {
    settings.ifPresent(
        given -> {
          thread = new Thread(() -> run(given), "rule-feed");
          thread.setDaemon(true);
          thread.start();
        });
  }

  private void run(RuleFeed.Settings given) {
    try (Consumer<byte[], byte[]> opened = open.apply(given)) {
      consumer = opened;
      RuleLog log = new RuleLog(opened, given, System::currentTimeMillis, invalid::inc);
      boolean goOn = readUp(log);
      while (goOn) {
        goOn = handOver(log.poll());
      }
    } catch (InterruptedException | InterruptException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException | Error e) {
      // An error too: a job whose rules have stopped for good must not look healthy.
      if (closed) {
        return; // woken up
      }
      failure.set(
          new IllegalStateException(
              "cannot read the rules in topic '" + given.rulesTopic() + "': " + e.getMessage(), e));
      controls.notifyAvailable();
    }
  }

  /** A broker that is slow or away is waited for, as points are; no job restarts for it. */
  private boolean readUp(RuleLog log) throws InterruptedException {
    while (!closed) {
      try {
        return handOver(List.of(log.readUp()));
      } catch (RetriableException e) {
        LOG.warn("Kafka does not say which rules there are; asked again: {}", e.toString());
      }
    }
    return false;
  }

  /** Returns whether there is more to read: waking the thread up ends one wait, not the next. */
  private boolean handOver(List<Control> read) throws InterruptedException {
    for (Control control : read) {
      if (closed || !controls.put(0, control)) {
        return false;
      }
    }
    return !closed;
  }

  private static Consumer<byte[], byte[]> consumer(RuleFeed.Settings settings) {
    return new KafkaConsumer<>(
        properties(settings), new ByteArrayDeserializer(), new ByteArrayDeserializer());
  }

  private static Map<String, Object> properties(RuleFeed.Settings settings) {
    Map<String, Object> properties = new HashMap<>(settings.clientProperties());
    properties.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, "false");
    // Gateways write rules in transactions: what was never committed was never in force.
    properties.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    properties.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
    properties.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, "false");
    properties.remove(ConsumerConfig.GROUP_ID_CONFIG);
    return properties;
  }

  @Override
  public InputStatus pollNext(ReaderOutput<Control> output) {
    Control control = controls.poll();
    if (control == null) {
      // Looked at after the queue, which forgets that it was notified when it is found empty.
      IllegalStateException failed = failure.get();
      if (failed != null) {
        throw failed;
      }
      return InputStatus.NOTHING_AVAILABLE;
    }
    output.collect(control, control.wallMillis());
    return InputStatus.MORE_AVAILABLE;
  }

  @Override
  public CompletableFuture<Void> isAvailable() {
    return controls.getAvailabilityFuture();
  }

  @Override
  public List<NoSplit> snapshotState(long checkpointId) {
    return List.of();
  }

  @Override
  public void addSplits(List<NoSplit> splits) {}

  @Override
  public void notifyNoMoreSplits() {}

  /** Wakes the thread instead of interrupting it: an interrupted consumer cannot leave in peace. */
  @Override
  public void close() throws InterruptedException {
    closed = true;
    if (thread != null) {
      Consumer<byte[], byte[]> opened = consumer;
      if (opened != null) {
        opened.wakeup();
      }
      controls.wakeUpPuttingThread(0);
      thread.join(CLOSE_MILLIS);
      thread.interrupt();
    }
  }
}
