package io.weir.sinks.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weir.model.log.LogEvent;
import io.weir.model.log.LogLevel;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import org.apache.flink.api.common.serialization.BulkWriter;
import org.apache.flink.core.fs.FSDataOutputStream;
import org.apache.flink.core.fs.FileSystem.WriteMode;
import org.apache.flink.core.fs.local.LocalFileSystem;
import org.apache.parquet.format.ColumnChunk;
import org.apache.parquet.format.FileMetaData;
import org.apache.parquet.format.RowGroup;
import org.apache.parquet.format.Util;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LogParquetWriterTest {
  private static final ArchiveSettings DEFAULTS = ArchiveSettings.at("file:///x").build();

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
    assertThat(readBack(file)).isEqualTo(events);
  }

  private static List<LogEvent> readBack(Path file) throws IOException {
    List<LogEvent> read = new ArrayList<>();
    try (LogParquetReader reader =
        LogParquetReader.open(new org.apache.flink.core.fs.Path(file.toUri()))) {
      for (LogEvent event = reader.read(); event != null; event = reader.read()) {
        read.add(event);
      }
    }
    return read;
  }

  private static List<LogEvent> inMicros(List<LogEvent> events) {
    return events.stream().map(e -> withTime(e, e.timestampNanos() / 1_000 * 1_000)).toList();
  }

  private static LogEvent withFields(String fields, long offset) {
    return new LogEvent(
        0,
        "a",
        null,
        null,
        LogLevel.INFO,
        "",
        fields,
        null,
        null,
        0,
        "logs",
        "a1b2c",
        0,
        offset,
        0);
  }

  private static String timestamp(String unit) {
    return "TimestampType(isAdjustedToUTC=1, unit=TimeUnit(MILLIS="
        + (unit.startsWith("MILLIS") ? "MilliSeconds()" : "<null>")
        + ", MICROS=<null>, NANOS="
        + (unit.startsWith("NANOS") ? "NanoSeconds()" : "<null>")
        + "))";
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

  @Test
  void readsAsTheTypesThatTheTableDeclares() throws Exception {
    Path file = write(DEFAULTS, new RandomEvents(3).next(100));
    try (DuckDb duckDb = new DuckDb()) {
      assertThat(
              duckDb.query(
                  "SELECT name, type, repetition_type, logical_type FROM parquet_schema('"
                      + file
                      + "') WHERE name <> 'log'"))
          .containsExactly(
              List.of("timestamp", "INT64", "REQUIRED", timestamp("NANOS")),
              List.of("service", "BYTE_ARRAY", "REQUIRED", "StringType()"),
              List.of("host", "BYTE_ARRAY", "OPTIONAL", "StringType()"),
              List.of("region", "BYTE_ARRAY", "OPTIONAL", "StringType()"),
              List.of("level", "BYTE_ARRAY", "REQUIRED", "StringType()"),
              List.of("message", "BYTE_ARRAY", "REQUIRED", "StringType()"),
              List.of("fields", "BYTE_ARRAY", "REQUIRED", "StringType()"),
              List.of("request_id", "BYTE_ARRAY", "OPTIONAL", "StringType()"),
              List.of("trace_id", "BYTE_ARRAY", "OPTIONAL", "StringType()"),
              List.of("id", "BYTE_ARRAY", "OPTIONAL", "StringType()"),
              List.of("original_timestamp", "BYTE_ARRAY", "OPTIONAL", "StringType()"),
              Arrays.asList("flags", "INT32", "REQUIRED", null),
              List.of("kafka_topic", "BYTE_ARRAY", "REQUIRED", "StringType()"),
              List.of("kafka_topic_code", "BYTE_ARRAY", "REQUIRED", "StringType()"),
              Arrays.asList("kafka_partition", "INT32", "REQUIRED", null),
              Arrays.asList("kafka_offset", "INT64", "REQUIRED", null),
              List.of("append_time", "INT64", "REQUIRED", timestamp("MILLIS")));
      assertThat(
              duckDb.query(
                  "SELECT decode(key), decode(value) FROM parquet_kv_metadata('" + file + "')"))
          .containsExactly(List.of("weir.archive.version", "1"));
    }
  }

  @Test
  void compressesEveryColumnWithZstd() throws Exception {
    Path file = write(DEFAULTS, new RandomEvents(3).next(1_000));
    try (DuckDb duckDb = new DuckDb()) {
      assertThat(duckDb.query("SELECT DISTINCT compression FROM parquet_metadata('" + file + "')"))
          .containsExactly(List.of("ZSTD"));
    }
  }

  @Test
  void usesADictionaryOnlyWhereValuesRepeat() throws Exception {
    Path file = write(DEFAULTS, new TemplatedLogs(3, 5, 1_000).next(20_000));
    try (DuckDb duckDb = new DuckDb()) {
      assertThat(
              duckDb.query(
                  "SELECT path_in_schema FROM parquet_metadata('"
                      + file
                      + "') WHERE encodings LIKE '%DICTIONARY%' AND encodings NOT LIKE '%PLAIN,%'"))
          .extracting(row -> row.get(0))
          .containsExactlyInAnyOrder(
              "service", "host", "region", "level", "kafka_topic", "kafka_topic_code");
    }
  }

  @Test
  void writesPlainTextOnceADictionaryIsFull() throws Exception {
    List<LogEvent> events = new ArrayList<>();
    for (int i = 0; i < 60_000; i++) {
      String host = i % 7 == 0 ? null : "host-" + (i < 30_000 ? i % 50 : i) + "-ö";
      events.add(
          new LogEvent(
              i, "a", host, null, LogLevel.INFO, "", "{}", null, null, 0, "t", "a1b2c", 0, i, 0));
    }
    Path file = write(DEFAULTS, events);
    assertThat(readBack(file)).isEqualTo(events);
    try (DuckDb duckDb = new DuckDb()) {
      assertThat(duckDb.read(file)).extracting(DuckDb.Row::event).isEqualTo(inMicros(events));
      assertThat(
              duckDb
                  .query(
                      "SELECT encodings, stats_null_count FROM parquet_metadata('"
                          + file
                          + "') WHERE path_in_schema = 'host'")
                  .get(0))
          .satisfies(
              // A set: the order of its names differs from one JVM to the next.
              row -> assertThat(row.get(0).split(", ")).contains("PLAIN_DICTIONARY", "PLAIN"),
              row -> assertThat(row.get(1)).isEqualTo("8572"));
    }
  }

  @Test
  void findsRowGroupsByRequestAndTraceId() throws Exception {
    List<LogEvent> events = new RandomEvents(9).next(20_000);
    Path file = write(ArchiveSettings.at("file:///x").rowGroupBytes(1 << 20).build(), events);
    try (DuckDb duckDb = new DuckDb()) {
      for (String column : List.of("request_id", "trace_id")) {
        List<List<String>> ids =
            duckDb.query(
                "SELECT "
                    + column
                    + " FROM read_parquet('"
                    + file
                    + "') WHERE "
                    + column
                    + " IS NOT NULL LIMIT 20");
        assertThat(ids).hasSize(20);
        for (List<String> id : ids) {
          assertThat(excluded(duckDb, file, column, id.get(0))).contains("false");
        }
        List<String> answers = excluded(duckDb, file, column, "never written");
        assertThat(answers).hasSizeGreaterThan(3).filteredOn("true"::equals).hasSizeGreaterThan(2);
      }
    }
  }

  private static List<String> excluded(DuckDb duckDb, Path file, String column, String value)
      throws Exception {
    return duckDb
        .query(
            "SELECT bloom_filter_excludes FROM parquet_bloom_probe('"
                + file
                + "', '"
                + column
                + "', '"
                + value
                + "')")
        .stream()
        .map(row -> row.get(0))
        .toList();
  }

  @Test
  void promotesTheIdsThatTheFieldsHold() throws Exception {
    ArchiveSettings settings =
        ArchiveSettings.at("file:///x")
            .requestIdKeys(List.of("rid"))
            .traceIdKeys(List.of())
            .build();
    List<LogEvent> events =
        List.of(
            withFields("{\"rid\":\"r1\",\"trace_id\":\"t1\"}", 0),
            withFields("{\"request_id\":\"r2\"}", 1),
            withFields("{}", 2));
    try (DuckDb duckDb = new DuckDb()) {
      assertThat(duckDb.read(write(settings, events)))
          .extracting(DuckDb.Row::requestId)
          .containsExactly("r1", null, null);
      assertThat(duckDb.read(write(DEFAULTS, events)))
          .extracting(DuckDb.Row::requestId)
          .containsExactly(null, "r2", null);
      assertThat(duckDb.read(write(DEFAULTS, events)))
          .extracting(DuckDb.Row::traceId)
          .containsExactly("t1", null, null);
    }
  }

  @Test
  void writesAPageIndexOfEveryColumnAndStatisticsWhereTheyHelp() throws Exception {
    Path file = write(DEFAULTS, new RandomEvents(4).next(30_000));
    FileMetaData footer = footer(file);
    assertThat(footer.getRow_groups()).isNotEmpty();
    for (RowGroup rowGroup : footer.getRow_groups()) {
      for (ColumnChunk chunk : rowGroup.getColumns()) {
        String column = chunk.getMeta_data().getPath_in_schema().get(0);
        boolean statistics = !List.of("message", "fields").contains(column);
        assertThat(chunk.isSetOffset_index_offset()).as(column).isTrue();
        assertThat(chunk.isSetColumn_index_offset()).as(column).isEqualTo(statistics);
        assertThat(chunk.getMeta_data().isSetStatistics()).as(column).isEqualTo(statistics);
      }
    }
    long bytes = footer.getRow_groups().get(0).getColumns().get(5).getOffset_index_length();
    assertThat(bytes).as("several pages of messages").isGreaterThan(20);
  }

  private static FileMetaData footer(Path file) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    int length = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getInt(bytes.length - 8);
    return Util.readFileMetaData(
        new ByteArrayInputStream(bytes, bytes.length - 8 - length, length));
  }

  @Test
  void writesNothingForNoEvents() throws Exception {
    assertThat(write(DEFAULTS, List.of())).isEmptyFile();
  }

  @Test
  void noticesADamagedPage() throws Exception {
    Path file = write(DEFAULTS, new RandomEvents(4).next(1_000));
    byte[] bytes = Files.readAllBytes(file);
    bytes[1_000] ^= 1;
    Files.write(file, bytes);
    assertThatThrownBy(() -> readBack(file))
        .isInstanceOf(IOException.class)
        .hasMessageContainingAll("events.parquet", "timestamp", "checksum");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 4, 100})
  void noticesATruncatedFile(int keep) throws Exception {
    Path file = write(DEFAULTS, new RandomEvents(4).next(1_000));
    Files.write(file, Arrays.copyOf(Files.readAllBytes(file), keep));
    assertThatThrownBy(() -> readBack(file))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("events.parquet");
  }

  @Test
  void hasNoHadoopToFallBackOn() {
    assertThatThrownBy(() -> Class.forName("org.apache.hadoop.conf.Configuration"))
        .isInstanceOf(ClassNotFoundException.class);
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
