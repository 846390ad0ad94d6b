package io.weir.gateway.tail;

import io.weir.gateway.InvalidRequestException;
import io.weir.gateway.search.StoreException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongUnaryOperator;
import java.util.stream.Collectors;

/**
 * Opens streams: finds where a client begins, gives it the past if it asked for it, and hands it to
 * the live reader. Needs Kafka and nothing else. Thread-safe.
 */
public final class TailService implements AutoCloseable {
  private static final Duration JOIN_TIMEOUT = Duration.ofSeconds(5);

  private final LogTopic log;
  private final PartitionLocator locator;
  private final TailLimits limits;
  private final TailMeter meter;
  private final Clock clock;
  private final QueueBudget budget;
  private final Endings endings;
  private final TopicMonitor monitor;
  private final LiveTail live;
  private final CatchUps catchUps;
  private final Set<Subscriber> open = ConcurrentHashMap.newKeySet();
  private volatile boolean closing;

  private TailService(
      LogTopic log,
      PartitionLocator locator,
      TailLimits limits,
      TailMeter meter,
      Clock clock,
      LongUnaryOperator random) {
    this.log = Objects.requireNonNull(log, "log");
    this.locator = Objects.requireNonNull(locator, "locator");
    this.limits = Objects.requireNonNull(limits, "limits");
    this.meter = Objects.requireNonNull(meter, "meter");
    this.clock = Objects.requireNonNull(clock, "clock");
    this.budget = new QueueBudget(limits.maxQueuedBytes());
    this.endings = new Endings(limits.retry(), random, meter);
    this.monitor = new TopicMonitor(log, System::nanoTime);
    this.live =
        new LiveTail(
            log,
            monitor::current,
            meter,
            endings,
            clock,
            limits.flushInterval(),
            limits.heartbeat());
    this.catchUps =
        new CatchUps(
            log,
            live,
            monitor,
            limits.maxCatchUps(),
            new CatchUp.Limits(limits.catchUpTimeout(), limits.stallTimeout(), limits.heartbeat()),
            meter,
            endings,
            clock);
  }

  /**
   * Starts. Kafka may be away.
   *
   * @param random returns a number from 0 up to its argument, which is not included
   */
  public static TailService start(
      LogTopic log,
      PartitionLocator locator,
      TailLimits limits,
      TailMeter meter,
      Clock clock,
      LongUnaryOperator random) {
    TailService service = new TailService(log, locator, limits, meter, clock, random);
    service.live.start();
    service.monitor.start(service.live::topicMayHaveChanged);
    return service;
  }

  /** A request that was found good. */
  public static final class Plan {
    private final TailFilter filter;
    private final Optional<Instant> since;
    private final Optional<StreamPosition> last;

    private Plan(TailFilter filter, Optional<Instant> since, Optional<StreamPosition> last) {
      this.filter = filter;
      this.since = since;
      this.last = last;
    }
  }

  /**
   * Reads a request; does not block.
   *
   * @throws InvalidRequestException naming each field that is wrong
   */
  public Plan plan(TailRequest request) {
    TailFilter filter = TailFilter.of(request.filter());
    if (filter.services().isEmpty() && monitor.rate() > limits.maxUnfilteredRate()) {
      throw new InvalidRequestException(
          "service",
          "is required: about "
              + Math.round(monitor.rate())
              + " events a second come in, and above "
              + limits.maxUnfilteredRate()
              + " a stream has to name its services");
    }
    Optional<StreamPosition> last = request.lastEventId().map(TailService::position);
    // A browser that comes again still has the `since` of its first call in the URL.
    Optional<Instant> since =
        last.isPresent()
            ? Optional.empty()
            : request.since().map(text -> Since.parse(text, clock.instant(), limits.maxSince()));
    return new Plan(filter, since, last);
  }

  private static StreamPosition position(String id) {
    try {
      return StreamPosition.decode(id);
    } catch (IllegalArgumentException e) {
      throw new InvalidRequestException("Last-Event-ID", Objects.requireNonNull(e.getMessage()));
    }
  }

