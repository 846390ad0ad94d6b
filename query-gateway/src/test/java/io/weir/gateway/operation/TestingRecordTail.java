package io.weir.gateway.operation;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.weir.gateway.search.StoreException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/** Topics in memory, of one partition each, that can be away; read back record by record. */
public final class TestingRecordTail implements RecordTail {
  private final Map<String, List<Entry>> topics = new HashMap<>();
  private boolean away;
  private long mostLooked = Long.MAX_VALUE;

  public synchronized void away(boolean value) {
    away = value;
  }

  /** A look ends after so many records from now on. */
  public synchronized void mostLooked(long records) {
    mostLooked = records;
  }

  /** Appends a record without a key, a second after the one before. */
  public synchronized void append(String topic, byte[] value) {
    append(topic, null, value);
  }

  /** Appends a record, a second after the one before. */
  public synchronized void append(String topic, String key, byte[] value) {
    List<Entry> entries = topics.computeIfAbsent(topic, name -> new ArrayList<>());
    entries.add(
        new Entry(
            0,
            entries.size(),
            1_774_778_400_000L + 1_000L * entries.size(),
            key == null ? null : key.getBytes(UTF_8),
            value));
  }

  @Override
  public synchronized Reach look(String topic, Range range, Viewer viewer) {
    if (away) {
      throw new StoreException(StoreException.Kind.UNAVAILABLE, "the topic is away", null);
    }
    List<Entry> all = topics.getOrDefault(topic, List.of());
    long from = range.fromMillis().orElse(Long.MIN_VALUE);
    long to = range.toMillis().orElse(Long.MAX_VALUE);
    long before = range.before().getOrDefault(0, Long.MAX_VALUE);
    List<Entry> entries =
        all.stream()
            .filter(entry -> entry.timestampMillis() >= from && entry.timestampMillis() < to)
            .filter(entry -> entry.offset() < before)
            .toList();
    int next = entries.size();
    long backTo = Long.MAX_VALUE;
    while (next > 0
        && entries.size() - next < mostLooked
        && !viewer.hasEnough(entries.size() - next, backTo)) {
      next--;
      backTo = entries.get(next).timestampMillis();
      viewer.see(entries.get(next));
    }
    boolean complete = next == 0;
    long position = complete ? 0 : entries.get(next - 1).offset() + 1;
    return new Reach(
        entries.size() - next,
        all.size(),
        complete,
        complete || backTo == Long.MAX_VALUE ? OptionalLong.empty() : OptionalLong.of(backTo),
        Map.of(0, position));
  }
}
