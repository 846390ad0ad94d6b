package io.weir.sinks.archive;

import java.io.IOException;
import org.apache.parquet.bytes.ByteBufferAllocator;
import org.apache.parquet.bytes.BytesInput;
import org.apache.parquet.bytes.HeapByteBufferAllocator;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.column.Encoding;
import org.apache.parquet.column.page.DictionaryPage;
import org.apache.parquet.column.page.PageWriter;
import org.apache.parquet.column.statistics.Statistics;
import org.apache.parquet.column.values.rle.RunLengthBitPackingHybridEncoder;
import org.apache.parquet.schema.Type.Repetition;

/**
 * One flat column of a row group: gathers values in memory and hands them to parquet-java page by
 * page. It stands where parquet-java has its ColumnWriter, whose generality costs: levels,
 * statistics and a hash of each value, and a quarter of a megabyte in each open file before the
 * first event.
 *
 * <p>Version 1 data pages: definition levels of an optional column (RLE with their length), then
 * the values. A page ends after {@value #MAX_ROWS} rows, or when the values say so.
 */
abstract class PageColumn {
  /** As parquet-java: bounds what a reader must decode for one row. */
  static final int MAX_ROWS = 20_000;

  /** Values of this size, before compression, end a page. */
  static final int PAGE_BYTES = 1 << 20;

  static final ByteBufferAllocator ALLOCATOR = HeapByteBufferAllocator.getInstance();

  /** First size of buffers that grow by doubling. */
  static final int INITIAL_BYTES = 64;

  private final ColumnDescriptor column;
  private final PageWriter pages;
  private final RunLengthBitPackingHybridEncoder levels;
  private int rows;
  private int nulls;

  PageColumn(ColumnDescriptor column, PageWriter pages) {
    this.column = column;
    this.pages = pages;
    this.levels =
        column.getPrimitiveType().isRepetition(Repetition.OPTIONAL)
            ? new RunLengthBitPackingHybridEncoder(1, INITIAL_BYTES, PAGE_BYTES, ALLOCATOR)
            : null;
  }

  /** Notes that the row has a value, which the caller has just added. */
  final void present() throws IOException {
    if (levels != null) {
      levels.writeInt(1);
    }
    rows++;
    if (rows >= MAX_ROWS || pageBytes() >= PAGE_BYTES) {
      endPage();
    }
  }

  /** Notes that the row has no value. */
  final void absent() throws IOException {
    levels.writeInt(0);
    nulls++;
    rows++;
    if (rows >= MAX_ROWS) {
      endPage();
    }
  }

  /** Hands the rows of the current page to the page writer, if there are any. */
  final void endPage() throws IOException {
    if (rows == 0) {
      return;
    }
    Statistics<?> statistics = statistics();
    statistics.incrementNumNulls(nulls);
    BytesInput values = encode();
    if (levels != null) {
      BytesInput encoded = levels.toBytes();
      values =
          BytesInput.concat(BytesInput.fromInt(Math.toIntExact(encoded.size())), encoded, values);
    }
    pages.writePage(
        values,
        rows,
        rows,
        statistics,
        null,
        Encoding.BIT_PACKED,
        levels == null ? Encoding.BIT_PACKED : Encoding.RLE,
        encoding());
    if (levels != null) {
      levels.reset();
    }
    rows = 0;
    nulls = 0;
    clearPage();
  }

  /** Ends the column chunk: its last page, and its dictionary if it has one. */
  final void endChunk() throws IOException {
    endPage();
    DictionaryPage dictionary = dictionary();
    if (dictionary != null) {
      pages.writeDictionaryPage(dictionary);
    }
  }

  /** Returns the bytes that the column holds: the current page and those already compressed. */
  final long held() {
    return pageBytes() + extraBytes() + pages.getMemSize();
  }

  /** Returns empty statistics of the column's type. */
  final Statistics<?> emptyStatistics() {
    return Statistics.createStats(column.getPrimitiveType());
  }

  /** Returns statistics that say nothing, so that none are written. */
  final Statistics<?> noStatistics() {
    return Statistics.noopStats(column.getPrimitiveType());
  }

  /** Returns the values of the current page. */
  abstract BytesInput encode() throws IOException;

  /** Returns how {@link #encode} encodes the current page. */
  abstract Encoding encoding();

  /** Returns the statistics of the current page's values. */
  abstract Statistics<?> statistics();

  /** Forgets the values of the page that has been written. */
  abstract void clearPage();

  /** Returns the bytes of the values of the current page. */
  abstract long pageBytes();

  /** Returns what the column holds besides pages. */
  long extraBytes() {
    return 0;
  }

  /** Returns the dictionary that pages of this chunk refer to, or null. */
  DictionaryPage dictionary() {
    return null;
  }
}
