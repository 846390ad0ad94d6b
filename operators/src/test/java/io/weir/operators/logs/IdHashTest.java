package io.weir.operators.logs;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Set;
import org.apache.flink.shaded.guava33.com.google.common.hash.HashCode;
import org.apache.flink.shaded.guava33.com.google.common.hash.Hasher;
import org.apache.flink.shaded.guava33.com.google.common.hash.Hashing;
import org.junit.jupiter.api.Test;

class IdHashTest {
  private final IdHash hash = new IdHash();

  /** Guava's, over the same bytes: two numbers of 64 bits, then UTF-16, little endian. */
  @Test
  void isMurmurHash3() {
    for (int length = 0; length < 40; length++) {
      String id = "0123456789é€abcdefghijklmnopqrstuvwxyz!?.".substring(0, length);
      Hasher guava = Hashing.murmur3_128().newHasher();
      guava.putLong(8).putLong(5);
      guava.putBytes(("payments" + "web-1" + id).getBytes(StandardCharsets.UTF_16LE));
      HashCode expected = guava.hash();
      ByteBuffer words = ByteBuffer.wrap(expected.asBytes()).order(ByteOrder.LITTLE_ENDIAN);

      hash.of("payments", "web-1", id);

      assertThat(hash.high()).isEqualTo(words.getLong());
      assertThat(hash.low()).isEqualTo(words.getLong());
    }
  }

  @Test
  void theBordersBetweenTextsCount() {
    Set<String> hashes = new HashSet<>();
    for (String[] texts :
        new String[][] {{"ab", "c", "d"}, {"a", "bc", "d"}, {"a", "b", "cd"}, {"abc", null, "d"}}) {
      hash.of(texts[0], texts[1], texts[2]);
      hashes.add(hash.high() + " " + hash.low());
    }

    assertThat(hashes).hasSize(4);
  }
}
