package io.weir.sinks.archive;

import static java.util.Objects.requireNonNull;

import io.weir.model.archive.ArchiveColumns;
import io.weir.model.audit.AppendHour;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import org.apache.flink.api.common.functions.FlatMapFunction;
import org.apache.flink.core.fs.Path;
import org.apache.flink.util.Collector;
import org.apache.parquet.column.ColumnReader;
import org.apache.parquet.hadoop.metadata.BlockMetaData;
import org.apache.parquet.io.ParquetDecodingException;

/**
 * Says which offsets were taken in which hour, as the archive knows it when Kafka no longer does:
 * paths of archive files in, the bounds of each hour of a partition in the file out.
 */
public final class ReadAppendHours implements FlatMapFunction<String, AppendHour> {
  private static final long serialVersionUID = 1;
  private static final long MILLIS_PER_HOUR = 3_600_000L;

  private final HashMap<String, String> topicCodes;

  /**
   * Creates the operator.
   *
   * @param topicCodes code of the present incarnation of each audited topic
   */
  public ReadAppendHours(Map<String, String> topicCodes) {
    this.topicCodes = new HashMap<>(requireNonNull(topicCodes, "topicCodes"));
  }

  private record Key(String topic, int partition, long hour) {}

  @Override
  public void flatMap(String path, Collector<AppendHour> out) throws IOException {
    Map<Key, AppendHour> hours = new HashMap<>();
    try (ArchiveFile file = ArchiveFile.open(new Path(path))) {
      for (BlockMetaData rowGroup : file.rowGroups()) {
        read(file, rowGroup, hours);
      }
    } catch (ParquetDecodingException e) {
      throw new IOException(path + " cannot be read: " + e.getMessage(), e);
    }
    hours.values().forEach(out::collect);
  }

  private void read(ArchiveFile file, BlockMetaData rowGroup, Map<Key, AppendHour> hours)
      throws IOException {
    ColumnReader topics = file.column(rowGroup, ArchiveColumns.KAFKA_TOPIC);
    ColumnReader codes = file.column(rowGroup, ArchiveColumns.KAFKA_TOPIC_CODE);
    ColumnReader partitions = file.column(rowGroup, ArchiveColumns.KAFKA_PARTITION);
    ColumnReader offsets = file.column(rowGroup, ArchiveColumns.KAFKA_OFFSET);
    ColumnReader appendTimes = file.column(rowGroup, ArchiveColumns.APPEND_TIME);
    for (long row = 0; row < rowGroup.getRowCount(); row++) {
      // Each value is read, wanted or not: the next one stands behind it.
      String topic = topics.getBinary().toStringUsingUTF8();
      String code = codes.getBinary().toStringUsingUTF8();
      int partition = partitions.getInteger();
      long offset = offsets.getLong();
      long hour = Math.floorDiv(appendTimes.getLong(), MILLIS_PER_HOUR) * MILLIS_PER_HOUR;
      if (code.equals(topicCodes.get(topic))) {
        hours.merge(
            new Key(topic, partition, hour),
            new AppendHour(topic, partition, hour, offset, offset),
            AppendHour::merge);
      }
      topics.consume();
      codes.consume();
      partitions.consume();
      offsets.consume();
      appendTimes.consume();
    }
  }
}
