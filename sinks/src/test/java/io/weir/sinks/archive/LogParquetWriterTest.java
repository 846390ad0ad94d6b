package io.weir.sinks.archive;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.model.log.LogEvent;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.apache.flink.api.common.serialization.BulkWriter;
import org.apache.flink.core.fs.FSDataOutputStream;
import org.apache.flink.core.fs.FileSystem.WriteMode;
import org.apache.flink.core.fs.local.LocalFileSystem;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LogParquetWriterTest {
  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 1_000, 30_000})
  void writesEveryColumnSoThatDuckDbReadsItBack(int count) throws Exception {
    List<LogEvent> events = new RandomEvents(count).next(count);
    Path file = write(ArchiveSettings.at("file:///x").rowGroupBytes(4 << 20).build(), events);
    try (DuckDb duckDb = new DuckDb()) {
      List<DuckDb.Row> rows = duckDb.read(file);
      assertThat(rows).extracting(DuckDb.Row::event).isEqualTo(sorted(inMicros(events)));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 30_000})
  void writesEveryColumnSoThatCompactionReadsItBack(int count) throws Exception {
    List<LogEvent> events = new RandomEvents(count).next(count);
    Path file = write(ArchiveSettings.at("file:///x").rowGroupBytes(4 << 20).build(), events);
    List<LogEvent> read = new ArrayList<>();
    try (LogParquetReader reader =
        LogParquetReader.open(new org.apache.flink.core.fs.Path(file.toUri()))) {
      for (LogEvent event = reader.read(); event != null; event = reader.read()) {
        read.add(event);
      }
    }
    assertThat(read).isEqualTo(events);
  }

  private static List<LogEvent> inMicros(List<LogEvent> events) {
    return events.stream().map(e -> withTime(e, e.timestampNanos() / 1_000 * 1_000)).toList();
  }

  private static LogEvent withTime(LogEvent e, long nanos) {
    return new LogEvent(
        nanos,
        e.service(),
        e.host(),
        e.region(),
        e.level(),
        e.message(),
        e.fields(),
        e.producerId(),
        e.originalTimestamp(),
        e.flags(),
        e.topic(),
        e.topicCode(),
        e.partition(),
        e.offset(),
        e.appendTimeMillis());
  }

  private Path write(ArchiveSettings settings, List<LogEvent> events) throws IOException {
    Path file = folder.resolve("events.parquet");
    LogParquetWriterFactory factory = new LogParquetWriterFactory(settings, new OpenFiles());
    try (FSDataOutputStream stream =
        LocalFileSystem.getSharedInstance()
            .create(new org.apache.flink.core.fs.Path(file.toUri()), WriteMode.OVERWRITE)) {
      BulkWriter<LogEvent> writer = factory.create(stream);
      for (LogEvent event : events) {
        writer.addElement(event);
      }
      writer.finish();
    }
    return file;
  }

  private static List<LogEvent> sorted(List<LogEvent> events) {
    return events.stream()
        .sorted(Comparator.comparing(LogEvent::partition).thenComparing(LogEvent::offset))
        .toList();
  }
}
