package io.weir.sinks.archive;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.weir.model.archive.ArchiveColumns;
import io.weir.model.log.LogEvent;
import io.weir.model.log.LogLevel;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import org.apache.parquet.column.page.PageWriteStore;
import org.apache.parquet.column.values.bloomfilter.BloomFilterWriteStore;

/** The columns of one row group: takes events apart. Not thread-safe. */
final class LogColumns {
  static final int REQUEST_ID_QUESTION = 0;
  static final int TRACE_ID_QUESTION = 1;

  private static final String[] LEVELS =
      Arrays.stream(LogLevel.values()).map(Enum::name).toArray(String[]::new);

  private final FieldLookup ids;
  private final IdBloomFilter requestIdFilter = new IdBloomFilter();
  private final IdBloomFilter traceIdFilter = new IdBloomFilter();

  private final NumberColumn timestamp;
  private final WordColumn service;
  private final WordColumn host;
  private final WordColumn region;
  private final WordColumn level;
  private final TextColumn message;
  private final TextColumn fields;
  private final TextColumn requestId;
  private final TextColumn traceId;
  private final TextColumn id;
  private final TextColumn originalTimestamp;
  private final NumberColumn flags;
  private final WordColumn kafkaTopic;
  private final WordColumn kafkaTopicCode;
  private final NumberColumn kafkaPartition;
  private final NumberColumn kafkaOffset;
  private final NumberColumn appendTime;
  private final List<PageColumn> all;

  /**
   * @param ids answers for {@link #REQUEST_ID_QUESTION} and {@link #TRACE_ID_QUESTION}
   */
  LogColumns(PageWriteStore pages, FieldLookup ids) {
    this.ids = ids;
    this.timestamp = numbers(pages, ArchiveColumns.TIMESTAMP);
    this.service = words(pages, ArchiveColumns.SERVICE);
    this.host = words(pages, ArchiveColumns.HOST);
    this.region = words(pages, ArchiveColumns.REGION);
    this.level = words(pages, ArchiveColumns.LEVEL);
    this.message = texts(pages, ArchiveColumns.MESSAGE, false);
    this.fields = texts(pages, ArchiveColumns.FIELDS, false);
    this.requestId = texts(pages, ArchiveColumns.REQUEST_ID, true);
    this.traceId = texts(pages, ArchiveColumns.TRACE_ID, true);
    this.id = texts(pages, ArchiveColumns.ID, true);
    this.originalTimestamp = texts(pages, ArchiveColumns.ORIGINAL_TIMESTAMP, true);
    this.flags = numbers(pages, ArchiveColumns.FLAGS);
    this.kafkaTopic = words(pages, ArchiveColumns.KAFKA_TOPIC);
    this.kafkaTopicCode = words(pages, ArchiveColumns.KAFKA_TOPIC_CODE);
    this.kafkaPartition = numbers(pages, ArchiveColumns.KAFKA_PARTITION);
    this.kafkaOffset = numbers(pages, ArchiveColumns.KAFKA_OFFSET);
    this.appendTime = numbers(pages, ArchiveColumns.APPEND_TIME);
    this.all =
        List.of(
            timestamp,
            service,
            host,
            region,
            level,
            message,
            fields,
            requestId,
            traceId,
            id,
            originalTimestamp,
            flags,
            kafkaTopic,
            kafkaTopicCode,
            kafkaPartition,
            kafkaOffset,
            appendTime);
  }

  private static NumberColumn numbers(PageWriteStore pages, String name) {
    return new NumberColumn(LogSchema.column(name), pages.getPageWriter(LogSchema.column(name)));
  }

  private static WordColumn words(PageWriteStore pages, String name) {
    return new WordColumn(LogSchema.column(name), pages.getPageWriter(LogSchema.column(name)));
  }

  private static TextColumn texts(PageWriteStore pages, String name, boolean withBounds) {
    return new TextColumn(
        LogSchema.column(name), pages.getPageWriter(LogSchema.column(name)), withBounds);
  }

  /** Writes one event and returns the number of bytes of its two large texts. */
  int write(LogEvent event) throws IOException {
    timestamp.add(event.timestampNanos());
    service.add(event.service());
    host.add(event.host());
    region.add(event.region());
    level.add(LEVELS[event.level().ordinal()]);
    byte[] messageBytes = event.message().getBytes(UTF_8);
    message.add(messageBytes);
    byte[] fieldBytes = event.fields().getBytes(UTF_8);
    fields.add(fieldBytes);
    ids.read(event.fields());
    add(requestId, ids.value(REQUEST_ID_QUESTION), requestIdFilter);
    add(traceId, ids.value(TRACE_ID_QUESTION), traceIdFilter);
    add(id, event.producerId(), null);
    add(originalTimestamp, event.originalTimestamp(), null);
    flags.add(event.flags());
    kafkaTopic.add(event.topic());
    kafkaTopicCode.add(event.topicCode());
    kafkaPartition.add(event.partition());
    kafkaOffset.add(event.offset());
    appendTime.add(event.appendTimeMillis());
    return messageBytes.length + fieldBytes.length;
  }

  private static void add(TextColumn column, String text, IdBloomFilter filter) throws IOException {
    if (text == null) {
      column.absent();
      return;
    }
    byte[] bytes = text.getBytes(UTF_8);
    if (filter != null) {
      filter.add(bytes);
    }
    column.add(bytes);
  }

  /** Returns the bytes that all columns hold in memory. */
  long held() {
    long bytes = requestIdFilter.bytes() + traceIdFilter.bytes();
    for (PageColumn column : all) {
      bytes += column.held();
    }
    return bytes;
  }

  /** Ends every column chunk and hands the bloom filters to the store that writes them. */
  void end(BloomFilterWriteStore filters) throws IOException {
    for (PageColumn column : all) {
      column.endChunk();
    }
    write(filters, ArchiveColumns.REQUEST_ID, requestIdFilter);
    write(filters, ArchiveColumns.TRACE_ID, traceIdFilter);
  }

  private static void write(BloomFilterWriteStore store, String column, IdBloomFilter filter) {
    if (!filter.isEmpty()) {
      store.getBloomFilterWriter(LogSchema.column(column)).writeBloomFilter(filter.build());
    }
  }
}
