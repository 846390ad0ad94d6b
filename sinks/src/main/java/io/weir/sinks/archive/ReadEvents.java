package io.weir.sinks.archive;

import static java.util.Objects.requireNonNull;

import io.weir.model.audit.OffsetRanges;
import io.weir.model.log.LogEvent;
import java.io.IOException;
import java.io.Serializable;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.flink.api.common.functions.FlatMapFunction;
import org.apache.flink.core.fs.Path;
import org.apache.flink.util.Collector;

/**
 * Takes wanted events out of the archive: paths of archive files in, the events at the wanted
 * places out, each once for each file that has it.
 */
public final class ReadEvents implements FlatMapFunction<String, LogEvent> {
  private static final long serialVersionUID = 1;

  /**
   * Offsets of a partition that are wanted.
   *
   * @param topicCode code of the topic's incarnation
   * @param partition Kafka partition
   * @param offsets which offsets
   */
  public record Wanted(String topicCode, int partition, OffsetRanges offsets) {}

  private record Place(String topicCode, int partition) implements Serializable {}

  private final HashMap<Place, long[]> wanted = new HashMap<>();

  /** Creates the operator. */
  public ReadEvents(List<Wanted> wanted) {
    requireNonNull(wanted, "wanted");
    Map<Place, OffsetRanges> byPlace = new HashMap<>();
    for (Wanted one : wanted) {
      byPlace.merge(
          new Place(one.topicCode(), one.partition()), one.offsets(), OffsetRanges::union);
    }
    byPlace.forEach((place, offsets) -> this.wanted.put(place, offsets.bounds()));
  }

  @Override
  public void flatMap(String path, Collector<LogEvent> out) throws IOException {
    Map<Place, OffsetRanges> ranges = new HashMap<>();
    wanted.forEach((place, bounds) -> ranges.put(place, new OffsetRanges(bounds, 0)));
    Set<String> emitted = new HashSet<>();
    try (LogParquetReader reader = LogParquetReader.open(new Path(path))) {
      for (LogEvent event = reader.read(); event != null; event = reader.read()) {
        OffsetRanges offsets = ranges.get(new Place(event.topicCode(), event.partition()));
        if (offsets != null && offsets.contains(event.offset()) && emitted.add(event.eventId())) {
          out.collect(event);
        }
      }
    }
  }
}
