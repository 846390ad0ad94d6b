package io.weir.harness.ship;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.function.Consumer;

/**
 * Cuts bytes into lines and knows where each stands in the file. What follows the last line end is
 * held back until its end arrives: a writer may be in the middle of it. A line that outgrows the
 * limit is handed on in pieces, so that memory is bounded and nothing is lost.
 */
final class LineSplitter {
  private final int maxLineBytes;
  private byte[] held = new byte[1024];
  private int length;
  private long start;

  /**
   * Starts at a place in the file.
   *
   * @param offset file offset of the first byte that will come
   */
  LineSplitter(long offset, int maxLineBytes) {
    this.start = offset;
    this.maxLineBytes = maxLineBytes;
  }

  /** Takes the next bytes of the file and hands on the lines that they complete. */
  void take(ByteBuffer bytes, Consumer<RawLine> lines) {
    while (bytes.hasRemaining()) {
      byte b = bytes.get();
      if (b == '\n') {
        emit(length, length + 1, lines);
      } else {
        if (length == held.length) {
          held = Arrays.copyOf(held, Math.min(maxLineBytes, length * 2));
        }
        held[length++] = b;
        if (length == maxLineBytes) {
          int cut = characterBoundary();
          emit(cut, cut, lines);
        }
      }
    }
  }

  /** Hands on what is held although its line has no end: the file will not grow any more. */
  void finish(Consumer<RawLine> lines) {
    if (length > 0) {
      emit(length, length, lines);
    }
  }

  private void emit(int textBytes, int consumedBytes, Consumer<RawLine> lines) {
    boolean carriageReturn =
        consumedBytes > textBytes && textBytes > 0 && held[textBytes - 1] == '\r';
    int shown = carriageReturn ? textBytes - 1 : textBytes;
    String text = new String(held, 0, shown, StandardCharsets.UTF_8);
    RawLine line = new RawLine(start, start + consumedBytes, text);
    int rest = Math.max(0, length - consumedBytes);
    System.arraycopy(held, length - rest, held, 0, rest);
    length = rest;
    start += consumedBytes;
    lines.accept(line);
  }

  /** Returns a length near the end of what is held that does not cut a UTF-8 sequence. */
  private int characterBoundary() {
    for (int back = 1; back <= 4 && back < length; back++) {
      byte b = held[length - back];
      if (b >= 0) {
        break;
      }
      if ((b & 0xc0) == 0xc0) {
        return length - back;
      }
    }
    return length;
  }
}
