package io.weir.gateway.segments;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.weir.gateway.InvalidRequestException;
import io.weir.gateway.config.GatewayConfig;
import io.weir.gateway.search.Cancellation;
import io.weir.gateway.search.LogStore;
import io.weir.gateway.search.OpaqueToken;
import io.weir.gateway.search.StoreException;
import io.weir.gateway.search.Times;
import io.weir.model.archive.ArchiveBucket;
import io.weir.model.archive.ArchiveLayout;
import io.weir.model.index.HotIndices;
import java.io.IOException;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executors;

/**
 * Lists what is stored: the indices of the hot store, oldest first, then the files of the archive
 * in the order of their paths, which is that of time.
 */
public final class SegmentService implements AutoCloseable {
  private static final String KIND = "segments";
  private static final int VERSION = 1;
  private static final int LISTING = 1_000;

  /** Listings of one request at most; a page may end early and the next one goes on. */
  private static final int MAX_LISTINGS = 20;

  private final LogStore store;
  private final Optional<ArchiveFiles> archive;
  private final Optional<RowCounts> rowCounts;
  private final Clock clock;

  public SegmentService(
      LogStore store, Optional<ArchiveFiles> archive, GatewayConfig.Archive limits, Clock clock) {
    this.store = Objects.requireNonNull(store, "store");
    this.archive = Objects.requireNonNull(archive, "archive");
    this.clock = Objects.requireNonNull(clock, "clock");
    this.rowCounts =
        archive.map(
            files ->
                new RowCounts(
                    files,
                    Executors.newFixedThreadPool(
                        limits.footerConcurrency(),
                        task -> {
                          Thread thread = new Thread(task, "weir-footers");
                          thread.setDaemon(true);
                          return thread;
                        }),
                    limits.footerCache()));
  }

  /** A page of segments; without a cursor it is the last one. */
  public record Page(List<Segment> segments, Optional<String> nextCursor) {}

  /** Which segments are asked for: those that may hold events of {@code [from, to)}. */
  private record Window(Optional<Instant> from, Optional<Instant> to) {
    boolean overlaps(Optional<Instant> start, Optional<Instant> end) {
      return (to.isEmpty() || start.isEmpty() || start.get().isBefore(to.get()))
          && (from.isEmpty() || end.isEmpty() || end.get().isAfter(from.get()));
    }
  }

  /** Where a page ended. */
  private record Place(Segment.Tier tier, Optional<String> after) {}

  /**
   * Returns a page.
   *
   * @param tiers which of them
   * @param cursor of the page before; tiers and bounds have to be the same as for that
   */
  public Page list(
      Set<Segment.Tier> tiers,
      Optional<String> from,
      Optional<String> to,
      int limit,
      Optional<String> cursor,
      Cancellation cancellation) {
    Window window = window(from, to);
    Set<Segment.Tier> wanted = EnumSet.copyOf(tiers);
    String asked = OpaqueToken.digest(wanted + ";" + from.orElse("") + ";" + to.orElse(""));
    Place place =
        cursor
            .map(text -> decode(text, asked))
            .orElse(new Place(Segment.Tier.HOT, Optional.empty()));
    List<Segment> segments = new ArrayList<>();
    if (wanted.contains(Segment.Tier.HOT) && place.tier() == Segment.Tier.HOT) {
      List<Segment> hot = hot(window, place.after(), cancellation);
      if (hot.size() > limit) {
        List<Segment> page = hot.subList(0, limit);
        return new Page(page, next(Segment.Tier.HOT, sortKey(page.get(limit - 1)), asked));
      }
      segments.addAll(hot);
    }
    if (!wanted.contains(Segment.Tier.COLD) || archive.isEmpty()) {
      return new Page(segments, Optional.empty());
    }
    Optional<String> after = place.tier() == Segment.Tier.COLD ? place.after() : Optional.empty();
    return cold(segments, window, after, limit, asked, cancellation);
  }

  private Window window(Optional<String> from, Optional<String> to) {
    Instant now = clock.instant();
    Optional<Instant> start = from.map(text -> bound("from", text, now));
    Optional<Instant> end = to.map(text -> bound("to", text, now));
    if (start.isPresent() && end.isPresent() && !start.get().isBefore(end.get())) {
      throw new InvalidRequestException("from", "from is not before to");
    }
    return new Window(start, end);
  }

  private static Instant bound(String field, String text, Instant now) {
    try {
      return Times.instant(Times.parse(text, now));
    } catch (IllegalArgumentException e) {
      throw new InvalidRequestException(field, e.getMessage());
    }
  }

  // ---- hot ----

  private List<Segment> hot(Window window, Optional<String> after, Cancellation cancellation) {
    return store.indices(cancellation).stream()
        .map(SegmentService::segment)
        .flatMap(Optional::stream)
        .filter(segment -> window.overlaps(segment.from(), segment.to()))
        .filter(segment -> after.isEmpty() || sortKey(segment).compareTo(after.get()) > 0)
        .sorted(Comparator.comparing(SegmentService::sortKey))
        .toList();
  }

  /** Time first, so that the late index of a day stands among its hours. */
  private static String sortKey(Segment segment) {
    return segment.from().map(Instant::toString).orElse("") + ' ' + segment.name();
  }

