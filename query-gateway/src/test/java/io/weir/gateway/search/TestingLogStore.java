package io.weir.gateway.search;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.weir.model.index.HotIndices;
import io.weir.model.json.DocumentFields;
import io.weir.model.kafka.EventId;
import io.weir.model.log.LogLevel;
import io.weir.model.log.Timestamps;
import io.weir.model.query.Query;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;

/**
 * A hot store in memory. It knows filters by service, host and level, no query texts except the
 * absence of a host; shards fail and requests block on demand.
 */
public final class TestingLogStore implements LogStore {
  public static final String TOPIC = "logs";
  public static final String CODE = "abcde";

  private final List<LogHit> events = new ArrayList<>();
  private final List<HitsRequest> requests = new ArrayList<>();
  private final Deque<ShardReport> reports = new ArrayDeque<>();
  private final List<HotIndex> indices = new ArrayList<>();
  private RuntimeException failure;
  private RuntimeException indicesFailure;
  private CountDownLatch entered = new CountDownLatch(0);
  private CountDownLatch gate = new CountDownLatch(0);

  public static final ShardReport FINE = new ShardReport(3, 3, 0, 0, false, List.of());
  public static final ShardReport ONE_FAILED =
      new ShardReport(
          3,
          2,
          0,
          1,
          false,
          List.of(new ShardReport.ShardFailure("logs-2026-03-29-10", "it is red")));

  /** Adds an event; the offset makes it unique. */
  public synchronized LogHit add(
      long timestampNanos, long offset, String service, String host, LogLevel level) {
    ObjectNode source = JsonNodeFactory.instance.objectNode();
    source.put(DocumentFields.TIMESTAMP, Timestamps.format(timestampNanos));
    source.put(DocumentFields.SERVICE, service);
    if (host != null) {
      source.put(DocumentFields.HOST, host);
    }
    source.put(DocumentFields.LEVEL, level.name());
    source.put(DocumentFields.MESSAGE, "message " + offset);
    source.putObject(DocumentFields.FIELDS).put("user_id", offset % 3);
    LogHit hit =
        new LogHit(
            EventId.encode(CODE, 0, offset),
            HotIndices.hourly(timestampNanos),
            source,
            new LogPosition(timestampNanos, TOPIC, 0, offset, CODE));
    events.add(hit);
    return hit;
  }

  /** The next answers report these in turn; after them everything is fine. */
  public synchronized void reportNext(ShardReport... next) {
    reports.addAll(List.of(next));
  }

  /** Every request fails like this, until null is given. */
  public synchronized void fail(RuntimeException with) {
    failure = with;
  }

  /** Listing the indices fails like this. */
  public synchronized void failIndices(RuntimeException with) {
    indicesFailure = with;
  }

  /** Requests block from now on until {@link #release}. */
  public synchronized void block(int requestsToWaitFor) {
    entered = new CountDownLatch(requestsToWaitFor);
    gate = new CountDownLatch(1);
  }

  /** Waits until as many requests block as were announced. */
  public void awaitBlocked() throws InterruptedException {
    entered.await();
  }

  public synchronized void release() {
    gate.countDown();
  }

  public synchronized void index(String name, long documents) {
    indices.add(new HotIndex(name, "green", Optional.of(documents), Optional.of(documents * 100)));
  }

  public synchronized void deleteIndex(String name) {
    indices.removeIf(index -> index.name().equals(name));
  }

  public synchronized List<HitsRequest> requests() {
    return List.copyOf(requests);
  }

  private ShardReport enter(Cancellation cancellation) {
    CountDownLatch wait;
    synchronized (this) {
      if (failure != null) {
        throw failure;
      }
      wait = gate;
      entered.countDown();
    }
    Thread waiting = Thread.currentThread();
    Runnable interrupt = waiting::interrupt;
    cancellation.onCancel(interrupt);
    try {
      wait.await();
    } catch (InterruptedException e) {
      cancellation.check();
      throw new IllegalStateException(e);
    } finally {
      cancellation.forget(interrupt);
    }
    synchronized (this) {
      return reports.isEmpty() ? FINE : reports.poll();
    }
  }

