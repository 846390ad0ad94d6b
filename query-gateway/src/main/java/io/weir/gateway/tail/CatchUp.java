package io.weir.gateway.tail;

import io.weir.model.log.LogEvent;
import io.weir.model.query.match.MatchedEvent;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

/**
 * Reads the past for one client and hands it over to the live reader.
 *
 * <p>First it reads until little is left, at the pace of the client. Then the client joins the live
 * reader, which answers, for each partition, with the offset J of the first record that it will
 * give; its events wait. What is left before J is read, and nothing from J on; then the waiting
 * events follow. So each record is looked at by exactly one of the two.
 */
final class CatchUp {
  /** Records that may be left when the client joins: its live events wait for so long. */
  private static final long LITTLE = 2_000;

  private static final Duration POLL = Duration.ofMillis(200);

  private final Subscriber subscriber;
  private final TopicInfo topic;
  private final LiveTail live;
  private final Supplier<TopicInfo> current;
  private final Limits limits;
  private final Clock clock;
  private final LogDecoder decoder;
  private final int[] partitions;
  private final long[] next;
  private final long deadline;
  private long heartbeatAt;

  /**
   * Bounds of one reading of the past.
   *
   * @param duration how long it may take
   * @param patience how long the client may take nothing
   * @param heartbeat between two of them while nothing matches
   */
  record Limits(Duration duration, Duration patience, Duration heartbeat) {
    Limits {
      Objects.requireNonNull(duration, "duration");
      Objects.requireNonNull(patience, "patience");
      Objects.requireNonNull(heartbeat, "heartbeat");
    }
  }

  /** How it ended. */
  enum Outcome {
    JOINED,
    CLOSED,
    LIMIT,
    STALLED,
    TOPIC_CHANGED,
    POSITION_LOST
  }

  /**
   * @param start where the client is, for each of its partitions
   * @param current the topic as it is known now
   */
  CatchUp(
      Subscriber subscriber,
      TopicInfo topic,
      Map<Integer, Long> start,
      LiveTail live,
      Supplier<TopicInfo> current,
      Limits limits,
      TailMeter meter,
      Clock clock) {
    this.subscriber = Objects.requireNonNull(subscriber, "subscriber");
    this.topic = Objects.requireNonNull(topic, "topic");
    this.live = Objects.requireNonNull(live, "live");
    this.current = Objects.requireNonNull(current, "current");
    this.limits = Objects.requireNonNull(limits, "limits");
    this.clock = Objects.requireNonNull(clock, "clock");
    this.decoder = new LogDecoder(topic, meter);
    this.partitions = subscriber.partitions();
    this.next = new long[partitions.length];
    for (int i = 0; i < partitions.length; i++) {
      next[i] = start.get(partitions[i]);
    }
    this.deadline = System.nanoTime() + limits.duration().toNanos();
    this.heartbeatAt = System.nanoTime() + limits.heartbeat().toNanos();
  }

  /** Reads and hands over; afterwards the client is live unless the outcome says otherwise. */
  Outcome run(LogReader reader) throws InterruptedException {
    try {
      reader.assign(positions());
      boolean near = false;
      while (!near) {
        Optional<Outcome> trouble = readOnce(reader, null);
        if (trouble.isPresent()) {
          return trouble.get();
        }
        near = isNear(reader) && subscriber.queue().pastIsMostlyTaken();
      }
      Map<Integer, Long> handedOver = join();
      while (!hasReached(handedOver)) {
        Optional<Outcome> trouble = readOnce(reader, handedOver);
        if (trouble.isPresent()) {
          return trouble.get();
        }
      }
      subscriber.queue().pastIsComplete();
      subscriber.wake();
      return Outcome.JOINED;
    } catch (OffsetsLostException e) {
      return Outcome.POSITION_LOST;
    } catch (TopicChangedException e) {
      return Outcome.TOPIC_CHANGED;
    } catch (CancellationException e) {
      return Outcome.CLOSED;
    } catch (TimeoutException e) {
      return Outcome.LIMIT;
    }
  }

  private Map<Integer, Long> positions() {
    Map<Integer, Long> positions = new HashMap<>();
    for (int i = 0; i < partitions.length; i++) {
      positions.put(partitions[i], next[i]);
    }
    return positions;
  }

