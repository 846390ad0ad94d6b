package io.weir.sinks.archive;

import org.apache.parquet.bytes.ByteBufferAllocator;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.column.Encoding;
import org.apache.parquet.column.ParquetProperties;
import org.apache.parquet.column.values.ValuesWriter;
import org.apache.parquet.column.values.delta.DeltaBinaryPackingValuesWriterForLong;
import org.apache.parquet.column.values.dictionary.DictionaryValuesWriter.PlainBinaryDictionaryValuesWriter;
import org.apache.parquet.column.values.dictionary.DictionaryValuesWriter.PlainIntegerDictionaryValuesWriter;
import org.apache.parquet.column.values.factory.ValuesWriterFactory;
import org.apache.parquet.column.values.fallback.FallbackValuesWriter;
import org.apache.parquet.column.values.plain.PlainValuesWriter;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;

/**
 * Chooses the encoding of each column: a dictionary where few values repeat, deltas for numbers
 * that grow (times and offsets: a third of the bytes of plain ones after zstd), plain text
 * otherwise. parquet-java's own choice is the same for all columns of a type.
 */
final class LogEncodings implements ValuesWriterFactory {
  private int initialSize;
  private int pageSize;
  private int dictionarySize;
  private ByteBufferAllocator allocator;

  @Override
  public void initialize(ParquetProperties properties) {
    this.initialSize = properties.getInitialSlabSize();
    this.pageSize = properties.getPageSizeThreshold();
    this.dictionarySize = properties.getDictionaryPageSizeThreshold();
    this.allocator = properties.getAllocator();
  }

  @Override
  public ValuesWriter newValuesWriter(ColumnDescriptor column) {
    String name = column.getPath()[0];
    PrimitiveTypeName type = column.getPrimitiveType().getPrimitiveTypeName();
    if (type == PrimitiveTypeName.INT64) {
      return new DeltaBinaryPackingValuesWriterForLong(initialSize, pageSize, allocator);
    }
    PlainValuesWriter plain = new PlainValuesWriter(initialSize, pageSize, allocator);
    if (!LogSchema.DICTIONARY.contains(name)) {
      return plain;
    }
    if (type == PrimitiveTypeName.INT32) {
      return FallbackValuesWriter.of(
          new PlainIntegerDictionaryValuesWriter(
              dictionarySize, Encoding.PLAIN_DICTIONARY, Encoding.PLAIN_DICTIONARY, allocator),
          plain);
    }
    return FallbackValuesWriter.of(
        new PlainBinaryDictionaryValuesWriter(
            dictionarySize, Encoding.PLAIN_DICTIONARY, Encoding.PLAIN_DICTIONARY, allocator),
        plain);
  }
}
