package io.weir.harness.ship;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The work of the shipper, one round at a time: find files, read what is new, send it, and only
 * then note how far it got. One thread calls it.
 */
final class Shipment implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Shipment.class);
  private static final Duration SLACK = Duration.ofSeconds(5);
  private static final List<String> COMPRESSED = List.of(".gz", ".bz2", ".xz", ".zst");

  private final List<LogSource> sources;
  private final PositionFile positionFile;
  private final EventSink sink;
  private final EventEncoder encoder;
  private final Supplier<EventAssembler> assemblers;
  private final ShipperTiming timing;
  private final Clock clock;
  private final Map<String, FileTail> tails = new LinkedHashMap<>();
  private final Map<String, Position> known = new HashMap<>();
  private final Set<Path> complained = new HashSet<>();
  private long scannedAtNanos;
  private boolean scanned;
  private Instant lastScan;
  private final AtomicLong events = new AtomicLong();
  private final AtomicLong bytes = new AtomicLong();

  Shipment(
      List<LogSource> sources,
      PositionFile positionFile,
      EventSink sink,
      EventEncoder encoder,
      Supplier<EventAssembler> assemblers,
      ShipperTiming timing,
      Clock clock)
      throws IOException {
    this.sources = List.copyOf(sources);
    this.positionFile = positionFile;
    this.sink = sink;
    this.encoder = encoder;
    this.assemblers = assemblers;
    this.timing = timing;
    this.clock = clock;
    this.lastScan = positionFile.lastWritten();
    for (Position position : positionFile.read()) {
      known.put(position.fileId(), position);
    }
  }

  /** Returns the number of events that Kafka has acknowledged. */
  long events() {
    return events.get();
  }

  /** Returns the bytes of these events. */
  long bytes() {
    return bytes.get();
  }

  /**
   * Looks at every file once.
   *
   * @return whether there was anything to send, so that another round may find more at once
   * @throws IOException if the positions cannot be written: going on would repeat everything
   */
  boolean round(long nowNanos) throws IOException {
    Set<String> present = scan(nowNanos);
    boolean found = false;
    boolean moved = false;
    for (FileTail tail : List.copyOf(tails.values())) {
      FileTail.Batch batch = poll(tail, nowNanos);
      boolean done = false;
      if (batch.events().isEmpty() && !present.contains(tail.fileId()) && idle(tail, nowNanos)) {
        batch = tail.finish();
        done = true;
      }
      if (!batch.events().isEmpty()) {
        if (!send(tail, batch)) {
          break;
        }
        found = true;
        moved = true;
      }
      if (done) {
        tails.remove(tail.fileId());
        tail.close();
        moved = true;
      }
    }
    if (moved) {
      positionFile.write(tails.values().stream().map(FileTail::position).toList());
    }
    return found;
  }

  private FileTail.Batch poll(FileTail tail, long nowNanos) throws IOException {
    try {
      return tail.poll(nowNanos, timing.quiet().toNanos());
    } catch (IOException e) {
      complain(tail.path(), e);
      return new FileTail.Batch(List.of(), tail.position().offset());
    }
  }

  private boolean idle(FileTail tail, long nowNanos) throws IOException {
    return tail.atEnd() && nowNanos - tail.grewAtNanos() >= timing.linger().toNanos();
  }

  private boolean send(FileTail tail, FileTail.Batch batch) throws IOException {
    List<EventEncoder.Encoded> encoded = new ArrayList<>(batch.events().size());
    long size = 0;
    for (LogText event : batch.events()) {
      EventEncoder.Encoded one = encoder.encode(event, tail.source(), tail.path(), tail.fileId());
      encoded.add(one);
      size += one.json().length;
    }
    if (!sink.send(encoded)) {
      return false;
    }
    tail.commit(batch.offset());
    events.addAndGet(encoded.size());
    bytes.addAndGet(size);
    return true;
  }

  /** Opens files that are new and returns the ids of all that are where the sources say. */
  private Set<String> scan(long nowNanos) {
    boolean patternsToo = !scanned || nowNanos - scannedAtNanos >= timing.rescan().toNanos();
    Instant now = clock.instant();
    Set<String> present = new HashSet<>();
    for (LogSource source : sources) {
      if (source.isPattern() && !patternsToo) {
        // A file between two searches counts as present: only a search can say that it is gone.
        tails.values().stream()
            .filter(tail -> tail.source().equals(source))
            .forEach(tail -> present.add(tail.fileId()));
        continue;
      }
      boolean replaced = !source.isPattern() && !tails.containsKey(idOrNull(source.path()));
      if (replaced || !scanned) {
        adoptRotated(source, nowNanos);
      }
      for (Path path : matching(source)) {
        String id = follow(source, path, known.get(idOrNull(path)), nowNanos);
        if (id != null) {
          present.add(id);
        }
      }
    }
    if (!scanned) {
      known.values().stream()
          .filter(position -> !tails.containsKey(position.fileId()))
          .forEach(
              gone ->
                  LOG.warn(
                      "{} is gone; what it held behind byte {} when nobody watched was not shipped.",
                      gone.path(),
                      gone.offset()));
      known.clear();
    }
    lastScan = now;
    if (patternsToo) {
      scannedAtNanos = nowNanos;
      scanned = true;
    }
    return present;
  }

  /**
   * Finds what became of a file that was replaced, perhaps more than once, since the last look:
   * while the shipper was away or waited for Kafka. Beside the file lie the renamed ones, known by
   * their inode, and those that came and went unseen, known by their name and age. A copy made
   * before the file was cut short is known by its beginning.
   */
  private void adoptRotated(LogSource source, long nowNanos) {
    for (Path sibling : list(source.path().getParent(), "*")) {
      String id = idOrNull(sibling);
      if (id == null || tails.containsKey(id) || sibling.equals(source.path())) {
        continue;
      }
      Position position = known.get(id);
      boolean renamed = position != null && matches(source, position.path());
      boolean unseen =
          position == null && isRotated(source, sibling) && changedSinceLastScan(sibling);
      if (renamed || unseen) {
        String unused =
            follow(
                source,
                sibling,
                renamed ? position : positionOfOriginal(source, sibling, id),
                nowNanos);
      }
    }
  }

  /** {@code app.log.1} or {@code app.log-20261123} for {@code app.log}, but nothing compressed. */
  private static boolean isRotated(LogSource source, Path sibling) {
    String name = source.path().getFileName().toString();
    String other = sibling.getFileName().toString();
    return (other.startsWith(name + ".") || other.startsWith(name + "-"))
        && COMPRESSED.stream().noneMatch(other::endsWith);
  }

  /** What was let go had been quiet for much longer than the slack. */
  private boolean changedSinceLastScan(Path path) {
    try {
      return lastScan != null
          && Files.getLastModifiedTime(path).toInstant().isAfter(lastScan.minus(SLACK));
    } catch (IOException e) {
      return false;
    }
  }

  /**
   * Returns where to go on in a copy of a file that was cut short afterwards; null if it is none.
   */
  private Position positionOfOriginal(LogSource source, Path copy, String id) {
    List<Position> candidates = new ArrayList<>(known.values());
    tails.values().forEach(tail -> candidates.add(tail.position()));
    try (FileChannel channel = FileChannel.open(copy, StandardOpenOption.READ)) {
      for (Position position : candidates) {
        if (position.path().equals(source.path())
            && position.headLength() > 0
            && position.fits(channel)) {
          return Position.of(channel, id, position.offset(), copy);
        }
      }
    } catch (IOException e) {
      complain(copy, e);
    }
    return null;
  }

  private String follow(LogSource source, Path path, Position position, long nowNanos) {
    try {
      String id = FileTail.idOf(path);
      FileTail tail = tails.get(id);
      if (tail == null) {
        tail = FileTail.open(source, path, id, position, assemblers, nowNanos);
        if (!id.equals(FileTail.idOf(path))) {
          // Rotated between the two looks; the next round sees what is there then.
          tail.close();
          return null;
        }
        tails.put(id, tail);
      } else if (!tail.path().equals(path)) {
        tail.renamed(path);
      }
      complained.remove(path);
      return id;
    } catch (NoSuchFileException e) {
      return null;
    } catch (IOException e) {
      complain(path, e);
      return null;
    }
  }

  private List<Path> matching(LogSource source) {
    if (!source.isPattern()) {
      return List.of(source.path());
    }
    return list(source.path().getParent(), source.path().getFileName().toString());
  }

  private static boolean matches(LogSource source, Path path) {
    if (!source.isPattern()) {
      return source.path().equals(path);
    }
    return source.path().getParent().equals(path.getParent())
        && path.getFileSystem()
            .getPathMatcher("glob:" + source.path().getFileName())
            .matches(path.getFileName());
  }

  private List<Path> list(Path directory, String glob) {
    List<Path> paths = new ArrayList<>();
    try (DirectoryStream<Path> found = Files.newDirectoryStream(directory, glob)) {
      for (Path path : found) {
        if (Files.isRegularFile(path)) {
          paths.add(path);
        }
      }
    } catch (NoSuchFileException e) {
      return paths;
    } catch (IOException e) {
      complain(directory, e);
    }
    paths.sort(null);
    return paths;
  }

  private static String idOrNull(Path path) {
    try {
      return FileTail.idOf(path);
    } catch (IOException e) {
      return null;
    }
  }

  /** Once per path, not once per round. */
  private void complain(Path path, IOException cause) {
    if (complained.add(path)) {
      LOG.warn("{} cannot be read: {}", path, cause.toString());
    }
  }

  @Override
  public void close() throws IOException {
    for (FileTail tail : tails.values()) {
      tail.close();
    }
    sink.close();
  }
}
