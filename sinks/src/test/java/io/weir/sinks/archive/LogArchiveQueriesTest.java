package io.weir.sinks.archive;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.model.log.LogEvent;
import io.weir.model.log.LogLevel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.LongStream;
import org.apache.flink.api.common.serialization.BulkWriter;
import org.apache.flink.core.fs.FSDataOutputStream;
import org.apache.flink.core.fs.FileSystem.WriteMode;
import org.apache.flink.core.fs.local.LocalFileSystem;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs the statements of {@code docs/archive.md} as they stand there. */
class LogArchiveQueriesTest {
  private static final Path PAGE = Path.of("..", "docs", "archive.md");
  private static final Pattern STATEMENT = Pattern.compile("```sql\n(.*?)```", Pattern.DOTALL);
  private static final Pattern COLUMN = Pattern.compile("`?(\\w+)`? (timestamp|string|int|bigint)");

  @TempDir Path folder;

  @Test
  void answersTheDocumentedQuery() throws Exception {
    List<LogEvent> events = LongStream.range(0, 60_000).mapToObj(NumberedEvents::event).toList();
    write(events);
    long from = Instant.parse("2026-03-29T22:00:00Z").toEpochMilli();
    long to = Instant.parse("2026-03-29T23:00:00Z").toEpochMilli();
    List<String> expected =
        events.stream()
            .filter(e -> e.service().equals("payments") && e.level() == LogLevel.ERROR)
            .filter(e -> e.timestampNanos() / 1_000_000 >= from)
            .filter(e -> e.timestampNanos() / 1_000_000 < to)
            .map(LogEvent::message)
            .toList();
    assertThat(expected).hasSizeGreaterThan(100);
    try (DuckDb duckDb = new DuckDb()) {
      duckDb.execute(statement("CREATE VIEW").replace("s3://BUCKET/logs", folder.toString()));
      assertThat(duckDb.query(statement("SELECT")))
          .extracting(row -> row.get(2))
          .containsExactlyInAnyOrderElementsOf(expected);
    }
  }

  @Test
  void declaresTheColumnsThatTheFilesHave() throws Exception {
    Matcher matcher = COLUMN.matcher(statement("CREATE EXTERNAL TABLE").split("PARTITIONED", 2)[0]);
    List<String> declared = new ArrayList<>();
    while (matcher.find()) {
      declared.add(matcher.group(1));
    }
    assertThat(declared).isEqualTo(io.weir.model.archive.ArchiveColumns.ALL);
    assertThat(LogSchema.SCHEMA.getFields())
        .extracting(field -> field.getName())
        .isEqualTo(declared);
  }

  private static String statement(String beginning) throws IOException {
    Matcher matcher = STATEMENT.matcher(Files.readString(PAGE));
    while (matcher.find()) {
      if (matcher.group(1).startsWith(beginning)) {
        return matcher.group(1);
      }
    }
    throw new AssertionError(PAGE + " has no statement that begins with " + beginning);
  }

  /** One file for each folder, as the sink lays them out. */
  private void write(List<LogEvent> events) throws IOException {
    OpenFiles openFiles = new OpenFiles();
    EventTimeBucketAssigner assigner =
        new EventTimeBucketAssigner(Duration.ofHours(24), 256, openFiles);
    LogParquetWriterFactory factory =
        new LogParquetWriterFactory(ArchiveSettings.at("file:///x").build(), openFiles);
    Map<String, FSDataOutputStream> streams = new HashMap<>();
    Map<String, BulkWriter<LogEvent>> writers = new HashMap<>();
    for (LogEvent event : events) {
      String bucket = assigner.getBucketId(event, null);
      if (!writers.containsKey(bucket)) {
        Path file = folder.resolve(bucket).resolve("batch-test-0.parquet");
        streams.put(
            bucket,
            LocalFileSystem.getSharedInstance()
                .create(new org.apache.flink.core.fs.Path(file.toUri()), WriteMode.OVERWRITE));
        writers.put(bucket, factory.create(streams.get(bucket)));
      }
      writers.get(bucket).addElement(event);
    }
    for (Map.Entry<String, BulkWriter<LogEvent>> writer : writers.entrySet()) {
      writer.getValue().finish();
      streams.get(writer.getKey()).close();
    }
  }
}
