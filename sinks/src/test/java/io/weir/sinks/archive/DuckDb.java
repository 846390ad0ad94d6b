package io.weir.sinks.archive;

import io.weir.model.log.LogEvent;
import io.weir.model.log.LogLevel;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/** DuckDB in this process: a Parquet reader that nobody here wrote. */
final class DuckDb implements AutoCloseable {
  private final Connection connection;

  DuckDb() throws SQLException {
    this.connection = DriverManager.getConnection("jdbc:duckdb:");
  }

  /** One row of an archive file: the event, and the two promoted ids. */
  record Row(LogEvent event, String requestId, String traceId) {}

  /**
   * Reads all columns of the files that match a pattern, by partition and offset. DuckDB keeps
   * instants in microseconds: the event time loses its last three digits.
   */
  List<Row> read(String glob) throws SQLException {
    List<Row> rows = new ArrayList<>();
    try (Statement statement = connection.createStatement();
        ResultSet result =
            statement.executeQuery(
                "SELECT epoch_ns(timestamp), service, host, region, level, message, fields, id,"
                    + " original_timestamp, flags, kafka_topic, kafka_topic_code, kafka_partition,"
                    + " kafka_offset, epoch_ms(append_time), request_id, trace_id FROM"
                    + " read_parquet('"
                    + glob
                    + "', hive_partitioning = false) ORDER BY kafka_partition, kafka_offset")) {
      while (result.next()) {
        LogEvent event =
            new LogEvent(
                result.getLong(1),
                result.getString(2),
                result.getString(3),
                result.getString(4),
                LogLevel.valueOf(result.getString(5)),
                result.getString(6),
                result.getString(7),
                result.getString(8),
                result.getString(9),
                result.getInt(10),
                result.getString(11),
                result.getString(12),
                result.getInt(13),
                result.getLong(14),
                result.getLong(15));
        rows.add(new Row(event, result.getString(16), result.getString(17)));
      }
    }
    return rows;
  }

  List<Row> read(Path file) throws SQLException {
    return read(file.toString());
  }

  /** Runs a query and returns its rows, each value as text. */
  List<List<String>> query(String sql) throws SQLException {
    List<List<String>> rows = new ArrayList<>();
    try (Statement statement = connection.createStatement();
        ResultSet result = statement.executeQuery(sql)) {
      while (result.next()) {
        List<String> row = new ArrayList<>();
        for (int i = 1; i <= result.getMetaData().getColumnCount(); i++) {
          row.add(result.getString(i));
        }
        rows.add(row);
      }
    }
    return rows;
  }

  /** Runs a statement that has no rows. */
  void execute(String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  @Override
  public void close() throws SQLException {
    connection.close();
  }
}
