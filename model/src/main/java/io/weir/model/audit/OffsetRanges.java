package io.weir.model.audit;

import java.util.Arrays;
import java.util.Objects;
import java.util.StringJoiner;

/**
 * Offsets of one partition as ranges: ascending, apart from each other, each with its first and its
 * last offset. What is reported keeps at most {@value #MAX_RANGES}, leaves out what is beyond and
 * counts it, so that a report of any damage is bounded. Calculating with ranges is exact: the
 * result has no more of them than both operands together.
 *
 * @param bounds first and last of each range, one after the other
 * @param leftOut offsets that did not fit, all of them behind the last range
 */
@SuppressWarnings("ArrayRecordComponent") // equality and hash code are written out below
public record OffsetRanges(long[] bounds, long leftOut) {
  /** Most ranges that are kept of what is reported. */
  public static final int MAX_RANGES = 10_000;

  /** No offset. */
  public static final OffsetRanges NONE = new OffsetRanges(new long[0], 0);

  /** Takes the ranges in order. */
  @FunctionalInterface
  public interface Visitor {
    /** Takes one range, both ends included. */
    void range(long first, long last);
  }

  public OffsetRanges {
    Objects.requireNonNull(bounds, "bounds");
    if (bounds.length % 2 != 0) {
      throw new IllegalArgumentException("a range has two ends");
    }
  }

  /** Returns one range, both ends included. */
  public static OffsetRanges of(long first, long last) {
    return new OffsetRanges(new long[] {first, last}, 0);
  }

  /** Returns how many ranges there are. */
  public int size() {
    return bounds.length / 2;
  }

  /** Returns how many offsets there are, those left out included. */
  public long count() {
    long count = leftOut;
    for (int i = 0; i < bounds.length; i += 2) {
      count += bounds[i + 1] - bounds[i] + 1;
    }
    return count;
  }

  /** Returns whether there is no offset. */
  public boolean isEmpty() {
    return bounds.length == 0 && leftOut == 0;
  }

  /** Returns whether an offset is in one of the ranges. */
  public boolean contains(long offset) {
    int low = 0;
    int high = size() - 1;
    while (low <= high) {
      int middle = (low + high) >>> 1;
      if (offset < bounds[2 * middle]) {
        high = middle - 1;
      } else if (offset > bounds[2 * middle + 1]) {
        low = middle + 1;
      } else {
        return true;
      }
    }
    return false;
  }

  /** Hands on each range. */
  public void forEach(Visitor visitor) {
    for (int i = 0; i < bounds.length; i += 2) {
      visitor.range(bounds[i], bounds[i + 1]);
    }
  }

  /** Returns how many there are and none of them: offsets of several partitions are no ranges. */
  public OffsetRanges countOnly() {
    return isEmpty() ? NONE : new OffsetRanges(new long[0], count());
  }

  /** Returns the first ranges, and how many offsets are behind them. */
  public OffsetRanges head(int ranges) {
    if (size() <= ranges) {
      return this;
    }
    OffsetRanges first = new OffsetRanges(Arrays.copyOf(bounds, 2 * ranges), 0);
    return new OffsetRanges(first.bounds, count() - first.count());
  }

  /** Returns the offsets of both. */
  public OffsetRanges union(OffsetRanges other) {
    if (other.isEmpty()) {
      return this;
    }
    if (isEmpty()) {
      return other;
    }
    Builder builder = Builder.exact();
    int i = 0;
    int j = 0;
    while (i < bounds.length || j < other.bounds.length) {
      boolean mine = j == other.bounds.length || i < bounds.length && bounds[i] <= other.bounds[j];
      if (mine) {
        builder.add(bounds[i], bounds[i + 1]);
        i += 2;
      } else {
        builder.add(other.bounds[j], other.bounds[j + 1]);
        j += 2;
      }
    }
    return builder.build(leftOut + other.leftOut);
  }

  /** Returns these offsets without the others. */
  public OffsetRanges minus(OffsetRanges other) {
    if (isEmpty() || other.bounds.length == 0) {
      return this;
    }
    Builder builder = Builder.exact();
    int j = 0;
    for (int i = 0; i < bounds.length; i += 2) {
      long from = bounds[i];
      long to = bounds[i + 1];
      while (j < other.bounds.length && other.bounds[j + 1] < from) {
        j += 2;
      }
      int k = j;
      while (k < other.bounds.length && other.bounds[k] <= to && from <= to) {
        if (other.bounds[k] > from) {
          builder.add(from, other.bounds[k] - 1);
        }
        from = Math.max(from, other.bounds[k + 1] + 1);
        k += 2;
      }
      if (from <= to) {
        builder.add(from, to);
      }
    }
    return builder.build(leftOut);
  }

  /**
   * Merges ranges that are near each other.
   *
   * @param hole most offsets between two of them
   */
  public OffsetRanges bridge(long hole) {
    Builder builder = Builder.exact();
    for (int i = 0; i < bounds.length; i += 2) {
      boolean near = i > 0 && bounds[i] - bounds[i - 1] - 1 <= hole;
      builder.add(near ? bounds[i - 1] + 1 : bounds[i], bounds[i + 1]);
    }
    return builder.build(leftOut);
  }

  /** Returns the offsets that are in both, of those that neither left out. */
  public OffsetRanges intersect(OffsetRanges other) {
    OffsetRanges mine = new OffsetRanges(bounds, 0);
    return mine.minus(mine.minus(other));
  }

  /** Makes ranges out of what comes in ascending order of the first offsets. */
  public static final class Builder {
    private final int most;
    private long[] bounds = new long[8];
    private int length;
    private long leftOut;

    private Builder(int most) {
      this.most = most;
    }

    /** Keeps {@value OffsetRanges#MAX_RANGES} ranges and counts what is behind them. */
    public Builder() {
      this(MAX_RANGES);
    }

    /** Keeps every range: for what is bounded already. */
    public static Builder exact() {
      return new Builder(Integer.MAX_VALUE);
    }

    /** Adds one offset, not before the last. */
    public void add(long offset) {
      add(offset, offset);
    }

    /** Adds a range, which may touch or overlap the last. */
    public void add(long first, long last) {
      if (length > 0 && first <= bounds[length - 1] + 1) {
        bounds[length - 1] = Math.max(bounds[length - 1], last);
        return;
      }
      if (length / 2 == most) {
        leftOut += last - first + 1;
        return;
      }
      if (length == bounds.length) {
        bounds = Arrays.copyOf(bounds, 2 * length);
      }
      bounds[length++] = first;
      bounds[length++] = last;
    }

    /** Returns the ranges. */
    public OffsetRanges build() {
      return build(0);
    }

    private OffsetRanges build(long leftOutBefore) {
      return length == 0 && leftOut + leftOutBefore == 0
          ? NONE
          : new OffsetRanges(Arrays.copyOf(bounds, length), leftOut + leftOutBefore);
    }
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof OffsetRanges that
        && Arrays.equals(bounds, that.bounds)
        && leftOut == that.leftOut;
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(bounds) * 31 + Long.hashCode(leftOut);
  }

  /** Returns the ranges as people write them: {@code 7, 12-40}. */
  @Override
  public String toString() {
    StringJoiner text = new StringJoiner(", ");
    forEach((first, last) -> text.add(first == last ? "" + first : first + "-" + last));
    if (leftOut > 0) {
      text.add("and " + leftOut + " more");
    }
    return text.toString();
  }
}
