package io.weir.gateway.tail;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class StreamPositionTest {
  private static final StreamPosition POSITION =
      new StreamPosition("3k8vq", 4, new TreeMap<>(Map.of(0, 0L, 1, 130L, 3, 1L << 40)));

  @Test
  void isReadBackFromItsText() {
    assertThat(StreamPosition.decode(POSITION.encode())).isEqualTo(POSITION);
    StreamPosition none = new StreamPosition("00000", 12, new TreeMap<>());
    assertThat(StreamPosition.decode(none.encode())).isEqualTo(none);
    StreamPosition greatest =
        new StreamPosition("vvvvv", 1, new TreeMap<>(Map.of(0, Long.MAX_VALUE)));
    assertThat(StreamPosition.decode(greatest.encode())).isEqualTo(greatest);
  }

  @Test
  void isShortAndFitsIntoAHeader() {
    assertThat(POSITION.encode()).matches("[!-~]+").hasSizeLessThan(40);
    TreeMap<Integer, Long> many = new TreeMap<>();
    IntStream.range(0, 1_000).forEach(partition -> many.put(partition, 1L << 42));
    assertThat(new StreamPosition("00000", 1_200, many).encode())
        .hasSizeLessThan(StreamPosition.MAX_LENGTH);
  }

  @Test
  void noChangedCharacterGoesUnnoticed() {
    String text = POSITION.encode();
    Random random = new Random(7);
    String alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    int accepted = 0;
    for (int i = 0; i < text.length(); i++) {
      for (int times = 0; times < 20; times++) {
        char other = alphabet.charAt(random.nextInt(alphabet.length()));
        if (other != text.charAt(i)) {
          String damaged = text.substring(0, i) + other + text.substring(i + 1);
          try {
            StreamPosition.decode(damaged);
            accepted++;
          } catch (IllegalArgumentException e) {
            assertThat(e).hasMessageMatching("(is|has|names|ends) .*");
          }
        }
      }
    }
    assertThat(accepted).isZero();
  }

  @Test
  void foreignTextsAreRefusedWithTheReason() {
    assertRefused("", "is no id of this stream");
    assertRefused("1", "is no id of this stream");
    assertRefused("9" + POSITION.encode().substring(1), "version '9'");
    assertRefused(POSITION.encode() + "=", "is no id of this stream");
    assertRefused("1abcde!!", "is no id of this stream");
    assertRefused("1abcdeAAAA", "checksum");
    assertRefused("1".repeat(StreamPosition.MAX_LENGTH + 1), "longer");
  }

  private static void assertRefused(String text, String reason) {
    assertThatThrownBy(() -> StreamPosition.decode(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(reason);
  }
}
