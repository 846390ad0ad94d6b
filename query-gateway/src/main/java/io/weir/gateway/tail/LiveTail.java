package io.weir.gateway.tail;

import io.weir.gateway.search.StoreException;
import io.weir.model.log.LogEvent;
import io.weir.model.query.match.MatchedEvent;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one live reader of a gateway: reads the partitions that somebody watches, parses each record
 * once, and hands it to the clients that want it. One thread does all of that and owns all of its
 * state; others talk to it by commands.
 */
final class LiveTail implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(LiveTail.class);
  private static final Duration MAX_WAIT = Duration.ofMillis(250);
  private static final Duration AFTER_FAILURE = Duration.ofSeconds(1);
  private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(10);

  private final LogTopic log;
  private final Supplier<TopicInfo> current;
  private final TailMeter meter;
  private final Endings endings;
  private final Clock clock;
  private final long flushNanos;
  private final long heartbeatNanos;
  private final BlockingQueue<Runnable> commands = new LinkedBlockingQueue<>();
  private final Thread thread = new Thread(this::run, "weir-tail-live");

  private volatile boolean stopping;
  private volatile LogReader reader;
  private volatile long lag;
  private volatile Set<Integer> assigned = Set.of();

  // Of the thread alone.
  private final SubscriberIndex index = new SubscriberIndex();
  private final LivePositions positions = new LivePositions();
  private final Map<List<Integer>, PartitionGroup> groups = new HashMap<>();
  private final List<Joining> joining = new ArrayList<>();
  private final List<Subscriber> touched = new ArrayList<>();
  private TopicInfo topic;
  private LogDecoder decoder;
  private boolean assignmentChanged;
  private long records;
  private long lastFlush;
  private long lastHeartbeat;
  private String problem = "";

  /**
   * A client that waits to become live.
   *
   * @param reached how far it has got; with {@code exactly} it becomes live once the live reader is
   *     at least as far, else at once, and these offsets are where unwatched partitions begin
   */
  private record Joining(
      Subscriber subscriber,
      TopicInfo topic,
      Map<Integer, Long> reached,
      boolean exactly,
      CompletableFuture<Map<Integer, Long>> joined) {}

  /**
   * @param current the topic as it is known now
   * @param flush how long events are collected before clients are told of them, at most
   * @param heartbeat between two of them
   */
  LiveTail(
      LogTopic log,
      Supplier<TopicInfo> current,
      TailMeter meter,
      Endings endings,
      Clock clock,
      Duration flush,
      Duration heartbeat) {
    this.log = Objects.requireNonNull(log, "log");
    this.current = Objects.requireNonNull(current, "current");
    this.meter = Objects.requireNonNull(meter, "meter");
    this.endings = Objects.requireNonNull(endings, "endings");
    this.clock = Objects.requireNonNull(clock, "clock");
    this.flushNanos = flush.toNanos();
    this.heartbeatNanos = heartbeat.toNanos();
    thread.setDaemon(true);
  }

  LiveTail start() {
    lastHeartbeat = System.nanoTime();
    lastFlush = System.nanoTime();
    thread.start();
    return this;
  }

  /**
   * Makes a client live: it gets every record from the returned offsets on.
   *
   * @param reached how far the client has got, for each of its partitions
   * @param exactly whether it must not get anything before {@code reached}; then the answer comes
   *     once the live reader is at least as far, and the client has still to be given what lies
   *     between the two
   * @return fails with {@link TopicChangedException} if the topic is another one by now
   */
  CompletableFuture<Map<Integer, Long>> join(
      Subscriber subscriber, TopicInfo ofTopic, Map<Integer, Long> reached, boolean exactly) {
    CompletableFuture<Map<Integer, Long>> joined = new CompletableFuture<>();
    submit(
        () -> joining.add(new Joining(subscriber, ofTopic, Map.copyOf(reached), exactly, joined)));
    return joined;
  }

  /** Forgets a client; harmless if it is unknown. */
  void leave(Subscriber subscriber) {
    submit(() -> remove(subscriber));
  }

  /** Ends every stream if the topic is another one by now. */
  void topicMayHaveChanged() {
    submit(() -> {});
  }

  /** Returns how many records the reader is behind. */
  long lag() {
    return lag;
  }

  /** Returns the partitions that are read now. */
  Set<Integer> assigned() {
    return assigned;
  }

  private void submit(Runnable command) {
    commands.add(command);
    LogReader waiting = reader;
    if (waiting != null) {
      waiting.wakeup();
    }
  }

  private void run() {
    while (!stopping) {
      try {
        runCommands();
        followTopic();
        admit();
        assign();
        if (positions.isEmpty()) {
          awaitCommand(untilSomethingIsDue());
        } else {
          read();
        }
        flushWhenDue();
        heartbeatWhenDue();
      } catch (OffsetsLostException e) {
        lost(e.partitions());
      } catch (RuntimeException e) { // clients wait for it to be over; nothing else would read
        failed(e);
      }
    }
    closeReader();
  }

  private void runCommands() {
    for (Runnable command = commands.poll(); command != null; command = commands.poll()) {
      command.run();
    }
  }

  private void awaitCommand(Duration timeout) {
    try {
      Runnable command = commands.poll(timeout.toNanos(), TimeUnit.NANOSECONDS);
      if (command != null) {
        command.run();
      }
    } catch (InterruptedException e) {
      stopping = true;
      Thread.currentThread().interrupt();
    }
  }

  /** Another incarnation, or more partitions: every position is another one. */
  private void followTopic() {
    if (topic == null || joining.isEmpty() && index.isEmpty()) {
      return;
    }
    if (!topic.equals(current.get())) {
      LOG.info("Topic '{}' has changed: every stream begins anew", topic.name());
      endAll(index.all(), Bye.TOPIC_CHANGED);
      index.clear();
      groups.clear();
      positions.clear();
      touched.clear();
      closeReader();
      topic = null;
    }
  }

  // ---- joining and leaving ----

  private void admit() {
    for (Iterator<Joining> waiting = joining.iterator(); waiting.hasNext(); ) {
      Joining join = waiting.next();
      if (join.subscriber().queue().isClosed() || join.joined().isDone()) {
        join.joined().cancel(false);
        waiting.remove();
      } else if (!join.topic().equals(current.get())) {
        join.joined().completeExceptionally(new TopicChangedException());
        waiting.remove();
      } else if (!join.exactly() || isFarEnough(join)) {
        admit(join);
        waiting.remove();
      }
    }
  }

  /** A partition that nobody watches begins where the client is. */
  private boolean isFarEnough(Joining join) {
    for (Map.Entry<Integer, Long> reached : join.reached().entrySet()) {
      int partition = reached.getKey();
      if (positions.isWatched(partition) && positions.next(partition) < reached.getValue()) {
        return false;
      }
    }
    return true;
  }

  private void admit(Joining join) {
    if (topic == null || index.isEmpty()) {
      topic = join.topic();
      decoder = new LogDecoder(topic, meter);
    }
    Subscriber subscriber = join.subscriber();
    int[] partitions = subscriber.partitions();
    Map<Integer, Long> from = new HashMap<>();
    for (int partition : partitions) {
      assignmentChanged |= positions.watch(partition, join.reached().get(partition));
      from.put(partition, positions.next(partition));
    }
    List<Integer> key = Arrays.stream(partitions).boxed().toList();
    PartitionGroup group =
        groups.computeIfAbsent(key, ofThese -> new PartitionGroup(topic, partitions, positions));
    group.enter();
    subscriber.group(group);
    index.add(subscriber);
    if (!join.exactly()) {
      // So that a client which is cut off before its first event can resume all the same.
      subscriber.queue().offer(Frames.control(group.position(), Frames.heartbeat(clock.instant())));
      subscriber.wake();
    }
    join.joined().complete(from);
  }

  private void remove(Subscriber subscriber) {
    if (!index.remove(subscriber)) {
      return;
    }
    PartitionGroup group = subscriber.group();
    for (int partition : group.partitions()) {
      assignmentChanged |= positions.unwatch(partition);
    }
    if (group.leave()) {
      groups.values().remove(group);
    }
  }

  private void endAll(List<Subscriber> subscribers, Bye reason) {
    for (Subscriber subscriber : subscribers) {
      endings.end(subscriber, reason);
    }
  }

  // ---- reading ----

  private void assign() {
    if (positions.isEmpty()) {
      if (reader != null) {
        closeReader(); // nobody watches: no connection, no fetches
      }
      assignmentChanged = false;
      return;
    }
    if (reader == null) {
      reader = log.reader();
      assignmentChanged = true;
    }
    if (assignmentChanged) {
      reader.assign(positions.next());
      assigned = positions.partitions();
      assignmentChanged = false;
    }
  }

  private void read() {
    List<LogRecord> batch = reader.poll(untilSomethingIsDue());
    for (LogRecord record : batch) {
      if (positions.advance(record.partition(), record.offset() + 1)) {
        offer(record);
      }
    }
    // Past markers of transactions, which are no records.
    long behind = 0;
    for (int partition : assigned) {
      if (positions.isWatched(partition)) {
        positions.advance(partition, reader.position(partition));
        behind += reader.lag(partition).orElse(0);
      }
    }
    lag = behind;
    if (!problem.isEmpty()) {
      LOG.info("The topic of logs can be read again");
      problem = "";
    }
  }

  private void offer(LogRecord record) {
    records++;
    Optional<MatchedEvent> decoded = decoder.decode(record);
    if (decoded.isEmpty()) {
      return;
    }
    MatchedEvent event = decoded.get();
    Delivery delivery = new Delivery(record.partition(), event);
    index.candidates(event.event().service(), delivery::to);
  }

  /** One event on its way to the clients that want it. */
  private final class Delivery {
    private final int partition;
    private final MatchedEvent event;
    private byte[] body;

    Delivery(int partition, MatchedEvent event) {
      this.partition = partition;
      this.event = event;
    }

    void to(Subscriber subscriber) {
      if (!subscriber.group().has(partition) || !subscriber.filter().matches(event)) {
        return;
      }
      LogEvent log = event.event();
      if (body == null) {
        body = decoder.body(log);
      }
      if (!subscriber.queue().offer(subscriber.group().frame(records, log, body))) {
        meter.dropped(1);
      }
      if (subscriber.touch()) {
        touched.add(subscriber);
      }
    }
  }

  // ---- time ----

  private Duration untilSomethingIsDue() {
    long now = System.nanoTime();
    long wait = Math.min(MAX_WAIT.toNanos(), lastHeartbeat + heartbeatNanos - now);
    if (!touched.isEmpty()) {
      wait = Math.min(wait, lastFlush + flushNanos - now);
    }
    return Duration.ofNanos(Math.max(0, wait));
  }

  /** Tells clients at once after a quiet moment, and otherwise of many events at a time. */
  private void flushWhenDue() {
    long now = System.nanoTime();
    if (touched.isEmpty() || now - lastFlush < flushNanos) {
      return;
    }
    for (Subscriber subscriber : touched) {
      subscriber.untouch();
      subscriber.wake();
    }
    touched.clear();
    groups.values().forEach(PartitionGroup::forgetFrame);
    lastFlush = now;
  }

  private void heartbeatWhenDue() {
    long now = System.nanoTime();
    if (now - lastHeartbeat < heartbeatNanos) {
      return;
    }
    lastHeartbeat = now;
    byte[] body = Frames.heartbeat(clock.instant());
    Map<PartitionGroup, Frame> frames = new HashMap<>();
    for (Subscriber subscriber : index.all()) {
      if (subscriber.queue().isIdle()) {
        subscriber
            .queue()
            .offer(
                frames.computeIfAbsent(
                    subscriber.group(), group -> Frames.control(group.position(), body)));
        subscriber.wake();
      }
    }
  }

  // ---- failures ----

  /** Those who watch these partitions come again, and are told then what they have missed. */
  private void lost(Set<Integer> partitions) {
    LOG.warn("Partitions {} have no records where they are read", partitions);
    for (Subscriber subscriber : index.all()) {
      Set<Integer> own = new HashSet<>(partitions);
      own.removeIf(partition -> !subscriber.group().has(partition));
      if (!own.isEmpty()) {
        endings.end(subscriber, Bye.POSITION_LOST);
        remove(subscriber);
      }
    }
  }

  /** Says each problem once; the same one comes again every second until somebody helps. */
  private void failed(RuntimeException failure) {
    String now = failure.toString();
    if (!now.equals(problem)) {
      if (failure instanceof StoreException) {
        LOG.warn("The topic of logs cannot be read, will try again: {}", now);
      } else {
        LOG.error("The live reader failed, will try again", failure);
      }
      problem = now;
    }
    long behind = lag;
    closeReader();
    lag = behind; // nobody has caught up
    awaitCommand(AFTER_FAILURE);
  }

  private void closeReader() {
    LogReader closing = reader;
    reader = null;
    assigned = Set.of();
    lag = 0;
    if (closing != null) {
      closing.close();
    }
  }

  @Override
  public void close() {
    stopping = true;
    submit(() -> {});
    try {
      thread.join(CLOSE_TIMEOUT.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
