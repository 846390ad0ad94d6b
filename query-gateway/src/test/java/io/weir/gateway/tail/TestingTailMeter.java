package io.weir.gateway.tail;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Remembers what was counted. */
public final class TestingTailMeter implements TailMeter {
  private final Map<String, Long> counts = new ConcurrentHashMap<>();

  /** Returns a count by name, such as {@code dropped} or {@code gap expired}. */
  public long count(String name) {
    return counts.getOrDefault(name, 0L);
  }

  private void add(String name, long value) {
    counts.merge(name, value, Long::sum);
  }

  @Override
  public void decoded(long records) {
    add("decoded", records);
  }

  @Override
  public void undecodable(long records) {
    add("undecodable", records);
  }

  @Override
  public void delivered(long events) {
    add("delivered", events);
  }

  @Override
  public void dropped(long events) {
    add("dropped", events);
  }

  @Override
  public void gap(String reason) {
    add("gap " + reason, 1);
  }

  @Override
  public void ended(String reason) {
    add("ended " + reason, 1);
  }

  @Override
  public void refused(String reason) {
    add("refused " + reason, 1);
  }

  @Override
  public void caughtUp(String outcome) {
    add("caught up " + outcome, 1);
  }
}
