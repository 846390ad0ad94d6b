package io.weir.sinks.archive;

import io.weir.model.archive.ArchiveColumns;
import io.weir.model.log.LogEvent;
import io.weir.model.log.LogLevel;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.apache.parquet.column.ColumnWriteStore;
import org.apache.parquet.column.ColumnWriter;
import org.apache.parquet.column.values.bloomfilter.BloomFilterWriteStore;
import org.apache.parquet.io.api.Binary;

/**
 * Writes events into the columns of one row group. The schema is flat, so each value goes straight
 * to its column's writer, without parquet-java's record consumer in between. Not thread-safe.
 */
final class LogColumns {
  static final int REQUEST_ID_QUESTION = 0;
  static final int TRACE_ID_QUESTION = 1;

  private static final Binary[] LEVELS =
      Arrays.stream(LogLevel.values())
          .map(level -> BinaryCache.encode(level.name()))
          .toArray(Binary[]::new);

  private final BinaryCache binaries;
  private final FieldLookup ids;
  private final IdBloomFilter requestIdFilter = new IdBloomFilter();
  private final IdBloomFilter traceIdFilter = new IdBloomFilter();

  private final ColumnWriter timestamp;
  private final ColumnWriter service;
  private final ColumnWriter host;
  private final ColumnWriter region;
  private final ColumnWriter level;
  private final ColumnWriter message;
  private final ColumnWriter fields;
  private final ColumnWriter requestId;
  private final ColumnWriter traceId;
  private final ColumnWriter id;
  private final ColumnWriter originalTimestamp;
  private final ColumnWriter flags;
  private final ColumnWriter kafkaTopic;
  private final ColumnWriter kafkaTopicCode;
  private final ColumnWriter kafkaPartition;
  private final ColumnWriter kafkaOffset;
  private final ColumnWriter appendTime;

  /**
   * @param ids answers for {@link #REQUEST_ID_QUESTION} and {@link #TRACE_ID_QUESTION}
   */
  LogColumns(ColumnWriteStore store, BinaryCache binaries, FieldLookup ids) {
    this.binaries = binaries;
    this.ids = ids;
    this.timestamp = writer(store, ArchiveColumns.TIMESTAMP);
    this.service = writer(store, ArchiveColumns.SERVICE);
    this.host = writer(store, ArchiveColumns.HOST);
    this.region = writer(store, ArchiveColumns.REGION);
    this.level = writer(store, ArchiveColumns.LEVEL);
    this.message = writer(store, ArchiveColumns.MESSAGE);
    this.fields = writer(store, ArchiveColumns.FIELDS);
    this.requestId = writer(store, ArchiveColumns.REQUEST_ID);
    this.traceId = writer(store, ArchiveColumns.TRACE_ID);
    this.id = writer(store, ArchiveColumns.ID);
    this.originalTimestamp = writer(store, ArchiveColumns.ORIGINAL_TIMESTAMP);
    this.flags = writer(store, ArchiveColumns.FLAGS);
    this.kafkaTopic = writer(store, ArchiveColumns.KAFKA_TOPIC);
    this.kafkaTopicCode = writer(store, ArchiveColumns.KAFKA_TOPIC_CODE);
    this.kafkaPartition = writer(store, ArchiveColumns.KAFKA_PARTITION);
    this.kafkaOffset = writer(store, ArchiveColumns.KAFKA_OFFSET);
    this.appendTime = writer(store, ArchiveColumns.APPEND_TIME);
  }

  private static ColumnWriter writer(ColumnWriteStore store, String name) {
    return store.getColumnWriter(LogSchema.column(name));
  }

  /** Writes one event and returns the number of bytes of its two large texts. */
  int write(LogEvent event) {
    timestamp.write(event.timestampNanos(), 0, 0);
    service.write(binaries.get(event.service()), 0, 0);
    writeCached(host, event.host());
    writeCached(region, event.region());
    level.write(LEVELS[event.level().ordinal()], 0, 0);
    byte[] messageBytes = event.message().getBytes(StandardCharsets.UTF_8);
    message.write(Binary.fromConstantByteArray(messageBytes), 0, 0);
    byte[] fieldBytes = event.fields().getBytes(StandardCharsets.UTF_8);
    fields.write(Binary.fromConstantByteArray(fieldBytes), 0, 0);
    ids.read(event.fields());
    writeId(requestId, ids.value(REQUEST_ID_QUESTION), requestIdFilter);
    writeId(traceId, ids.value(TRACE_ID_QUESTION), traceIdFilter);
    writeText(id, event.producerId());
    writeText(originalTimestamp, event.originalTimestamp());
    flags.write(event.flags(), 0, 0);
    kafkaTopic.write(binaries.get(event.topic()), 0, 0);
    kafkaTopicCode.write(binaries.get(event.topicCode()), 0, 0);
    kafkaPartition.write(event.partition(), 0, 0);
    kafkaOffset.write(event.offset(), 0, 0);
    appendTime.write(event.appendTimeMillis(), 0, 0);
    return messageBytes.length + fieldBytes.length;
  }

  private void writeCached(ColumnWriter column, String text) {
    if (text == null) {
      column.writeNull(0, 0);
    } else {
      column.write(binaries.get(text), 0, 1);
    }
  }

  private static void writeText(ColumnWriter column, String text) {
    if (text == null) {
      column.writeNull(0, 0);
    } else {
      column.write(BinaryCache.encode(text), 0, 1);
    }
  }

  private static void writeId(ColumnWriter column, String text, IdBloomFilter filter) {
    if (text == null) {
      column.writeNull(0, 0);
    } else {
      byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
      filter.add(bytes);
      column.write(Binary.fromConstantByteArray(bytes), 0, 1);
    }
  }

  /** Returns what the bloom filters hold in memory before they are built. */
  long filterBytes() {
    return requestIdFilter.bytes() + traceIdFilter.bytes();
  }

  /** Hands the bloom filters of the row group to the store that writes them. */
  void writeFilters(BloomFilterWriteStore store) {
    writeFilter(store, ArchiveColumns.REQUEST_ID, requestIdFilter);
    writeFilter(store, ArchiveColumns.TRACE_ID, traceIdFilter);
  }

  private static void writeFilter(
      BloomFilterWriteStore store, String column, IdBloomFilter filter) {
    if (!filter.isEmpty()) {
      store.getBloomFilterWriter(LogSchema.column(column)).writeBloomFilter(filter.build());
    }
  }
}
