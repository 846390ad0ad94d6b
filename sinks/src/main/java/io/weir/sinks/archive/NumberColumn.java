package io.weir.sinks.archive;

import java.io.IOException;
import org.apache.parquet.bytes.BytesInput;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.column.Encoding;
import org.apache.parquet.column.page.PageWriter;
import org.apache.parquet.column.statistics.Statistics;
import org.apache.parquet.column.values.ValuesWriter;
import org.apache.parquet.column.values.delta.DeltaBinaryPackingValuesWriterForInteger;
import org.apache.parquet.column.values.delta.DeltaBinaryPackingValuesWriterForLong;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;

/**
 * Numbers that grow or stay the same (times, offsets, flags): DELTA_BINARY_PACKED, which takes a
 * third of the bytes of PLAIN after zstd, and next to none for a constant.
 */
final class NumberColumn extends PageColumn {
  private final boolean wide;
  private final ValuesWriter values;
  private boolean any;
  private long smallest;
  private long largest;

  NumberColumn(ColumnDescriptor column, PageWriter pages) {
    super(column, pages);
    this.wide = column.getPrimitiveType().getPrimitiveTypeName() == PrimitiveTypeName.INT64;
    this.values =
        wide
            ? new DeltaBinaryPackingValuesWriterForLong(INITIAL_BYTES, PAGE_BYTES, ALLOCATOR)
            : new DeltaBinaryPackingValuesWriterForInteger(INITIAL_BYTES, PAGE_BYTES, ALLOCATOR);
  }

  /** Adds a row; of an INT32 column the value is an int. */
  void add(long value) throws IOException {
    if (wide) {
      values.writeLong(value);
    } else {
      values.writeInteger((int) value);
    }
    if (!any) {
      any = true;
      smallest = value;
      largest = value;
    } else if (value < smallest) {
      smallest = value;
    } else if (value > largest) {
      largest = value;
    }
    present();
  }

  @Override
  BytesInput encode() {
    return values.getBytes();
  }

  @Override
  Encoding encoding() {
    return values.getEncoding();
  }

  @Override
  Statistics<?> statistics() {
    Statistics<?> statistics = emptyStatistics();
    if (any && wide) {
      statistics.updateStats(smallest);
      statistics.updateStats(largest);
    } else if (any) {
      statistics.updateStats((int) smallest);
      statistics.updateStats((int) largest);
    }
    return statistics;
  }

  @Override
  void clearPage() {
    values.reset();
    any = false;
  }

  @Override
  long pageBytes() {
    return values.getBufferedSize();
  }
}
