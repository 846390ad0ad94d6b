package io.weir.harness.process;

import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/**
 * Appends bytes to a file and rolls it to {@code FILE.1}, {@code FILE.2}, ... at the end of the
 * line in which it reached its size. The names follow logrotate, so a tail that watches the inode
 * loses nothing. Not thread-safe: one writer.
 */
final class RollingFile implements Closeable {
  private final Path file;
  private final long maxBytes;
  private final int keep;
  private OutputStream out;
  private long size;

  /**
   * @param maxBytes size after which the file is rolled
   * @param keep how many rolled files stay
   */
  RollingFile(Path file, long maxBytes, int keep) throws IOException {
    this.file = file;
    this.maxBytes = maxBytes;
    this.keep = keep;
    Files.createDirectories(file.toAbsolutePath().getParent());
    open();
  }

  void write(byte[] bytes, int offset, int length) throws IOException {
    int end = offset + length;
    int from = offset;
    while (from < end) {
      int to = end;
      boolean roll = false;
      if (size + (end - from) >= maxBytes) {
        int newline = firstNewline(bytes, from + (int) Math.max(0, maxBytes - size - 1), end);
        if (newline >= 0) {
          to = newline + 1;
          roll = true;
        }
      }
      out.write(bytes, from, to - from);
      size += to - from;
      from = to;
      if (roll) {
        roll();
      }
    }
    out.flush();
  }

  @Override
  public void close() throws IOException {
    out.close();
  }

  private void open() throws IOException {
    out = Files.newOutputStream(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    size = Files.size(file);
  }

  private void roll() throws IOException {
    out.close();
    for (int i = keep - 1; i >= 1; i--) {
      if (Files.exists(rolled(i))) {
        Files.move(rolled(i), rolled(i + 1), StandardCopyOption.REPLACE_EXISTING);
      }
    }
    if (keep > 0) {
      Files.move(file, rolled(1), StandardCopyOption.REPLACE_EXISTING);
    } else {
      Files.delete(file);
    }
    open();
  }

  private Path rolled(int number) {
    return file.resolveSibling(file.getFileName() + "." + number);
  }

  private static int firstNewline(byte[] bytes, int from, int end) {
    for (int i = from; i < end; i++) {
      if (bytes[i] == '\n') {
        return i;
      }
    }
    return -1;
  }
}
