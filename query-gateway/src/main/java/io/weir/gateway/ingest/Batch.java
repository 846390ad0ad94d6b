package io.weir.gateway.ingest;

import io.weir.model.log.LogLevel;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What one request asked to store, sorted by what becomes of it. Confined to one thread. */
public final class Batch {
  private final List<OutgoingRecord> outgoing = new ArrayList<>();
  private final List<Integer> indexes = new ArrayList<>();
  private final List<IngestResult.Rejection> rejected = new ArrayList<>();
  private final Map<LogLevel, Integer> shed = new EnumMap<>(LogLevel.class);
  private final Map<String, Integer> skipped = new TreeMap<>();

  /** Takes what stands at an index of the request. */
  public void add(int index, OutgoingRecord record) {
    indexes.add(index);
    outgoing.add(record);
  }

  /** Takes it not, because it could never be stored. */
  public void reject(int index, String reason, String detail) {
    rejected.add(new IngestResult.Rejection(index, reason, detail));
  }

  /** Takes it not, because there is too much to do. */
  public void shed(LogLevel level) {
    shed.merge(level, 1, Integer::sum);
  }

  /** Leaves it out, because it says nothing that is stored. */
  public void skip(String reason) {
    skipped.merge(reason, 1, Integer::sum);
  }

  /** Returns how much memory the values take. */
  long bytes() {
    return outgoing.stream().mapToLong(record -> record.value().length).sum();
  }

  List<OutgoingRecord> outgoing() {
    return Collections.unmodifiableList(outgoing);
  }

  /** Returns the result, with those added that Kafka refused, in the request's order. */
  IngestResult result(Map<Integer, String> refused) {
    List<IngestResult.Rejection> all = new ArrayList<>(rejected);
    refused.forEach(
        (position, why) ->
            all.add(new IngestResult.Rejection(indexes.get(position), "refused_by_kafka", why)));
    all.sort(Comparator.comparingInt(IngestResult.Rejection::index));
    return new IngestResult(outgoing.size() - refused.size(), all, shed, skipped);
  }
}