  @Override
  public Hits hits(HitsRequest request, Cancellation cancellation) {
    ShardReport report = enter(cancellation);
    synchronized (this) {
      requests.add(request);
      Comparator<LogPosition> order =
          Comparator.comparingLong(LogPosition::timestampNanos)
              .thenComparingLong(LogPosition::offset);
      Comparator<LogPosition> asked = request.order() == SortOrder.ASC ? order : order.reversed();
      List<LogHit> matching =
          events.stream().filter(hit -> matches(request.filter(), request.range(), hit)).toList();
      List<LogHit> page =
          matching.stream()
              .filter(
                  hit ->
                      request.after().isEmpty()
                          || asked.compare(hit.position(), request.after().get()) > 0)
              .sorted(Comparator.comparing(LogHit::position, asked))
              .limit(request.size())
              .toList();
      Optional<Total> total =
          request.countUpTo() == 0
              ? Optional.empty()
              : Optional.of(
                  new Total(
                      Math.min(matching.size(), request.countUpTo()),
                      matching.size() <= request.countUpTo()));
      return new Hits(page, total, report);
    }
  }

  private static boolean matches(LogFilter filter, TimeRange range, LogHit hit) {
    ObjectNode source = hit.source();
    long at = hit.position().timestampNanos();
    boolean noHost = filter.query() instanceof Query.Not;
    return at >= range.fromNanos()
        && at < range.toNanos()
        && (filter.services().isEmpty()
            || filter.services().contains(source.path(DocumentFields.SERVICE).asText()))
        && (filter.hosts().isEmpty()
            || filter.hosts().contains(source.path(DocumentFields.HOST).asText()))
        && (filter.levels().isEmpty()
            || filter
                .levels()
                .contains(LogLevel.valueOf(source.path(DocumentFields.LEVEL).asText())))
        && (!noHost || !source.has(DocumentFields.HOST));
  }

  @Override
  public Optional<LogHit> find(
      String eventId, Optional<TimeRange> within, Cancellation cancellation) {
    enter(cancellation);
    synchronized (this) {
      return events.stream().filter(hit -> hit.eventId().equals(eventId)).findFirst();
    }
  }

  @Override
  public Histogram histogram(
      LogFilter filter, TimeRange range, Duration interval, Cancellation cancellation) {
    ShardReport report = enter(cancellation);
    synchronized (this) {
      Map<Instant, Map<String, Long>> buckets = new TreeMap<>();
      events.stream()
          .filter(hit -> matches(filter, range, hit))
          .forEach(
              hit ->
                  buckets
                      .computeIfAbsent(
                          Times.instant(
                              Math.floorDiv(hit.position().timestampNanos(), interval.toNanos())
                                  * interval.toNanos()),
                          start -> new TreeMap<>())
                      .merge(hit.source().path(DocumentFields.LEVEL).asText(), 1L, Long::sum));
      return new Histogram(buckets, report);
    }
  }

  @Override
  public TopValues topValues(
      LogFilter filter, TimeRange range, String field, int size, Cancellation cancellation) {
    ShardReport report = enter(cancellation);
    synchronized (this) {
      Map<String, Long> counts = new TreeMap<>();
      events.stream()
          .filter(hit -> matches(filter, range, hit))
          .forEach(hit -> counts.merge(hit.source().path(field).asText(), 1L, Long::sum));
      List<ValueCount> values =
          counts.entrySet().stream()
              .map(entry -> new ValueCount(entry.getKey(), entry.getValue()))
              .sorted(Comparator.comparingLong(ValueCount::count).reversed())
              .toList();
      return new TopValues(
          values.stream().limit(size).toList(),
          values.stream().skip(size).mapToLong(ValueCount::count).sum(),
          0,
          report);
    }
  }

  @Override
  public List<HotIndex> indices(Cancellation cancellation) {
    enter(cancellation);
    synchronized (this) {
      if (indicesFailure != null) {
        throw indicesFailure;
      }
      return List.copyOf(indices);
    }
  }
}
