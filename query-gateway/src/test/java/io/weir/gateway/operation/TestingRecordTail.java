package io.weir.gateway.operation;

import io.weir.gateway.search.StoreException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Topics in memory, of one partition each, that can be away. */
public final class TestingRecordTail implements RecordTail {
  private final Map<String, List<Entry>> topics = new HashMap<>();
  private boolean away;

  public synchronized void away(boolean value) {
    away = value;
  }

  /** Appends a record, a second after the one before. */
  public synchronized void append(String topic, byte[] value) {
    List<Entry> entries = topics.computeIfAbsent(topic, name -> new ArrayList<>());
    entries.add(new Entry(0, entries.size(), 1_774_778_400_000L + 1_000L * entries.size(), value));
  }

  @Override
  public synchronized Newest newest(String topic, int perPartition, long beforeMillis) {
    if (away) {
      throw new StoreException(StoreException.Kind.UNAVAILABLE, "the topic is away", null);
    }
    List<Entry> all = topics.getOrDefault(topic, List.of());
    List<Entry> entries =
        all.stream().filter(entry -> entry.timestampMillis() < beforeMillis).toList();
    return new Newest(
        entries.subList(Math.max(0, entries.size() - perPartition), entries.size()), all.size());
  }
}
