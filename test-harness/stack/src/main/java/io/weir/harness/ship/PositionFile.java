package io.weir.harness.ship;

import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/**
 * Keeps positions across restarts: a text file of one line per followed file, replaced as a whole,
 * so that a crash leaves the old one or the new one.
 */
final class PositionFile {
  private static final String HEADER = "weir-positions 1";

  private final Path path;

  PositionFile(Path path) {
    this.path = path;
  }

  /**
   * Reads the positions; none when there is no file yet.
   *
   * @throws IOException if the file cannot be read or is not of this version: starting over would
   *     ship everything again
   */
  List<Position> read() throws IOException {
    List<String> lines;
    try {
      lines = Files.readAllLines(path, StandardCharsets.UTF_8);
    } catch (NoSuchFileException e) {
      return List.of();
    }
    if (lines.isEmpty() || !lines.get(0).equals(HEADER)) {
      throw new IOException(
          path + " is not a position file: it does not begin with '" + HEADER + "'");
    }
    List<Position> positions = new ArrayList<>();
    for (String line : lines.subList(1, lines.size())) {
      String[] parts = line.split(" ", 5);
      try {
        positions.add(
            new Position(
                parts[0],
                Long.parseLong(parts[1]),
                Integer.parseInt(parts[2]),
                Integer.parseUnsignedInt(parts[3], 16),
                Path.of(URI.create(parts[4]))));
      } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
        throw new IOException(path + " has a line that is no position: " + line, e);
      }
    }
    return positions;
  }

  /** Returns when the positions were last written, or null when they never were. */
  Instant lastWritten() throws IOException {
    try {
      return Files.getLastModifiedTime(path).toInstant();
    } catch (NoSuchFileException e) {
      return null;
    }
  }

  /** Replaces the positions; they are on disk when this returns. */
  void write(Collection<Position> positions) throws IOException {
    StringBuilder text = new StringBuilder(HEADER).append('\n');
    for (Position position : positions) {
      text.append(position.fileId())
          .append(' ')
          .append(position.offset())
          .append(' ')
          .append(position.headLength())
          .append(' ')
          .append(Integer.toHexString(position.headChecksum()))
          .append(' ')
          .append(position.path().toUri())
          .append('\n');
    }
    Files.createDirectories(path.toAbsolutePath().getParent());
    Path next = path.resolveSibling(path.getFileName() + ".next");
    try (FileChannel channel =
        FileChannel.open(
            next,
            StandardOpenOption.CREATE,
            StandardOpenOption.WRITE,
            StandardOpenOption.TRUNCATE_EXISTING)) {
      ByteBuffer bytes = StandardCharsets.UTF_8.encode(text.toString());
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
      channel.force(false);
    }
    try {
      Files.move(next, path, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (AtomicMoveNotSupportedException e) {
      Files.move(next, path, StandardCopyOption.REPLACE_EXISTING);
    }
  }
}