  /**
   * Gives the client what a poll returns.
   *
   * @param until where each partition ends; null where nobody has said yet
   * @return why to stop
   */
  private Optional<Outcome> readOnce(LogReader reader, Map<Integer, Long> until)
      throws InterruptedException {
    if (subscriber.queue().isClosed()) {
      return Optional.of(Outcome.CLOSED);
    }
    if (System.nanoTime() > deadline) {
      return Optional.of(Outcome.LIMIT);
    }
    if (!topic.equals(current.get())) {
      return Optional.of(Outcome.TOPIC_CHANGED);
    }
    List<LogRecord> batch = reader.poll(POLL);
    for (LogRecord record : batch) {
      if (until == null || record.offset() < until.get(record.partition())) {
        ClientQueue.Put put = give(record);
        if (put != ClientQueue.Put.TAKEN) {
          return Optional.of(put == ClientQueue.Put.STALLED ? Outcome.STALLED : Outcome.CLOSED);
        }
      }
    }
    for (int i = 0; i < partitions.length; i++) {
      long position = reader.position(partitions[i]);
      next[i] = Math.max(next[i], bounded(position, until, partitions[i]));
    }
    if (!batch.isEmpty()) {
      subscriber.wake();
    }
    return heartbeat();
  }

  private static long bounded(long position, Map<Integer, Long> until, int partition) {
    return until == null ? position : Math.min(position, until.get(partition));
  }

  private ClientQueue.Put give(LogRecord record) throws InterruptedException {
    int i = Arrays.binarySearch(partitions, record.partition());
    if (record.offset() < next[i]) {
      return ClientQueue.Put.TAKEN;
    }
    next[i] = record.offset() + 1;
    Optional<MatchedEvent> decoded = decoder.decode(record);
    if (decoded.isEmpty() || !subscriber.filter().matches(decoded.get())) {
      return ClientQueue.Put.TAKEN;
    }
    LogEvent event = decoded.get().event();
    return put(
        new Frame(Frames.id(position()), decoder.body(event), Optional.of(Frame.Mark.of(event))));
  }

  private ClientQueue.Put put(Frame frame) throws InterruptedException {
    heartbeatAt = System.nanoTime() + limits.heartbeat().toNanos();
    if (!subscriber.queue().pastIsMostlyTaken()) {
      subscriber.wake();
    }
    return subscriber.queue().put(frame, limits.patience().toNanos());
  }

  /** Nothing has matched for a while: the client learns at least how far it is. */
  private Optional<Outcome> heartbeat() throws InterruptedException {
    if (System.nanoTime() < heartbeatAt) {
      return Optional.empty();
    }
    ClientQueue.Put put = put(Frames.control(position(), Frames.heartbeat(clock.instant())));
    subscriber.wake();
    return switch (put) {
      case TAKEN -> Optional.empty();
      case STALLED -> Optional.of(Outcome.STALLED);
      case CLOSED -> Optional.of(Outcome.CLOSED);
    };
  }

  private String position() {
    return StreamPosition.encode(topic.code(), topic.partitions(), partitions, next);
  }

  private boolean isNear(LogReader reader) {
    long left = 0;
    for (int partition : partitions) {
      OptionalLong lag = reader.lag(partition);
      if (lag.isEmpty()) {
        return false;
      }
      left += lag.getAsLong();
    }
    return left <= LITTLE;
  }

  private Map<Integer, Long> join() throws InterruptedException, TimeoutException {
    CompletableFuture<Map<Integer, Long>> joined = live.join(subscriber, topic, positions(), true);
    try {
      return joined.get(Math.max(1, deadline - System.nanoTime()), TimeUnit.NANOSECONDS);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof TopicChangedException changed) {
        throw changed;
      }
      throw new IllegalStateException("joining the live reader", e.getCause());
    } finally {
      joined.cancel(false); // where the wait was given up
    }
  }

  private boolean hasReached(Map<Integer, Long> until) {
    for (int i = 0; i < partitions.length; i++) {
      if (next[i] < until.get(partitions[i])) {
        return false;
      }
    }
    return true;
  }
}