  private static Optional<Segment> segment(LogStore.HotIndex index) {
    Optional<Instant> hour = HotIndices.hourOf(index.name());
    Optional<Instant> day = lateDay(index.name());
    if (hour.isEmpty() && day.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        new Segment(
            Segment.Tier.HOT,
            index.name(),
            hour.or(() -> day),
            hour.map(start -> start.plus(1, ChronoUnit.HOURS))
                .or(() -> day.map(start -> start.plus(1, ChronoUnit.DAYS))),
            Optional.empty(),
            index.documents(),
            index.bytes(),
            Optional.of(index.health())));
  }

  private static Optional<Instant> lateDay(String name) {
    if (!name.startsWith(HotIndices.LATE_PREFIX)) {
      return Optional.empty();
    }
    try {
      LocalDate day = LocalDate.parse(name.substring(HotIndices.LATE_PREFIX.length()));
      return Optional.of(day.atStartOfDay().toInstant(ZoneOffset.UTC));
    } catch (DateTimeParseException e) {
      return Optional.empty();
    }
  }

  // ---- cold ----

  private Page cold(
      List<Segment> segments,
      Window window,
      Optional<String> start,
      int limit,
      String asked,
      Cancellation cancellation) {
    List<ArchiveFiles.ArchiveFile> files = new ArrayList<>();
    List<ArchiveBucket> buckets = new ArrayList<>();
    Optional<String> after = start;
    boolean ended = false;
    int room = limit - segments.size();
    for (int listing = 0; listing < MAX_LISTINGS && !ended && files.size() < room; listing++) {
      cancellation.check();
      List<ArchiveFiles.ArchiveFile> listed = listing(after);
      ended = listed.size() < LISTING;
      Optional<String> jump = Optional.empty();
      for (ArchiveFiles.ArchiveFile file : listed) {
        if (files.size() == room) {
          ended = false;
          break;
        }
        after = Optional.of(file.path());
        Optional<ArchiveBucket> bucket = ArchiveLayout.parse(file.path());
        if (bucket.isEmpty()) {
          continue;
        }
        if (window.overlaps(bucket.get().from(), bucket.get().to())) {
          files.add(file);
          buckets.add(bucket.get());
        } else if (behind(window, bucket.get())) {
          ended = true;
          break;
        } else {
          jump = firstDay(window, file.path());
          if (jump.isPresent()) {
            break;
          }
        }
      }
      if (jump.isPresent()) {
        after = jump;
        ended = false;
      }
    }
    segments.addAll(segments(files, buckets));
    return new Page(
        segments, ended ? Optional.empty() : next(Segment.Tier.COLD, after.orElse(""), asked));
  }

  private List<ArchiveFiles.ArchiveFile> listing(Optional<String> after) {
    try {
      return archive.orElseThrow().list(after, LISTING);
    } catch (IOException e) {
      throw new StoreException(
          StoreException.Kind.UNAVAILABLE,
          "the archive at " + archive.orElseThrow().location() + " cannot be listed: " + e,
          e);
    }
  }

  private static boolean behind(Window window, ArchiveBucket bucket) {
    return window.to().isPresent()
        && bucket.from().isPresent()
        && !bucket.from().get().isBefore(window.to().get().plus(1, ChronoUnit.DAYS));
  }

  /** The first day of the window as a path, if the listing has not come that far yet. */
  private static Optional<String> firstDay(Window window, String path) {
    return window
        .from()
        .map(from -> "date=" + from.atZone(ZoneOffset.UTC).toLocalDate())
        .filter(day -> path.compareTo(day) < 0);
  }

  private List<Segment> segments(
      List<ArchiveFiles.ArchiveFile> files, List<ArchiveBucket> buckets) {
    List<Optional<Long>> rows = rowCounts.orElseThrow().of(files);
    List<Segment> segments = new ArrayList<>();
    for (int i = 0; i < files.size(); i++) {
      ArchiveBucket bucket = buckets.get(i);
      segments.add(
          new Segment(
              Segment.Tier.COLD,
              files.get(i).path(),
              bucket.from(),
              bucket.to(),
              bucket.service(),
              rows.get(i),
              Optional.of(files.get(i).bytes()),
              Optional.empty()));
    }
    return segments;
  }

  // ---- cursor ----

  private static Optional<String> next(Segment.Tier tier, String after, String asked) {
    return Optional.of(
        OpaqueToken.encode(
            JsonNodeFactory.instance
                .objectNode()
                .put("k", KIND)
                .put("v", VERSION)
                .put("q", asked)
                .put("t", tier.name())
                .put("a", after)));
  }

  private static Place decode(String cursor, String asked) {
    try {
      JsonNode json = OpaqueToken.decode(cursor);
      if (!json.path("k").asText().equals(KIND) || json.path("v").asInt() != VERSION) {
        throw new InvalidRequestException(
            "cursor",
            "foreign cursor: it comes from another call or another version of the gateway");
      }
      if (!json.path("q").asText().equals(asked)) {
        throw new InvalidRequestException(
            "cursor", "foreign cursor: it belongs to a list with another tier, 'from' or 'to'");
      }
      return new Place(
          Segment.Tier.valueOf(json.path("t").asText()), Optional.of(json.path("a").asText()));
    } catch (IllegalArgumentException e) {
      throw new InvalidRequestException("cursor", "malformed cursor: " + e.getMessage());
    }
  }

  @Override
  public void close() {
    rowCounts.ifPresent(RowCounts::close);
    archive.ifPresent(ArchiveFiles::close);
  }
}
