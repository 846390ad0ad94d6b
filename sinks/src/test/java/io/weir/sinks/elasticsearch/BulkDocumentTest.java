package io.weir.sinks.elasticsearch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BulkDocumentTest {

  @ParameterizedTest
  @ValueSource(strings = {"", "a\"b", "a\\b", "a\nb", "caf\u00e9", "a\u007f"})
  void rejectsAnIdThatWouldNeedEscaping(String id) {
    assertThatThrownBy(() -> with(Documents.INDEX, id, "{}"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("id");
  }

  @Test
  void rejectsAnIndexThatWouldNeedEscaping() {
    assertThatThrownBy(() -> with("logs-\"", "1", "{}"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("index");
  }

  @Test
  void rejectsAnEmptySource() {
    assertThatThrownBy(() -> with(Documents.INDEX, "1", ""))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("empty");
  }

  @Test
  void findsALineFeedAtEveryPlaceOfASource() {
    for (int length = 1; length < 40; length++) {
      for (int at = 0; at < length; at++) {
        byte[] source = filled(length, '\u00e9');
        source[at] = '\n';
        assertThatThrownBy(
                () -> BulkDocument.of(Documents.INDEX, "1", source, 0, Documents.origin(0)))
            .as("length %s at %s", length, at)
            .isInstanceOf(IllegalArgumentException.class)
            .hasMessageContaining("one line");
      }
    }
  }

  @Test
  void takesEveryOtherByteInASource() {
    for (int value = 0; value < 256; value++) {
      if (value != '\n') {
        byte[] source = filled(17, value);
        assertThat(BulkDocument.of(Documents.INDEX, "1", source, 0, Documents.origin(0)).source())
            .isSameAs(source);
      }
    }
  }

  @Test
  void joinsLinesWithoutChangingTheirLength() {
    byte[] json = "{\n  \"a\": 1\r\n}\n".getBytes(StandardCharsets.UTF_8);

    BulkDocument.joinLines(json);

    assertThat(new String(json, StandardCharsets.UTF_8)).isEqualTo("{   \"a\": 1\r } ");
  }

  @Test
  void hasTheSizeOfItsTwoLines() {
    BulkDocument document = with("logs-2026-03-29-10", "abc", "{\"a\":1}");

    assertThat(document.sizeInBytes())
        .isEqualTo(
            "{\"create\":{\"_index\":\"logs-2026-03-29-10\",\"_id\":\"abc\"}}\n{\"a\":1}\n"
                .length());
  }

  @Test
  void startsAnewInAnotherIndex() {
    BulkDocument tried = Documents.document(7).triedOnceMore().triedOnceMore();
    assertThat(tried.attempts()).isEqualTo(2);

    BulkDocument late = tried.inIndex(Documents.LATE_INDEX);

    assertThat(late)
        .isEqualTo(
            BulkDocument.of(
                Documents.LATE_INDEX,
                tried.id(),
                tried.source(),
                tried.timestampNanos(),
                tried.origin()));
  }

  private static BulkDocument with(String index, String id, String source) {
    return BulkDocument.of(
        index,
        id,
        source.getBytes(StandardCharsets.UTF_8),
        Documents.TIMESTAMP,
        Documents.origin(1));
  }

  private static byte[] filled(int length, int value) {
    byte[] bytes = new byte[length];
    Arrays.fill(bytes, (byte) value);
    return bytes;
  }
}
