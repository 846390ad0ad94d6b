package io.weir.model.audit;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Says for a block, of which everything is known that the sources know, what became of the records
 * in it, for each slice of an hour that has a part of it. Pure.
 */
public final class JudgeBlock {
  private record Place(String topic, int partition) {}

  private final Map<Place, Slices> slices = new HashMap<>();
  private final boolean hot;
  private final boolean archive;

  /**
   * Makes a judge.
   *
   * @param slices the hours that are audited
   * @param hot whether Elasticsearch should have anything
   * @param archive whether the archive should have anything
   */
  public JudgeBlock(List<HourSlice> slices, boolean hot, boolean archive) {
    this.hot = hot;
    this.archive = archive;
    Map<Place, List<HourSlice>> ofPlaces = new HashMap<>();
    for (HourSlice slice : slices) {
      ofPlaces
          .computeIfAbsent(new Place(slice.topic(), slice.partition()), key -> new ArrayList<>())
          .add(slice);
    }
    ofPlaces.forEach((place, of) -> this.slices.put(place, new Slices(of)));
  }

  /** The slices of a partition, of which there may be as many as selected offsets. */
  private static final class Slices {
    /** By their first offsets; hours may overlap where clocks differed. */
    private final List<HourSlice> ordered;

    /** The largest end of each slice and of those before it. */
    private final long[] reach;

    Slices(List<HourSlice> slices) {
      ordered = slices.stream().sorted(Comparator.comparingLong(HourSlice::first)).toList();
      reach = new long[ordered.size()];
      long furthest = 0;
      for (int i = 0; i < reach.length; i++) {
        furthest = Math.max(furthest, ordered.get(i).end());
        reach[i] = furthest;
      }
    }

    /** Hands on the slices that may have offsets between two, the second exclusive. */
    void between(long first, long end, Consumer<HourSlice> visitor) {
      int low = 0;
      int high = reach.length;
      while (low < high) {
        int middle = (low + high) >>> 1;
        if (reach[middle] > first) {
          high = middle;
        } else {
          low = middle + 1;
        }
      }
      for (int i = low; i < reach.length && ordered.get(i).first() < end; i++) {
        visitor.accept(ordered.get(i));
      }
    }
  }

  /** Hands on a tally for each audited hour that has offsets in the block. */
  public void judge(FactBlock block, Consumer<HourTally> tallies) {
    long first = block.first();
    long end = first + FactBlock.SIZE;
    Slices of = slices.get(new Place(block.topic(), block.partition()));
    if (of == null) {
      return;
    }
    of.between(
        first,
        end,
        slice -> {
          long from = Math.max(first, slice.first());
          long to = Math.min(end, slice.end());
          if (from < to) {
            tallies.accept(tally(block, slice, from, to));
          }
        });
  }

  private HourTally tally(FactBlock block, HourSlice slice, long from, long to) {
    long judged = Math.max(from, Math.min(to, slice.judgedEnd()));
    long duplicates = 0;
    long notForHot = 0;
    Counting inHot = new Counting();
    Counting inArchive = new Counting();
    for (long offset = from; offset < judged; offset++) {
      byte facts = block.at(offset);
      duplicates += Facts.any(facts, Facts.DUPLICATE) ? 1 : 0;
      notForHot += Facts.any(facts, Facts.NOT_FOR_HOT) && !Facts.any(facts, Facts.HOT) ? 1 : 0;
      inHot.count(
          offset,
          Facts.any(facts, Facts.HOT),
          Facts.any(facts, Facts.HOT_TWICE),
          Facts.any(facts, Facts.DEAD_FOR_HOT),
          !hot || Facts.accountedInHot(facts));
      inArchive.count(
          offset,
          Facts.any(facts, Facts.ARCHIVED),
          Facts.any(facts, Facts.ARCHIVED_TWICE),
          Facts.any(facts, Facts.DEAD_FOR_ARCHIVE),
          !archive || Facts.accountedInArchive(facts));
    }
    return new HourTally(
        slice.topic(),
        slice.partition(),
        slice.hourMillis(),
        judged - from,
        to - judged,
        duplicates,
        notForHot,
        slice.retainedFrom(),
        inHot.tally(),
        inArchive.tally());
  }

  private static final class Counting {
    private final OffsetRanges.Builder missing = new OffsetRanges.Builder();
    private final OffsetRanges.Builder doubled = new OffsetRanges.Builder();
    private long stored;
    private long dead;

    void count(long offset, boolean found, boolean twice, boolean letter, boolean accounted) {
      stored += found ? 1 : 0;
      dead += letter && !found ? 1 : 0;
      if (twice) {
        doubled.add(offset);
      }
      if (!accounted) {
        missing.add(offset);
      }
    }

    StoreTally tally() {
      return new StoreTally(stored, dead, missing.build(), doubled.build());
    }
  }
}
