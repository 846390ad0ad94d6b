package io.weir.operators.audit;

import io.weir.model.audit.OffsetRanges;
import java.io.Serializable;
import java.util.HashMap;
import java.util.Map;

/**
 * Some offsets of some partitions. Travels with the job graph. Not thread-safe while it is filled.
 */
public final class OffsetSelection implements Serializable {
  private static final long serialVersionUID = 1;

  private record Place(String topicCode, int partition) implements Serializable {}

  /** Bounds of ranges, because the model's records do not travel by Java serialization. */
  private final HashMap<Place, long[]> bounds = new HashMap<>();

  private transient Map<Place, OffsetRanges> ranges;

  /** Adds offsets of a partition. */
  public OffsetSelection add(String topicCode, int partition, OffsetRanges offsets) {
    if (offsets.size() > 0) {
      bounds.merge(
          new Place(topicCode, partition),
          offsets.bounds(),
          (one, other) -> new OffsetRanges(one, 0).union(new OffsetRanges(other, 0)).bounds());
    }
    ranges = null;
    return this;
  }

  /** Returns whether an offset is among them. */
  public boolean contains(String topicCode, int partition, long offset) {
    if (ranges == null) {
      Map<Place, OffsetRanges> made = new HashMap<>();
      bounds.forEach((place, of) -> made.put(place, new OffsetRanges(of, 0)));
      ranges = made;
    }
    OffsetRanges of = ranges.get(new Place(topicCode, partition));
    return of != null && of.contains(offset);
  }

  /** Returns how many there are. */
  public long count() {
    return bounds.values().stream().mapToLong(of -> new OffsetRanges(of, 0).count()).sum();
  }

  /** Returns how many there are here or in another. */
  public long countWith(OffsetSelection other) {
    OffsetSelection both = new OffsetSelection();
    both.bounds.putAll(bounds);
    other.bounds.forEach(
        (place, of) -> both.add(place.topicCode(), place.partition(), new OffsetRanges(of, 0)));
    return both.count();
  }

  /** Returns those that are in another one, too. */
  public OffsetSelection both(OffsetSelection other) {
    OffsetSelection both = new OffsetSelection();
    bounds.forEach(
        (place, of) ->
            both.add(
                place.topicCode(),
                place.partition(),
                new OffsetRanges(of, 0)
                    .intersect(
                        new OffsetRanges(other.bounds.getOrDefault(place, new long[0]), 0))));
    return both;
  }

  /** Returns whether there are none. */
  public boolean isEmpty() {
    return bounds.isEmpty();
  }
}
