package io.weir.sinks.archive;

import io.weir.model.archive.ArchiveLayout;
import io.weir.model.log.LogEvent;
import java.io.Serial;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.apache.flink.core.io.SimpleVersionedSerializer;
import org.apache.flink.streaming.api.functions.sink.filesystem.BucketAssigner;
import org.apache.flink.streaming.api.functions.sink.filesystem.bucketassigners.SimpleVersionedStringSerializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Puts an event into the folder of its hour and service (UTC, event time; see {@link
 * ArchiveLayout}), and keeps the number of files that are open at once bounded, since each costs
 * memory and, on S3, a temporary file:
 *
 * <ul>
 *   <li>An event whose hour ended more than {@code lateAfter} before its append time goes to the
 *       late folder of its day: a host's backlog of weeks must not open a file for each hour.
 *   <li>While {@code maxOpenFiles} less an eighth are open, an event whose hour and service have no
 *       open file goes to the late folder of its day as well.
 *   <li>While all {@code maxOpenFiles} are open, it goes to the catch-all folder (one file more).
 * </ul>
 *
 * <p>The first rule depends on the event alone; the others depend on what else this subtask saw
 * since the last checkpoint, so a replay may choose another folder for the same event. Exactly once
 * does not suffer: FileSink makes a file visible only when the checkpoint that covers all of its
 * events has completed; after a failure the files of the unfinished checkpoint are never committed,
 * and each of their events is replayed into exactly one new file, wherever that lies. What can
 * differ between two runs is only the folder, and readers of a day read its late folder and the
 * catch-all folder anyway.
 */
public final class EventTimeBucketAssigner implements BucketAssigner<LogEvent, String> {
  @Serial private static final long serialVersionUID = 1L;

  private static final Logger LOG = LoggerFactory.getLogger(EventTimeBucketAssigner.class);
  private static final long MILLIS_PER_HOUR = 3_600_000L;
  private static final int LATE_SHARE = 8;

  private final long lateAfterMillis;
  private final int maxOpenFiles;
  private final OpenFiles openFiles;

  private transient Map<Long, Map<String, String>> bucketsByHour;
  private transient Map<Long, String> lateByDay;
  private transient boolean warned;
  private transient int generation;
  private transient long currentHour;
  private transient Map<String, String> currentBuckets;

  EventTimeBucketAssigner(Duration lateAfter, int maxOpenFiles, OpenFiles openFiles) {
    this.lateAfterMillis = lateAfter.toMillis();
    if (maxOpenFiles < ArchiveSettings.MIN_OPEN_FILES) {
      throw new IllegalArgumentException("maxOpenFiles " + maxOpenFiles);
    }
    this.maxOpenFiles = maxOpenFiles;
    this.openFiles = Objects.requireNonNull(openFiles, "openFiles");
  }

  @Override
  public String getBucketId(LogEvent event, Context context) {
    if (bucketsByHour == null || generation != openFiles.generation()) {
      forgetOpenBuckets();
    }
    long hour = ArchiveLayout.hourOf(event.timestampNanos());
    if (event.appendTimeMillis() - (hour + 1) * MILLIS_PER_HOUR > lateAfterMillis) {
      return lateBucket(event, hour);
    }
    if (hour != currentHour || currentBuckets == null) {
      currentBuckets = bucketsByHour.computeIfAbsent(hour, key -> new HashMap<>());
      currentHour = hour;
    }
    String bucket = currentBuckets.get(event.service());
    if (bucket != null) {
      return bucket;
    }
    if (openFiles.count() >= maxOpenFiles - maxOpenFiles / LATE_SHARE) {
      warnOnce(event);
      return lateBucket(event, hour);
    }
    bucket = ArchiveLayout.bucket(event.timestampNanos(), event.service());
    currentBuckets.put(event.service(), bucket);
    return bucket;
  }

  private String lateBucket(LogEvent event, long hour) {
    long day = Math.floorDiv(hour, 24L);
    String bucket = lateByDay.get(day);
    if (bucket != null) {
      return bucket;
    }
    if (openFiles.count() >= maxOpenFiles) {
      return ArchiveLayout.CATCH_ALL;
    }
    bucket = ArchiveLayout.lateBucket(event.timestampNanos());
    lateByDay.put(day, bucket);
    return bucket;
  }

  private void warnOnce(LogEvent event) {
    if (!warned) {
      warned = true;
      LOG.warn(
          "{} archive files are open, the limit is {}: until the next checkpoint, events of"
              + " further hours and services (first: service '{}') go to the late folders",
          openFiles.count(),
          maxOpenFiles,
          event.service());
    }
  }

  private void forgetOpenBuckets() {
    bucketsByHour = new HashMap<>();
    lateByDay = new HashMap<>();
    warned = false;
    currentBuckets = null;
    generation = openFiles.generation();
  }

  @Override
  public SimpleVersionedSerializer<String> getSerializer() {
    return SimpleVersionedStringSerializer.INSTANCE;
  }
}
