package io.weir.operators.metrics;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * What is known of one series: its windows that are not over, those that it has emitted, and its
 * running totals with the time until which they have been told.
 */
final class SeriesState {
  private static final int VERSION = 2;

  /** Without {@link #shownMillis}. */
  private static final int VERSION_1 = 1;

  private static final long NEVER = Long.MIN_VALUE;

  /** A window that is not over. */
  static final class Pending {
    private final long windowEndMillis;
    private final long dueMillis;
    private final WindowAggregate aggregate;

    Pending(long windowEndMillis, long dueMillis, WindowAggregate aggregate) {
      this.windowEndMillis = windowEndMillis;
      this.dueMillis = dueMillis;
      this.aggregate = aggregate;
    }

    long windowEndMillis() {
      return windowEndMillis;
    }

    /** Returns the event time at which the window is emitted. */
    long dueMillis() {
      return dueMillis;
    }

    WindowAggregate aggregate() {
      return aggregate;
    }
  }

  private final OpenWindows open;
  private final List<Pending> pending;
  private double totalSum;
  private double totalCount;

  /** End of the newest window that said nothing but the totals; the least of all if none did. */
  private long shownMillis = NEVER;

  SeriesState() {
    this(new OpenWindows(), new ArrayList<>(2));
  }

  private SeriesState(OpenWindows open, List<Pending> pending) {
    this.open = open;
    this.pending = pending;
  }

  OpenWindows open() {
    return open;
  }

  /** Returns the windows that are not over, oldest first. */
  List<Pending> pending() {
    return pending;
  }

  /** Returns the pending window with this end, or null. */
  Pending pending(long windowEndMillis) {
    for (Pending window : pending) {
      if (window.windowEndMillis == windowEndMillis) {
        return window;
      }
    }
    return null;
  }

  void add(Pending window) {
    int at = pending.size();
    while (at > 0 && pending.get(at - 1).windowEndMillis > window.windowEndMillis) {
      at--;
    }
    pending.add(at, window);
  }

  void addToTotals(double sum, double count) {
    totalSum += sum;
    totalCount += count;
  }

  /** Returns whether totals have been told at the end of a window, or later. */
  boolean isBehind(long windowEndMillis) {
    return open.isBehind(windowEndMillis) || windowEndMillis <= shownMillis;
  }

  /** Returns the end of the earliest window, not before a time, at which totals can be told. */
  long nextShown(long fromMillis) {
    long end = Windows.endOf(fromMillis);
    return Math.max(end, Math.max(open.firstAheadMillis(), shownMillis + Windows.MILLIS));
  }

  /** Totals have been told at the end of a window that is still open. */
  void shown(long windowEndMillis) {
    shownMillis = windowEndMillis;
  }

  /** Returns the sum of all increases or observations. */
  double totalSum() {
    return totalSum;
  }

  /** Returns the number of all observations. */
  double totalCount() {
    return totalCount;
  }

  SeriesState copy() {
    List<Pending> windows = new ArrayList<>(pending.size());
    for (Pending window : pending) {
      windows.add(new Pending(window.windowEndMillis, window.dueMillis, window.aggregate.copy()));
    }
    SeriesState copy = new SeriesState(open.copy(), windows);
    copy.addToTotals(totalSum, totalCount);
    copy.shownMillis = shownMillis;
    return copy;
  }

  void write(DataOutput out) throws IOException {
    out.writeByte(VERSION);
    out.writeDouble(totalSum);
    out.writeDouble(totalCount);
    VarNumbers.write(shownMillis == NEVER ? 0 : shownMillis / Windows.MILLIS, out);
    open.write(out);
    VarNumbers.write(pending.size(), out);
    for (Pending window : pending) {
      VarNumbers.write(window.windowEndMillis, out);
      VarNumbers.write(window.dueMillis - window.windowEndMillis, out);
      window.aggregate.write(out);
    }
  }

  static SeriesState read(DataInput in) throws IOException {
    int version = in.readByte();
    if (version != VERSION && version != VERSION_1) {
      throw new IOException(
          "state of a series of version " + version + ", this job knows up to " + VERSION);
    }
    double sum = in.readDouble();
    double count = in.readDouble();
    long shown = version == VERSION_1 ? 0 : VarNumbers.read(in);
    OpenWindows open = OpenWindows.read(in);
    int size = Math.toIntExact(VarNumbers.read(in));
    List<Pending> pending = new ArrayList<>(Math.max(2, size));
    for (int i = 0; i < size; i++) {
      long end = VarNumbers.read(in);
      long due = end + VarNumbers.read(in);
      pending.add(new Pending(end, due, WindowAggregate.read(in)));
    }
    SeriesState state = new SeriesState(open, pending);
    state.addToTotals(sum, count);
    state.shownMillis = shown == 0 ? NEVER : shown * Windows.MILLIS;
    return state;
  }
}
