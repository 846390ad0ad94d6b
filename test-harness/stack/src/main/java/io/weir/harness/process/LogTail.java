package io.weir.harness.process;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;

/** Reads the end of a log file. */
final class LogTail {
  private static final int MAX_BYTES = 64 * 1024;

  private LogTail() {}

  /**
   * Returns the last lines of a file, at most {@code lines} of them and those within its last 64
   * KiB; none when the file cannot be read.
   */
  static List<String> read(Path file, int lines) {
    try (RandomAccessFile log = new RandomAccessFile(file.toFile(), "r")) {
      long start = Math.max(0, log.length() - MAX_BYTES);
      byte[] bytes = new byte[(int) (log.length() - start)];
      log.seek(start);
      log.readFully(bytes);
      List<String> all =
          new String(bytes, StandardCharsets.UTF_8).lines().collect(Collectors.toList());
      // The first line of a cut file is only its end.
      int first = Math.max(start > 0 && all.size() > 1 ? 1 : 0, all.size() - lines);
      return List.copyOf(all.subList(first, all.size()));
    } catch (IOException e) {
      return List.of();
    }
  }
}
