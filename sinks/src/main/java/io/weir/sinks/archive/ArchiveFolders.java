package io.weir.sinks.archive;

import io.weir.model.archive.ArchiveLayout;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * Where in the archive events lie that Kafka took within some time. The folders are made by event
 * time: an event is in the folder of its hour only if that ended at most {@code archive.late-after}
 * before its append time; else it is in a late folder, of any day.
 */
public final class ArchiveFolders {
  /** Stands for the late folders of all days, the catch-all folder among them. */
  public static final String LATE = "*/hour=" + ArchiveLayout.LATE_HOUR;

  private static final long MILLIS_PER_HOUR = 3_600_000L;
  private static final long NANOS_PER_MILLI = 1_000_000L;

  private ArchiveFolders() {}

  /**
   * Returns the folders, relative to the root.
   *
   * @param from first append time
   * @param to end of the append times, exclusive
   * @param lateAfter the job's {@code archive.late-after}
   * @param maxFutureSkew how far an event's time may lie behind its append time
   */
  public static List<String> of(
      Instant from, Instant to, Duration lateAfter, Duration maxFutureSkew) {
    List<String> folders = new ArrayList<>();
    long first =
        Math.floorDiv(from.minus(lateAfter).toEpochMilli() - MILLIS_PER_HOUR, MILLIS_PER_HOUR);
    long last = Math.floorDiv(to.plus(maxFutureSkew).toEpochMilli(), MILLIS_PER_HOUR);
    for (long hour = first; hour <= last; hour++) {
      String folder = ArchiveLayout.hourFolder(hour * MILLIS_PER_HOUR * NANOS_PER_MILLI);
      folders.add(folder.substring(0, folder.length() - 1));
    }
    folders.add(LATE);
    return folders;
  }
}