  /**
   * Opens a stream; blocks for a moment.
   *
   * @param wake called on any thread whenever the client may have something to take; must not block
   * @throws StoreException if Kafka cannot be asked where to begin
   * @throws InvalidRequestException if the stream would watch too many partitions
   */
  public Subscriber open(Plan plan, Runnable wake) {
    if (closing) {
      throw new StoreException(
          StoreException.Kind.UNAVAILABLE, "this gateway is about to stop", null);
    }
    TopicInfo topic = monitor.currentOrLook(live::topicMayHaveChanged);
    int[] partitions = locator.partitions(plan.filter.services(), topic.partitions());
    if (partitions.length > limits.maxPartitions()) {
      throw new InvalidRequestException(
          "service",
          "has to name fewer services: the stream would watch "
              + partitions.length
              + " partitions, and "
              + limits.maxPartitions()
              + " is the most");
    }
    boolean past = plan.last.isPresent() || plan.since.isPresent();
    Subscriber subscriber =
        new Subscriber(
            plan.filter,
            partitions,
            new ClientQueue(limits.queueEvents(), limits.queueBytes(), budget, past),
            wake);
    Set<Integer> set = Arrays.stream(partitions).boxed().collect(Collectors.toSet());
    open.add(subscriber);
    try {
      if (past) {
        openInThePast(plan, subscriber, topic, set);
      } else {
        openNow(subscriber, topic, set);
      }
    } catch (RuntimeException e) {
      close(subscriber);
      throw e;
    }
    if (closing) {
      endings.end(subscriber, Bye.SHUTDOWN);
    }
    return subscriber;
  }

  private void openNow(Subscriber subscriber, TopicInfo topic, Set<Integer> partitions) {
    try {
      live.join(subscriber, topic, log.latest(partitions), false)
          .get(JOIN_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      throw new StoreException(
          StoreException.Kind.UNAVAILABLE, e.getCause().getMessage(), e.getCause());
    } catch (TimeoutException e) {
      throw new StoreException(
          StoreException.Kind.UNAVAILABLE, "the live reader did not answer in time", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StoreException(StoreException.Kind.UNAVAILABLE, "interrupted", e);
    }
  }

  private void openInThePast(
      Plan plan, Subscriber subscriber, TopicInfo topic, Set<Integer> partitions) {
    Map<Integer, Long> start;
    if (plan.last.isPresent()) {
      StartPoint.Extent extent =
          new StartPoint.Extent(
              log.earliest(partitions),
              log.since(partitions, clock.instant().minus(limits.maxSince()).toEpochMilli()),
              log.latest(partitions));
      StartPoint point = StartPoint.resume(plan.last.get(), topic, subscriber.partitions(), extent);
      start = point.offsets();
      String id = StreamPosition.of(topic, start).encode();
      point
          .gaps()
          .forEach(
              (reason, gaps) -> {
                meter.gap(reason.lowerCase());
                tell(subscriber, Frames.control(id, Frames.gap(reason, gaps)));
              });
    } else {
      start = log.since(partitions, plan.since.orElseThrow().toEpochMilli());
    }
    // So that a client which is cut off before its first event can resume all the same.
    tell(
        subscriber,
        Frames.control(
            StreamPosition.of(topic, start).encode(), Frames.heartbeat(clock.instant())));
    catchUps.submit(subscriber, topic, start);
  }

  private static void tell(Subscriber subscriber, Frame frame) {
    try {
      subscriber.queue().put(frame, 0); // an empty queue has room
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StoreException(StoreException.Kind.UNAVAILABLE, "interrupted", e);
    }
  }

  /** Forgets a client and everything that waits for it; harmless a second time. */
  public void close(Subscriber subscriber) {
    if (open.remove(subscriber)) {
      subscriber.queue().close();
      live.leave(subscriber);
    }
  }

  /** Says goodbye to a client that may not read any more. */
  public void dismiss(Subscriber subscriber) {
    endings.end(subscriber, Bye.UNAUTHENTICATED);
  }

  /** Opens no more streams and says goodbye to all clients. */
  public void goodbye() {
    closing = true;
    List.copyOf(open).forEach(subscriber -> endings.end(subscriber, Bye.SHUTDOWN));
  }

  /** Returns how many streams are open. */
  public int subscribers() {
    return open.size();
  }

  /** Returns how many records the live reader is behind. */
  public long lag() {
    return live.lag();
  }

  /** Returns how many partitions are read live. */
  public int assignedPartitions() {
    return live.assigned().size();
  }

  /** Returns for how many clients the past is read now. */
  public int catchUpsActive() {
    return catchUps.active();
  }

  /** Returns how many clients wait for their past to be read. */
  public int catchUpsWaiting() {
    return catchUps.waiting();
  }

  /** Returns how many frames wait for all clients together. */
  public int queued() {
    return open.stream().mapToInt(each -> each.queue().depth()).sum();
  }

  /** Returns how many bytes wait for all clients together. */
  public long queuedBytes() {
    return budget.used();
  }

  /** Returns how many records a second the topic gets. */
  public double rate() {
    return monitor.rate();
  }

  /** Counts log events that were handed to a client's connection. */
  public void delivered(long events) {
    meter.delivered(events);
  }

  @Override
  public void close() {
    goodbye();
    monitor.close();
    catchUps.close();
    live.close();
  }
}
