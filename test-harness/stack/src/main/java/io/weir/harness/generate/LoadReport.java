package io.weir.harness.generate;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;

/**
 * What Kafka acknowledged: the known counts that a test or a person compares the stores with.
 *
 * @param events sound events
 * @param poison poison records by kind
 * @param sources sound events by source; sequence numbers run from 0 to one less
 * @param levels sound events by level
 * @param bytes value bytes of all records
 * @param repeats sound events that were sent before; they count in bytes only
 * @param elapsed from the first send to the last acknowledgement
 */
public record LoadReport(
    long events,
    Map<Poison, Long> poison,
    Map<String, Long> sources,
    Map<String, Long> levels,
    long bytes,
    long repeats,
    Duration elapsed) {

  public LoadReport {
    poison = new TreeMap<>(poison);
    sources = new TreeMap<>(sources);
    levels = new TreeMap<>(levels);
  }

  /** Returns the number of poison records of all kinds. */
  public long poisonRecords() {
    return poison.values().stream().mapToLong(Long::longValue).sum();
  }

  /** Returns the number of all records, poison and repeats included. */
  public long records() {
    return events + poisonRecords() + repeats;
  }

  /** Returns all records a second. */
  public double recordsPerSecond() {
    return records() / Math.max(1e-9, elapsed.toNanos() / 1e9);
  }

  /** Returns one line of JSON. */
  public String toJson() {
    ObjectNode json = new ObjectMapper().createObjectNode();
    json.put("events", events);
    json.put("poison", poisonRecords());
    json.put("bytes", bytes);
    json.put("seconds", elapsed.toMillis() / 1000.0);
    json.put("records_per_second", Math.round(recordsPerSecond() * 10) / 10.0);
    ObjectNode bySource = json.putObject("sources");
    sources.forEach(bySource::put);
    ObjectNode byLevel = json.putObject("levels");
    levels.forEach(byLevel::put);
    if (!poison.isEmpty()) {
      ObjectNode byKind = json.putObject("poison_kinds");
      poison.forEach((kind, count) -> byKind.put(kind.name(), count));
    }
    return json.toString();
  }
}
