package io.weir.harness.e2e.delivery;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.weir.model.archive.ArchiveColumns;
import io.weir.model.log.LogFlags;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * Every row of one topic in an archive, read by DuckDB from the published files: nobody here wrote
 * that reader.
 */
final class ArchiveRows {
  private final ObjectMapper mapper = new ObjectMapper();
  private final Path folder;
  private final String topic;

  /**
   * Reads an archive.
   *
   * @param folder the archive's root, where {@code date=...} folders lie
   */
  ArchiveRows(Path folder, String topic) {
    this.folder = folder;
    this.topic = topic;
  }

  /** How many rows there are, and how many of them are kept out of the hot store by policy. */
  record Counts(long rows, long archiveOnly) {}

  Counts count() {
    if (files().isEmpty()) {
      return new Counts(0, 0);
    }
    String sql =
        "select count(*), count(*) filter (where (%s & %d) <> 0) from %s where %s = ?"
            .formatted(
                ArchiveColumns.FLAGS, LogFlags.ARCHIVE_ONLY, table(), ArchiveColumns.KAFKA_TOPIC);
    try (Connection connection = connect();
        PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.setString(1, topic);
      try (ResultSet row = statement.executeQuery()) {
        row.next();
        return new Counts(row.getLong(1), row.getLong(2));
      }
    } catch (SQLException e) {
      throw new IllegalStateException("counting rows in " + folder, e);
    }
  }

  /** Hands on every row. */
  void read(Consumer<StoredEvent> rows) {
    if (files().isEmpty()) {
      return;
    }
    String sql =
        "select epoch_ns(%s) as nanos, epoch_ms(%s) as append, * from %s where %s = ?"
            .formatted(
                ArchiveColumns.TIMESTAMP,
                ArchiveColumns.APPEND_TIME,
                table(),
                ArchiveColumns.KAFKA_TOPIC);
    try (Connection connection = connect();
        PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.setString(1, topic);
      try (ResultSet row = statement.executeQuery()) {
        while (row.next()) {
          rows.accept(event(row));
        }
      }
    } catch (SQLException e) {
      throw new IllegalStateException("reading " + folder, e);
    }
  }

  /** Returns the published files. */
  List<Path> files() {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> paths = Files.walk(folder)) {
      return paths
          .filter(path -> path.getFileName().toString().endsWith(".parquet"))
          .filter(path -> !path.getFileName().toString().startsWith("."))
          .filter(path -> path.getParent().getFileName().toString().startsWith("service="))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private String table() {
    return "read_parquet('%s/date=*/hour=*/service=*/*.parquet', hive_partitioning=false)"
        .formatted(folder.toString().replace("'", "''"));
  }

  private static Connection connect() throws SQLException {
    Connection connection = DriverManager.getConnection("jdbc:duckdb:");
    try (Statement statement = connection.createStatement()) {
      statement.execute("set threads = 1");
      statement.execute("set memory_limit = '512MB'");
      statement.execute("set timezone = 'UTC'");
    }
    return connection;
  }

  private StoredEvent event(ResultSet row) throws SQLException {
    try {
      return new StoredEvent(
          new Place(
              row.getInt(ArchiveColumns.KAFKA_PARTITION), row.getLong(ArchiveColumns.KAFKA_OFFSET)),
          row.getString(ArchiveColumns.KAFKA_TOPIC_CODE),
          row.getLong("nanos"),
          row.getString(ArchiveColumns.SERVICE),
          row.getString(ArchiveColumns.HOST),
          row.getString(ArchiveColumns.REGION),
          row.getString(ArchiveColumns.LEVEL),
          row.getString(ArchiveColumns.MESSAGE),
          mapper.readTree(row.getString(ArchiveColumns.FIELDS)),
          row.getString(ArchiveColumns.ID),
          row.getString(ArchiveColumns.ORIGINAL_TIMESTAMP),
          row.getInt(ArchiveColumns.FLAGS),
          row.getLong("append"));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("the fields of a row are not JSON", e);
    }
  }
}
