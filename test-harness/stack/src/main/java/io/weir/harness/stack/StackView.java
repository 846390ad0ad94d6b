package io.weir.harness.stack;

import java.io.PrintStream;
import java.time.Duration;

/**
 * Shows a board on a terminal (a table that is redrawn in place) or as plain lines (one for each
 * change). Messages appear above the table. Guarded by the board's lock, which is held while the
 * board tells of a change.
 */
final class StackView {
  private static final String INDENT = "  ";

  private final PrintStream out;
  private final boolean live;
  private final int columns;
  private final StatusBoard board;
  private final long startNanos = System.nanoTime();
  private int drawn;
  private boolean watching;

  private StackView(PrintStream out, int columns, StatusBoard board) {
    this.out = out;
    this.live = columns > 0;
    this.columns = columns;
    this.board = board;
    board.onChange(this::changed);
  }

  /** One line for each change: for a file, or a terminal that is none. */
  static StackView plain(PrintStream out, StatusBoard board) {
    return new StackView(out, 0, board);
  }

  /** A table that is redrawn in place on a terminal of this width. */
  static StackView live(PrintStream out, int columns, StatusBoard board) {
    return new StackView(out, Math.max(40, columns), board);
  }

  /** Begins to show states. */
  void watch() {
    synchronized (board) {
      watching = true;
      if (live) {
        draw();
      }
    }
  }

  /** Leaves the table as it is; later changes are not shown until {@link #watch} is called. */
  void unwatch() {
    synchronized (board) {
      watching = false;
      drawn = 0;
    }
  }

  void message(String text) {
    synchronized (board) {
      erase();
      out.println(text);
      if (live && watching) {
        draw();
      }
      out.flush();
    }
  }

  private void changed(ComponentStatus status) {
    synchronized (board) {
      if (!watching) {
        return;
      }
      if (live) {
        erase();
        draw();
      } else {
        out.println(StatusLines.plain(Duration.ofNanos(System.nanoTime() - startNanos), status));
      }
      out.flush();
    }
  }

  private void draw() {
    for (ComponentStatus status : board.snapshot()) {
      out.println(INDENT + StatusLines.coloured(status, columns - INDENT.length() - 1));
      drawn++;
    }
    out.flush();
  }

  private void erase() {
    if (drawn > 0) {
      // Up to the table's first row, then clear to the end of the screen.
      out.print("\u001b[" + drawn + "A\r\u001b[J");
      drawn = 0;
    }
  }
}
