package io.weir.gateway.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.weir.gateway.kafka.CompactedTable.Entry;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class CompactedTableTest {

  @Test
  void knowsTheLastRecordOfEachKeyInOrderOfTheKeys() {
    CompactedTable<String> table = table();
    table.apply("b", 0, 10, bytes("1"));
    table.apply("a", 1, 11, bytes("2"));
    table.apply("b", 2, 12, bytes("3"));
    assertThat(table.all())
        .containsExactly(new Entry<>("a", 1, 11, "2"), new Entry<>("b", 2, 12, "3"));
    table.apply("b", 3, 13, null);
    assertThat(table.get("b")).isEmpty();
    table.apply("never", 4, 14, null);
    assertThat(table.all()).hasSize(1);
  }

  @Test
  void showsNothingOlderThanARecordThatCannotBeRead() {
    CompactedTable<String> table = table();
    table.apply("a", 0, 10, bytes("1"));
    assertThatIllegalArgumentException().isThrownBy(() -> table.apply("a", 1, 11, bytes("bad")));
    assertThat(table.get("a")).isEmpty();
  }

  /** Whatever the cleaner has removed, a reader that starts later sees the same. */
  @Property
  void isTheSameBeforeAndAfterCompaction(
      @ForAll @Size(max = 40) List<@IntRange(min = 0, max = 11) Integer> writes,
      @ForAll @IntRange(min = 0, max = 40) int cleanedUpTo) {
    List<Entry<byte[]>> log = new ArrayList<>();
    Map<String, Integer> last = new HashMap<>();
    for (int i = 0; i < writes.size(); i++) {
      String key = "k" + writes.get(i) % 4;
      log.add(new Entry<>(key, i, 10 * i, writes.get(i) < 3 ? null : bytes("v" + i)));
      last.put(key, i);
    }
    CompactedTable<String> everything = table();
    CompactedTable<String> cleaned = table();
    for (Entry<byte[]> record : log) {
      everything.apply(record.key(), record.offset(), record.writtenMillis(), record.value());
      if (record.offset() >= cleanedUpTo || last.get(record.key()) == record.offset()) {
        cleaned.apply(record.key(), record.offset(), record.writtenMillis(), record.value());
      }
    }
    assertThat(cleaned.all()).isEqualTo(everything.all());
  }

  private static CompactedTable<String> table() {
    return new CompactedTable<>(
        value -> {
          String text = new String(value, UTF_8);
          if (text.equals("bad")) {
            throw new IllegalArgumentException("bad");
          }
          return text;
        });
  }

  private static byte[] bytes(String text) {
    return text.getBytes(UTF_8);
  }
}
