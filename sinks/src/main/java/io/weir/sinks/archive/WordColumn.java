package io.weir.sinks.archive;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.apache.parquet.bytes.BytesInput;
import org.apache.parquet.bytes.BytesUtils;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.column.Encoding;
import org.apache.parquet.column.page.DictionaryPage;
import org.apache.parquet.column.page.PageWriter;
import org.apache.parquet.column.statistics.Statistics;
import org.apache.parquet.column.values.rle.RunLengthBitPackingHybridEncoder;

/**
 * Texts of which there are few in one file (services, hosts, levels): a dictionary. A text is
 * encoded, and compared for the statistics, once for each page and not once for each row; rows cost
 * a look at the previous row's text and else a hash look-up.
 *
 * <p>When the dictionary has grown to {@value #MAX_DICTIONARY_BYTES} bytes, the pages that follow
 * are PLAIN, as parquet-java does it.
 */
final class WordColumn extends PageColumn {
  private static final int MAX_DICTIONARY_BYTES = 256 << 10;

  private static final int INITIAL_WORDS = 8;

  /** Hash table of the dictionary: words by slot, and where they stand in it. */
  private String[] slots = new String[2 * INITIAL_WORDS];

  private int[] slotIndexes = new int[2 * INITIAL_WORDS];

  /** The dictionary by index. */
  private byte[][] words = new byte[INITIAL_WORDS][];

  private boolean[] inPage = new boolean[INITIAL_WORDS];
  private int count;
  private int dictionaryBytes;
  private boolean used;

  /** The current page: indexes, or the texts themselves once the dictionary is full. */
  private int[] indexes = new int[INITIAL_WORDS];

  private int size;
  private PlainTexts plain;
  private final TextBounds bounds = new TextBounds();

  private String last;
  private int lastIndex;

  WordColumn(ColumnDescriptor column, PageWriter pages) {
    super(column, pages);
  }

  /** Adds a row; null only in an optional column. */
  void add(String text) throws IOException {
    if (text == null) {
      absent();
      return;
    }
    if (plain != null) {
      byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
      plain.add(bytes);
      bounds.widen(bytes);
    } else {
      int index = text.equals(last) ? lastIndex : indexOf(text);
      last = text;
      lastIndex = index;
      if (size == indexes.length) {
        indexes = Arrays.copyOf(indexes, 2 * size);
      }
      indexes[size++] = index;
      inPage[index] = true;
    }
    present();
    if (plain == null && dictionaryBytes >= MAX_DICTIONARY_BYTES) {
      endPage();
      plain = new PlainTexts();
    }
  }

  private int indexOf(String text) {
    int mask = slots.length - 1;
    int hash = text.hashCode();
    int slot = (hash ^ hash >>> 16) & mask;
    while (slots[slot] != null) {
      if (slots[slot].equals(text)) {
        return slotIndexes[slot];
      }
      slot = slot + 1 & mask;
    }
    slots[slot] = text;
    slotIndexes[slot] = count;
    return addWord(text);
  }

  private int addWord(String text) {
    if (count == words.length) {
      words = Arrays.copyOf(words, 2 * count);
      inPage = Arrays.copyOf(inPage, 2 * count);
    }
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    int index = count++;
    words[index] = bytes;
    dictionaryBytes += Integer.BYTES + bytes.length;
    if (2 * count > slots.length) {
      grow();
    }
    return index;
  }

  private void grow() {
    String[] oldSlots = slots;
    int[] oldIndexes = slotIndexes;
    slots = new String[2 * oldSlots.length];
    slotIndexes = new int[slots.length];
    int mask = slots.length - 1;
    for (int i = 0; i < oldSlots.length; i++) {
      if (oldSlots[i] != null) {
        int hash = oldSlots[i].hashCode();
        int slot = (hash ^ hash >>> 16) & mask;
        while (slots[slot] != null) {
          slot = slot + 1 & mask;
        }
        slots[slot] = oldSlots[i];
        slotIndexes[slot] = oldIndexes[i];
      }
    }
  }

  @Override
  BytesInput encode() throws IOException {
    if (plain != null) {
      return plain.encoded();
    }
    if (count == 0) {
      // Only nulls so far: a page without values, which must not ask for a dictionary.
      return BytesInput.empty();
    }
    used = true;
    int bits = BytesUtils.getWidthFromMaxInt(count - 1);
    try (RunLengthBitPackingHybridEncoder encoder =
        new RunLengthBitPackingHybridEncoder(bits, INITIAL_BYTES, PAGE_BYTES, ALLOCATOR)) {
      for (int i = 0; i < size; i++) {
        encoder.writeInt(indexes[i]);
      }
      return BytesInput.from(
          BytesInput.concat(BytesInput.from(new byte[] {(byte) bits}), encoder.toBytes())
              .toByteArray());
    }
  }

  @Override
  Encoding encoding() {
    return plain == null && count > 0 ? Encoding.PLAIN_DICTIONARY : Encoding.PLAIN;
  }

  @Override
  Statistics<?> statistics() {
    for (int i = 0; plain == null && i < count; i++) {
      if (inPage[i]) {
        bounds.widen(words[i]);
      }
    }
    return bounds.into(emptyStatistics());
  }

  @Override
  void clearPage() {
    size = 0;
    bounds.clear();
    if (plain != null) {
      plain.clear();
    } else {
      Arrays.fill(inPage, 0, count, false);
    }
  }

  @Override
  long pageBytes() {
    return plain == null ? (long) Integer.BYTES * size : plain.size();
  }

  @Override
  long extraBytes() {
    return dictionaryBytes;
  }

  @Override
  DictionaryPage dictionary() {
    if (!used) {
      return null;
    }
    PlainTexts texts = new PlainTexts();
    for (int i = 0; i < count; i++) {
      texts.add(words[i]);
    }
    return new DictionaryPage(texts.encoded(), count, Encoding.PLAIN_DICTIONARY);
  }
}
