package io.weir.harness.stack;

import java.io.PrintStream;
import java.time.Duration;

/**
 * Shows a board on a terminal (a table that is redrawn in place) or as plain lines (one for each
 * change). Messages appear above the table. Guarded by the board's lock, which is held while the
 * board tells of a change.
 */
final class StackView {
  private final PrintStream out;
  private final boolean live;
  private final StatusBoard board;
  private final long startNanos = System.nanoTime();
  private int drawn;
  private boolean watching;

  StackView(PrintStream out, boolean live, StatusBoard board) {
    this.out = out;
    this.live = live;
    this.board = board;
    board.onChange(this::changed);
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
      out.println("  " + StatusLines.coloured(status));
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
