package io.weir.sinks.archive;

import com.github.luben.zstd.Zstd;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.zip.CRC32;
import org.apache.parquet.bytes.BytesInput;
import org.apache.parquet.column.page.DataPage;
import org.apache.parquet.column.page.DataPageV1;
import org.apache.parquet.column.page.DictionaryPage;
import org.apache.parquet.column.page.PageReader;
import org.apache.parquet.format.DataPageHeader;
import org.apache.parquet.format.PageHeader;
import org.apache.parquet.format.PageType;
import org.apache.parquet.format.Util;
import org.apache.parquet.format.converter.ParquetMetadataConverter;
import org.apache.parquet.io.ParquetDecodingException;

/**
 * The pages of one column chunk out of its bytes, decompressed one at a time. Knows what {@link
 * LogParquetWriter} writes: version 1 pages, zstd, checksums, which it verifies.
 */
final class ChunkPages implements PageReader {
  private static final ParquetMetadataConverter CONVERTER = new ParquetMetadataConverter();

  private final String column;
  private final long values;
  private final byte[] bytes;
  private final ByteArrayInputStream rest;
  private DictionaryPage dictionary;
  private PageHeader next;

  ChunkPages(String column, long values, byte[] bytes) {
    this.column = column;
    this.values = values;
    this.bytes = bytes;
    this.rest = new ByteArrayInputStream(bytes);
    this.next = readHeader();
    if (next != null && next.getType() == PageType.DICTIONARY_PAGE) {
      dictionary =
          new DictionaryPage(
              decompress(next),
              next.getDictionary_page_header().getNum_values(),
              CONVERTER.getEncoding(next.getDictionary_page_header().getEncoding()));
      next = readHeader();
    }
  }

  private PageHeader readHeader() {
    try {
      return rest.available() == 0 ? null : Util.readPageHeader(rest);
    } catch (IOException e) {
      throw new ParquetDecodingException("column " + column + ": unreadable page header", e);
    }
  }

  private ParquetDecodingException broken(String what) {
    return new ParquetDecodingException("column " + column + ": " + what);
  }

  private BytesInput decompress(PageHeader header) {
    int start = bytes.length - rest.available();
    int length = header.getCompressed_page_size();
    if (length < 0 || rest.skip(length) != length) {
      throw broken("a page ends outside of its chunk");
    }
    if (header.isSetCrc()) {
      CRC32 crc = new CRC32();
      crc.update(bytes, start, length);
      if ((int) crc.getValue() != header.getCrc()) {
        throw broken("a page has a wrong checksum");
      }
    }
    byte[] page = new byte[header.getUncompressed_page_size()];
    long size = Zstd.decompressByteArray(page, 0, page.length, bytes, start, length);
    if (Zstd.isError(size) || size != page.length) {
      throw broken("a page does not decompress");
    }
    return BytesInput.from(page);
  }

  @Override
  public DictionaryPage readDictionaryPage() {
    return dictionary;
  }

  @Override
  public long getTotalValueCount() {
    return values;
  }

  @Override
  public DataPage readPage() {
    if (next == null) {
      return null;
    }
    if (next.getType() != PageType.DATA_PAGE) {
      throw broken("unexpected page of type " + next.getType());
    }
    DataPageHeader header = next.getData_page_header();
    DataPage page =
        new DataPageV1(
            decompress(next),
            header.getNum_values(),
            next.getUncompressed_page_size(),
            null,
            CONVERTER.getEncoding(header.getRepetition_level_encoding()),
            CONVERTER.getEncoding(header.getDefinition_level_encoding()),
            CONVERTER.getEncoding(header.getEncoding()));
    next = readHeader();
    return page;
  }
}
