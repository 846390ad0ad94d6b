package io.weir.sinks.elasticsearch;

import com.fasterxml.jackson.databind.JsonNode;
import io.weir.model.index.HotIndices;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.elasticsearch.client.Request;
import org.elasticsearch.client.RestClient;

/**
 * Deletes hot indices whose hour, or whose day for late ones, ended longer ago than they are to be
 * kept. The name says what an index holds; its creation time does not, after a backlog. Indices
 * whose name is not exactly one of {@link HotIndices} are never touched.
 */
public final class HotRetention {
  private static final long NANOS_PER_SECOND = 1_000_000_000L;

  /** After this, event times in nanoseconds overflow, and no index is named so by Weir. */
  private static final Instant END_OF_TIME = Instant.parse("2262-01-01T00:00:00Z");

  private final RestClient client;
  private final Clock clock;
  private final Duration retention;

  /**
   * Makes a retention run.
   *
   * @param client stays the caller's to close
   * @param clock says what time it is
   * @param retention how long an index is kept after its hour or day, more than zero
   */
  public HotRetention(RestClient client, Clock clock, Duration retention) {
    if (retention.isNegative() || retention.isZero()) {
      throw new IllegalArgumentException("retention " + retention + " must be more than zero");
    }
    this.client = client;
    this.clock = clock;
    this.retention = retention;
  }

  /**
   * An index whose time has come.
   *
   * @param name its name
   * @param ended when its hour or day ended
   * @param documents how many documents it holds; -1 where unknown, as for a closed index
   * @param bytes how much disk it takes with its replicas; -1 where unknown
   */
  public record Expired(String name, Instant ended, long documents, long bytes) {}

  /**
   * An index that could not be deleted.
   *
   * @param index the index
   * @param reason Elasticsearch's words
   */
  public record Failed(Expired index, String reason) {}

  /**
   * What a run found and did.
   *
   * @param dryRun whether nothing was to be deleted
   * @param expired indices that were deleted, or would be; oldest first
   * @param failed indices that could not be deleted; the next run tries again
   * @param kept how many hot indices are still within their time
   * @param unrecognised names that begin like a hot index and are none; left alone
   */
  public record Report(
      boolean dryRun,
      List<Expired> expired,
      List<Failed> failed,
      int kept,
      List<String> unrecognised) {

    public Report {
      expired = List.copyOf(expired);
      failed = List.copyOf(failed);
      unrecognised = List.copyOf(unrecognised);
    }

    /** Returns how many bytes were, or would be, given back, as far as known. */
    public long bytes() {
      return expired.stream().mapToLong(i -> Math.max(0, i.bytes())).sum();
    }

    /** Returns how many documents were, or would be, deleted, as far as known. */
    public long documents() {
      return expired.stream().mapToLong(i -> Math.max(0, i.documents())).sum();
    }
  }

  /**
   * Deletes what has expired.
   *
   * @param dryRun whether to report only
   * @throws IOException if the indices cannot be listed; an index that cannot be deleted is in the
   *     report instead and does not stop the run
   */
  public Report run(boolean dryRun) throws IOException {
    Instant oldestKept = clock.instant().minus(retention);
    List<Expired> expired = new ArrayList<>();
    List<String> unrecognised = new ArrayList<>();
    int kept = 0;
    for (JsonNode index : list()) {
      String name = index.path("index").asText();
      Optional<Instant> end = endOf(name);
      if (end.isEmpty()) {
        unrecognised.add(name);
      } else if (end.get().isAfter(oldestKept)) {
        kept++;
      } else {
        expired.add(
            new Expired(
                name,
                end.get(),
                index.path("docs.count").asLong(-1),
                index.path("store.size").asLong(-1)));
      }
    }
    expired.sort(Comparator.comparing(Expired::ended).thenComparing(Expired::name));
    unrecognised.sort(Comparator.naturalOrder());
    if (dryRun) {
      return new Report(true, expired, List.of(), kept, unrecognised);
    }
    List<Expired> deleted = new ArrayList<>();
    List<Failed> failed = new ArrayList<>();
    for (Expired index : expired) {
      try {
        delete(index.name());
        deleted.add(index);
      } catch (IOException e) {
        failed.add(new Failed(index, String.valueOf(e.getMessage())));
      }
    }
    return new Report(false, deleted, failed, kept, unrecognised);
  }

  /** Returns when the hour or day of a hot index ends; empty for every other name. */
  static Optional<Instant> endOf(String name) {
    Optional<Instant> hour = HotIndices.hourOf(name);
    if (hour.isPresent()) {
      return hour.filter(h -> inTime(h) && HotIndices.hourly(nanos(h)).equals(name))
          .map(h -> h.plus(1, ChronoUnit.HOURS));
    }
    if (!name.startsWith(HotIndices.LATE_PREFIX)) {
      return Optional.empty();
    }
    try {
      LocalDate day = LocalDate.parse(name.substring(HotIndices.LATE_PREFIX.length()));
      return Optional.of(day.atStartOfDay(ZoneOffset.UTC).toInstant())
          .filter(d -> inTime(d) && HotIndices.late(nanos(d)).equals(name))
          .map(d -> d.plus(1, ChronoUnit.DAYS));
    } catch (DateTimeParseException e) {
      return Optional.empty();
    }
  }

  private JsonNode list() throws IOException {
    Request request = new Request("GET", "/_cat/indices/" + HotIndices.PREFIX + "*");
    request.addParameter("format", "json");
    request.addParameter("h", "index,docs.count,store.size");
    request.addParameter("bytes", "b");
    request.addParameter("expand_wildcards", "open,closed");
    return MaintenanceRequests.perform(client, request);
  }

  private void delete(String name) throws IOException {
    // Gone already is as good.
    MaintenanceRequests.performIfFound(client, new Request("DELETE", "/" + name));
  }

  private static boolean inTime(Instant instant) {
    return !instant.isBefore(Instant.EPOCH) && instant.isBefore(END_OF_TIME);
  }

  private static long nanos(Instant instant) {
    return instant.getEpochSecond() * NANOS_PER_SECOND;
  }
}
