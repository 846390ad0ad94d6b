package io.weir.harness.ship;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * Follows one file by its inode: a renamed or deleted file is read to its end through the open
 * channel, a file that was cut short is read again from its beginning. Not thread-safe.
 */
final class FileTail implements Closeable {
  private static final int CHUNK_BYTES = 256 * 1024;
  private static final int MAX_LINE_BYTES = 256 * 1024;

  private final LogSource source;
  private final String fileId;
  private final FileChannel channel;
  private final Supplier<EventAssembler> assemblers;
  private Path path;
  private Position committed;
  private LineSplitter splitter;
  private EventAssembler assembler;
  private long readOffset;
  private long grewAtNanos;

  /**
   * What a look at the file brought.
   *
   * @param events complete events, in order; perhaps none
   * @param offset where the file has been shipped to once these are acknowledged
   */
  record Batch(List<LogText> events, long offset) {}

  private FileTail(
      LogSource source,
      Path path,
      String fileId,
      FileChannel channel,
      Position position,
      Supplier<EventAssembler> assemblers,
      long nowNanos) {
    this.source = source;
    this.path = path;
    this.fileId = fileId;
    this.channel = channel;
    this.assemblers = assemblers;
    this.committed = position;
    this.grewAtNanos = nowNanos;
    restartAt(position.offset());
  }

  /**
   * Opens a file.
   *
   * @param known position of an earlier run in a file of the same id, or null; it counts only if
   *     the file still begins with the same bytes
   */
  static FileTail open(
      LogSource source,
      Path path,
      String fileId,
      Position known,
      Supplier<EventAssembler> assemblers,
      long nowNanos)
      throws IOException {
    FileChannel channel = FileChannel.open(path, StandardOpenOption.READ);
    try {
      Position start =
          known != null && known.fits(channel) ? known : Position.of(channel, fileId, 0, path);
      return new FileTail(source, path, fileId, channel, start, assemblers, nowNanos);
    } catch (IOException e) {
      channel.close();
      throw e;
    }
  }

  /** Returns what tells the file from all others, whatever its name: device and inode. */
  static String idOf(Path path) throws IOException {
    Map<String, Object> attributes = Files.readAttributes(path, "unix:dev,ino");
    return Long.toHexString(((Number) attributes.get("dev")).longValue())
        + ":"
        + Long.toHexString(((Number) attributes.get("ino")).longValue());
  }

  LogSource source() {
    return source;
  }

  String fileId() {
    return fileId;
  }

  Path path() {
    return path;
  }

  /** Notes that the file is now called otherwise. */
  void renamed(Path newPath) {
    path = newPath;
  }

  /** Returns how far the file has been shipped. */
  Position position() {
    return new Position(
        fileId, committed.offset(), committed.headLength(), committed.headChecksum(), path);
  }

  /** Returns since when the file has not grown. */
  long grewAtNanos() {
    return grewAtNanos;
  }

  /** Returns whether everything that is in the file has been read. */
  boolean atEnd() throws IOException {
    return channel.size() == readOffset;
  }

  /**
   * Looks for new bytes, at most one chunk.
   *
   * @param quietNanos an unfinished event is complete after so long without growth
   */
  Batch poll(long nowNanos, long quietNanos) throws IOException {
    List<LogText> events = new ArrayList<>();
    long size = channel.size();
    if (size != readOffset && (size < readOffset || !committed.fits(channel))) {
      // Cut short, and perhaps filled again: what was held is all there will ever be of it.
      assembler.flush(events::add);
      committed = Position.of(channel, fileId, 0, path);
      restartAt(0);
      grewAtNanos = nowNanos;
      return new Batch(events, 0);
    }
    if (size > readOffset) {
      ByteBuffer chunk = ByteBuffer.allocate((int) Math.min(CHUNK_BYTES, size - readOffset));
      int read = channel.read(chunk, readOffset);
      if (read > 0) {
        readOffset += read;
        grewAtNanos = nowNanos;
        splitter.take(chunk.flip(), line -> assembler.take(line, events::add));
      }
    } else if (nowNanos - grewAtNanos >= quietNanos) {
      assembler.flush(events::add);
    }
    return batch(events);
  }

  /** Returns the rest of a file that will not grow any more: a last line without end included. */
  Batch finish() {
    List<LogText> events = new ArrayList<>();
    splitter.finish(line -> assembler.take(line, events::add));
    assembler.flush(events::add);
    return batch(events);
  }

  /** Notes that Kafka has acknowledged everything before an offset. */
  void commit(long offset) throws IOException {
    committed = Position.of(channel, fileId, offset, path);
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }

  private Batch batch(List<LogText> events) {
    return new Batch(
        events, events.isEmpty() ? committed.offset() : events.get(events.size() - 1).end());
  }

  private void restartAt(long offset) {
    readOffset = offset;
    splitter = new LineSplitter(offset, MAX_LINE_BYTES);
    assembler = assemblers.get();
  }
}
