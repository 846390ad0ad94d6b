package io.weir.operators.metrics;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Arrays;

/**
 * The windows that a series has not emitted, as intervals of window numbers (end divided by
 * length), oldest first. At first that is all of them; the first interval is the past, the last one
 * the future, and these two never go. At most {@value #MAX_GAPS} gaps between emitted windows are
 * kept: of more the shortest is closed, because long gaps are outages after which a backlog comes,
 * and short ones are the pauses of a slow series.
 */
final class OpenWindows {
  static final int MAX_GAPS = 8;

  private static final long FIRST = Long.MIN_VALUE / Windows.MILLIS;
  private static final long LAST = Long.MAX_VALUE / Windows.MILLIS;

  /** From and to, both included, of each interval. */
  private long[] bounds;

  OpenWindows() {
    this(new long[] {FIRST, LAST});
  }

  private OpenWindows(long[] bounds) {
    this.bounds = bounds;
  }

  OpenWindows copy() {
    return new OpenWindows(bounds.clone());
  }

  /** Returns whether a window can still be emitted. */
  boolean isOpen(long windowEndMillis) {
    return interval(windowEndMillis / Windows.MILLIS) >= 0;
  }

  /** Returns whether a later window has been emitted. */
  boolean isBehind(long windowEndMillis) {
    return windowEndMillis / Windows.MILLIS < bounds[bounds.length - 2];
  }

  /** Returns the end of the first window after all that have been emitted. */
  long firstAheadMillis() {
    return bounds[bounds.length - 2] * Windows.MILLIS;
  }

  /**
   * Takes an open window off.
   *
   * @return how many other windows had to be closed with it
   */
  long emitted(long windowEndMillis) {
    long window = windowEndMillis / Windows.MILLIS;
    int at = interval(window);
    long from = bounds[at];
    long to = bounds[at + 1];
    if (window == from && window < to) {
      bounds[at] = window + 1;
    } else if (window == to && window > from) {
      bounds[at + 1] = window - 1;
    } else if (from == to) {
      remove(at);
    } else {
      long[] split = new long[bounds.length + 2];
      System.arraycopy(bounds, 0, split, 0, at + 1);
      split[at + 1] = window - 1;
      split[at + 2] = window + 1;
      System.arraycopy(bounds, at + 1, split, at + 3, bounds.length - at - 1);
      bounds = split;
      return closeShortestBeyondLimit();
    }
    return 0;
  }

  private long closeShortestBeyondLimit() {
    if (bounds.length <= 2 * (MAX_GAPS + 2)) {
      return 0; // the past and the future are no gaps
    }
    int shortest = 2;
    for (int i = 2; i < bounds.length - 2; i += 2) {
      if (length(i) < length(shortest)) {
        shortest = i;
      }
    }
    long closed = length(shortest);
    remove(shortest);
    return closed;
  }

  private long length(int at) {
    return bounds[at + 1] - bounds[at] + 1;
  }

  private void remove(int at) {
    long[] rest = Arrays.copyOf(bounds, bounds.length - 2);
    System.arraycopy(bounds, at + 2, rest, at, rest.length - at);
    bounds = rest;
  }

  /**
   * Returns where the bounds of a window's interval stand; from the end, where most windows are.
   */
  private int interval(long window) {
    for (int i = bounds.length - 2; i >= 0; i -= 2) {
      if (window >= bounds[i]) {
        return window <= bounds[i + 1] ? i : -1;
      }
    }
    return -1;
  }

  /** The outermost bounds are always the same and are not written. */
  void write(DataOutput out) throws IOException {
    out.writeByte(bounds.length / 2);
    for (int i = 1; i < bounds.length - 1; i++) {
      VarNumbers.write(bounds[i], out);
    }
  }

  static OpenWindows read(DataInput in) throws IOException {
    long[] bounds = new long[in.readByte() * 2];
    bounds[0] = FIRST;
    bounds[bounds.length - 1] = LAST;
    for (int i = 1; i < bounds.length - 1; i++) {
      bounds[i] = VarNumbers.read(in);
    }
    return new OpenWindows(bounds);
  }
}
