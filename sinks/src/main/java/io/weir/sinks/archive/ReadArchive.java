package io.weir.sinks.archive;

import static java.util.Objects.requireNonNull;

import io.weir.model.archive.ArchiveColumns;
import io.weir.model.archive.ArchiveLayout;
import io.weir.model.audit.FactBlock;
import io.weir.model.audit.FactCollector;
import io.weir.model.audit.Facts;
import io.weir.model.log.LogFlags;
import java.io.IOException;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.apache.flink.api.common.functions.FlatMapFunction;
import org.apache.flink.core.fs.Path;
import org.apache.flink.util.Collector;
import org.apache.parquet.column.ColumnReader;
import org.apache.parquet.column.statistics.LongStatistics;
import org.apache.parquet.hadoop.metadata.BlockMetaData;
import org.apache.parquet.hadoop.metadata.ColumnChunkMetaData;
import org.apache.parquet.io.ParquetDecodingException;

/**
 * Says which offsets the archive has: paths of archive files in, facts about their rows out. Reads
 * the six columns that say where a row comes from and which store it is for, and passes over row
 * groups whose offsets are outside of what is audited.
 */
public final class ReadArchive implements FlatMapFunction<String, FactBlock> {
  private static final long serialVersionUID = 1;
  private static final long MILLIS_PER_HOUR = 3_600_000L;

  private final HashMap<String, String> topicCodes;
  private final long firstOffset;
  private final long endOffset;
  private final long oldestHotMillis;

  /**
   * Creates the operator.
   *
   * @param topicCodes code of the present incarnation of each audited topic
   * @param firstOffset smallest offset that is audited, in any partition
   * @param endOffset offset after the largest that is audited
   * @param oldestHot an event whose hour ended before this time is no longer in the hot store
   */
  public ReadArchive(
      Map<String, String> topicCodes, long firstOffset, long endOffset, Instant oldestHot) {
    this.topicCodes = new HashMap<>(requireNonNull(topicCodes, "topicCodes"));
    this.firstOffset = firstOffset;
    this.endOffset = endOffset;
    this.oldestHotMillis = oldestHot.toEpochMilli();
  }

  @Override
  public void flatMap(String path, Collector<FactBlock> out) throws IOException {
    Map<String, FactCollector> collectors = new HashMap<>();
    try (ArchiveFile file = ArchiveFile.open(new Path(path))) {
      for (BlockMetaData rowGroup : file.rowGroups()) {
        if (mayHold(rowGroup)) {
          read(file, rowGroup, collectors, out);
        }
      }
    } catch (ParquetDecodingException e) {
      throw new IOException(path + " cannot be read: " + e.getMessage(), e);
    }
    collectors.values().forEach(FactCollector::close);
  }

  private boolean mayHold(BlockMetaData rowGroup) {
    ColumnChunkMetaData offsets = ArchiveFile.chunk(rowGroup, ArchiveColumns.KAFKA_OFFSET);
    return offsets == null
        || !(offsets.getStatistics() instanceof LongStatistics statistics)
        || !statistics.hasNonNullValue()
        || statistics.getMax() >= firstOffset && statistics.getMin() < endOffset;
  }

  private void read(
      ArchiveFile file,
      BlockMetaData rowGroup,
      Map<String, FactCollector> collectors,
      Collector<FactBlock> out)
      throws IOException {
    ColumnReader topics = file.column(rowGroup, ArchiveColumns.KAFKA_TOPIC);
    ColumnReader codes = file.column(rowGroup, ArchiveColumns.KAFKA_TOPIC_CODE);
    ColumnReader partitions = file.column(rowGroup, ArchiveColumns.KAFKA_PARTITION);
    ColumnReader offsets = file.column(rowGroup, ArchiveColumns.KAFKA_OFFSET);
    ColumnReader flags = file.column(rowGroup, ArchiveColumns.FLAGS);
    ColumnReader timestamps = file.column(rowGroup, ArchiveColumns.TIMESTAMP);
    for (long row = 0; row < rowGroup.getRowCount(); row++) {
      // Each value is read, wanted or not: the next one stands behind it.
      String topic = topics.getBinary().toStringUsingUTF8();
      String code = codes.getBinary().toStringUsingUTF8();
      int partition = partitions.getInteger();
      long offset = offsets.getLong();
      boolean archiveOnly = (flags.getInteger() & LogFlags.ARCHIVE_ONLY) != 0;
      long hourEnd = (ArchiveLayout.hourOf(timestamps.getLong()) + 1) * MILLIS_PER_HOUR;
      if (code.equals(topicCodes.get(topic))) {
        boolean hot = !archiveOnly && hourEnd > oldestHotMillis;
        collectors
            .computeIfAbsent(topic, key -> new FactCollector(key, out::collect))
            .add(
                partition,
                offset,
                hot ? Facts.ARCHIVED : (byte) (Facts.ARCHIVED | Facts.NOT_FOR_HOT));
      }
      topics.consume();
      codes.consume();
      partitions.consume();
      offsets.consume();
      flags.consume();
      timestamps.consume();
    }
  }
}
