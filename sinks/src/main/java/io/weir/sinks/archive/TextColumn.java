package io.weir.sinks.archive;

import java.io.IOException;
import org.apache.parquet.bytes.BytesInput;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.column.Encoding;
import org.apache.parquet.column.page.PageWriter;
import org.apache.parquet.column.statistics.Statistics;

/** Texts that seldom repeat: PLAIN. */
final class TextColumn extends PageColumn {
  private final PlainTexts texts = new PlainTexts();
  private final TextBounds bounds;

  /**
   * @param withBounds whether smallest and largest text are kept; of long texts they help no query
   */
  TextColumn(ColumnDescriptor column, PageWriter pages, boolean withBounds) {
    super(column, pages);
    this.bounds = withBounds ? new TextBounds() : null;
  }

  /** Adds a row; the array must not change any more. */
  void add(byte[] text) throws IOException {
    texts.add(text);
    if (bounds != null) {
      bounds.widen(text);
    }
    present();
  }

  @Override
  BytesInput encode() {
    return texts.encoded();
  }

  @Override
  Encoding encoding() {
    return Encoding.PLAIN;
  }

  @Override
  Statistics<?> statistics() {
    return bounds == null ? noStatistics() : bounds.into(emptyStatistics());
  }

  @Override
  void clearPage() {
    texts.clear();
    if (bounds != null) {
      bounds.clear();
    }
  }

  @Override
  long pageBytes() {
    return texts.size();
  }
}
