package io.weir.sinks.archive;

import java.util.Arrays;
import org.apache.parquet.column.statistics.Statistics;
import org.apache.parquet.io.api.Binary;

/** Smallest and largest of the texts of a page, in the order of their bytes. */
final class TextBounds {
  private byte[] smallest;
  private byte[] largest;

  /** Takes a text into account; the array must not change any more. */
  void widen(byte[] text) {
    if (smallest == null) {
      smallest = text;
      largest = text;
    } else if (Arrays.compareUnsigned(text, smallest) < 0) {
      smallest = text;
    } else if (Arrays.compareUnsigned(text, largest) > 0) {
      largest = text;
    }
  }

  /** Writes the bounds, if there was a text, into statistics and returns those. */
  Statistics<?> into(Statistics<?> statistics) {
    if (smallest != null) {
      statistics.updateStats(Binary.fromConstantByteArray(smallest));
      statistics.updateStats(Binary.fromConstantByteArray(largest));
    }
    return statistics;
  }

  void clear() {
    smallest = null;
    largest = null;
  }
}
