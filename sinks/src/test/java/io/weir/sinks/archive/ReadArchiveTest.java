package io.weir.sinks.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weir.model.archive.ArchiveLayout;
import io.weir.model.audit.AppendHour;
import io.weir.model.audit.FactBlock;
import io.weir.model.audit.Facts;
import io.weir.model.audit.OffsetRanges;
import io.weir.model.log.LogEvent;
import io.weir.model.log.LogFlags;
import io.weir.model.log.LogLevel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.flink.api.common.functions.util.ListCollector;
import org.apache.flink.api.common.serialization.BulkWriter;
import org.apache.flink.core.fs.FSDataOutputStream;
import org.apache.flink.core.fs.FileSystem.WriteMode;
import org.apache.flink.core.fs.local.LocalFileSystem;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReadArchiveTest {
  private static final String CODE = "a1b2c";
  private static final Instant NOON = Instant.parse("2026-03-29T12:00:00Z");
  private static final Duration LATE_AFTER = Duration.ofHours(24);
  private static final Duration SKEW = Duration.ofMinutes(10);

  @TempDir Path root;

  private static LogEvent event(String code, long offset, Instant time, int flags) {
    return new LogEvent(
        time.toEpochMilli() * 1_000_000L,
        "a",
        null,
        null,
        LogLevel.INFO,
        "m " + offset,
        "{}",
        null,
        null,
        flags,
        "logs",
        code,
        2,
        offset,
        NOON.toEpochMilli());
  }

  private static LogEvent event(long offset) {
    return event(CODE, offset, NOON, 0);
  }

  private String write(String folder, String name, LogEvent... events) throws IOException {
    Path file = Files.createDirectories(root.resolve(folder)).resolve(name);
    try (FSDataOutputStream stream =
        LocalFileSystem.getSharedInstance()
            .create(new org.apache.flink.core.fs.Path(file.toUri()), WriteMode.OVERWRITE)) {
      BulkWriter<LogEvent> writer =
          new LogParquetWriterFactory(ArchiveSettings.at("file:///x").build(), new OpenFiles())
              .create(stream);
      for (LogEvent event : events) {
        writer.addElement(event);
      }
      writer.finish();
    }
    return file.toUri().toString();
  }

  private static FactBlock read(long first, long end, String... files) throws IOException {
    List<FactBlock> blocks = new ArrayList<>();
    ReadArchive read =
        new ReadArchive(Map.of("logs", CODE), first, end, NOON.minus(Duration.ofDays(30)));
    for (String file : files) {
      read.flatMap(file, new ListCollector<>(blocks));
    }
    return blocks.stream().reduce(FactBlock::merge).orElse(FactBlock.unknown("logs", 2, 0));
  }

  @Test
  void saysWhichOffsetsAreThereAndWhichOfThemTwice() throws IOException {
    String one = write("x", "batch-1.parquet", event("older", 5, NOON, 0), event(3), event(4));
    String other = write("x", "batch-2.parquet", event(4), event(6));

    FactBlock block = read(0, 100, one, other);

    assertThat(block.at(3)).isEqualTo(Facts.ARCHIVED);
    assertThat(block.at(4)).isEqualTo((byte) (Facts.ARCHIVED | Facts.ARCHIVED_TWICE));
    assertThat(block.at(5)).as("of another incarnation").isZero();
    assertThat(block.at(6)).isEqualTo(Facts.ARCHIVED);
  }

  @Test
  void whatWasTooOldForTheHotStoreOrIsByNowIsNotExpectedThere() throws IOException {
    String file =
        write(
            "x",
            "batch-1.parquet",
            event(CODE, 1, NOON, LogFlags.ARCHIVE_ONLY),
            event(CODE, 2, NOON.minus(Duration.ofDays(30)).minus(Duration.ofHours(1)), 0),
            event(CODE, 3, NOON.minus(Duration.ofDays(30)).minusSeconds(1), 0),
            event(CODE, 4, NOON.minus(Duration.ofDays(30)), 0));

    FactBlock block = read(0, 100, file);

    assertThat(Facts.any(block.at(1), Facts.NOT_FOR_HOT)).isTrue();
    assertThat(Facts.any(block.at(2), Facts.NOT_FOR_HOT)).isTrue();
    assertThat(Facts.any(block.at(3), Facts.NOT_FOR_HOT)).as("its index ends at noon").isTrue();
    assertThat(Facts.any(block.at(4), Facts.NOT_FOR_HOT)).as("its index is kept").isFalse();
  }

  @Test
  void passesOverRowGroupsWithOtherOffsets() throws IOException {
    String file = write("x", "batch-1.parquet", event(3), event(9));

    assertThat(read(10, 100, file).facts()).isEmpty();
    assertThat(read(9, 10, file).at(9)).isEqualTo(Facts.ARCHIVED);
  }

  @Test
  void knowsWhichOffsetsWereTakenInAnHour() throws IOException {
    String file =
        write("x", "batch-1.parquet", event("older", 1, NOON, 0), event(9), event(4), event(6));
    List<AppendHour> hours = new ArrayList<>();

    new ReadAppendHours(Map.of("logs", CODE)).flatMap(file, new ListCollector<>(hours));

    assertThat(hours).containsExactly(new AppendHour("logs", 2, NOON.toEpochMilli(), 4, 9));
  }

  @Test
  void aFileThatCannotBeReadFailsAndIsNamed() throws IOException {
    Path file = Files.writeString(root.resolve("batch-broken.parquet"), "no Parquet at all");

    assertThatThrownBy(() -> read(0, 100, file.toUri().toString()))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("batch-broken.parquet");
  }

  @Test
  void takesOutWantedEventsAsTheyWereWritten() throws IOException {
    LogEvent wanted = event(CODE, 4, NOON, LogFlags.LEVEL_INFERRED);
    String file =
        write("x", "batch-1.parquet", event(3), wanted, wanted, event("older", 4, NOON, 0));
    List<LogEvent> events = new ArrayList<>();

    new ReadEvents(List.of(new ReadEvents.Wanted(CODE, 2, OffsetRanges.of(4, 8))))
        .flatMap(file, new ListCollector<>(events));

    assertThat(events).containsExactly(wanted);
  }

  private List<String> list(List<String> folders, Instant modifiedFrom) throws IOException {
    List<String> files = new ArrayList<>();
    ListArchive list = new ListArchive(root.toUri().toString(), modifiedFrom.toEpochMilli());
    for (String folder : folders) {
      list.flatMap(folder, new ListCollector<>(files));
    }
    return files.stream()
        .map(file -> root.toUri().relativize(java.net.URI.create(file)).getPath())
        .sorted()
        .toList();
  }

  private void touch(String file, Instant modified) throws IOException {
    Path path = root.resolve(file);
    Files.createDirectories(path.getParent());
    Files.setLastModifiedTime(Files.writeString(path, ""), FileTime.from(modified));
  }

  @Test
  void listsTheFilesThatReadersMaySeeInTheFoldersThatMayHoldATime() throws IOException {
    List<String> here =
        List.of(
            "date=2026-03-28/hour=11/service=a/batch-0.parquet",
            "date=2026-03-29/hour=12/service=a/batch-1.parquet",
            "date=2026-03-29/hour=12/service=b/compacted-batch-2.parquet",
            "date=2026-03-29/hour=13/service=a/batch-3.parquet",
            "date=1970-01-01/hour=late/service=_mixed/batch-4.parquet",
            "date=2025-01-01/hour=late/service=_mixed/batch-5.parquet");
    for (String file : here) {
      touch(file, NOON);
    }
    touch("date=2026-03-29/hour=12/service=a/.batch-9.parquet", NOON);
    touch("date=2026-03-29/hour=12/service=a/.batch-9.parquet.inprogress.1", NOON);
    touch("date=2026-03-29/hour=12/service=a/_SUCCESS", NOON);
    touch("date=2026-03-29/hour=12/service=a/batch-old.parquet", NOON.minusSeconds(1));
    touch("date=2026-03-28/hour=10/service=a/batch-early.parquet", NOON);
    touch("date=2026-03-29/hour=14/service=a/batch-later.parquet", NOON);
    List<String> folders =
        ArchiveFolders.of(NOON, NOON.plus(Duration.ofMinutes(50)), LATE_AFTER, SKEW);

    assertThat(list(folders, NOON)).containsExactlyInAnyOrderElementsOf(here);
  }

  /** Wherever the assigner puts an event, the folders of its append time have it. */
  @Test
  void everyEventIsInAFolderOfItsAppendTime() {
    EventTimeBucketAssigner assigner =
        new EventTimeBucketAssigner(LATE_AFTER, 1_000, new OpenFiles());
    List<String> folders = ArchiveFolders.of(NOON, NOON.plusMillis(1), LATE_AFTER, SKEW);
    for (long minutes = -10; minutes < 60 * 60; minutes += 7) {
      LogEvent event = event(CODE, 1, NOON.minus(Duration.ofMinutes(minutes)), 0);

      String bucket = assigner.getBucketId(event, null);

      String folder = bucket.substring(0, bucket.lastIndexOf('/'));
      assertThat(folder.endsWith("/hour=" + ArchiveLayout.LATE_HOUR) || folders.contains(folder))
          .as(minutes + " min before: " + bucket)
          .isTrue();
    }
  }
}
