package io.weir.model.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class PartitionSetsTest {
  private final PartitionSets sets = PartitionSets.parse(List.of("payments=8", "checkout = 4"));

  @Test
  void keysAServiceByItsNameUnlessItHasASet() {
    assertThat(sets.key("search", "web-1")).isEqualTo("search");
    assertThat(PartitionSets.NONE.key("payments", "web-1")).isEqualTo("payments");
    assertThat(sets.keys("search")).containsExactly("search");
  }

  @Test
  void keysAServiceWithASetByItsHostAlone() {
    Set<String> seen = new HashSet<>();
    for (int host = 0; host < 1000; host++) {
      String key = sets.key("payments", "web-" + host);
      assertThat(sets.key("payments", "web-" + host)).isEqualTo(key);
      seen.add(key);
    }

    assertThat(seen)
        .containsExactlyInAnyOrder(
            "payments#0",
            "payments#1",
            "payments#2",
            "payments#3",
            "payments#4",
            "payments#5",
            "payments#6",
            "payments#7")
        .containsExactlyInAnyOrderElementsOf(sets.keys("payments"));
  }

  @Test
  void writesDownWhatAgentsHaveToCompute() {
    assertThat(sets.key("payments", "web-1")).isEqualTo("payments#" + hash("web-1") % 8);
    assertThat(sets.key("checkout", null)).isEqualTo("checkout#" + hash("") % 4);
    assertThat(sets.key("checkout", "größe")).isEqualTo("checkout#" + hash("größe") % 4);
  }

  /** Values that Kafka's own tests hold (org.apache.kafka.common.utils.UtilsTest). */
  @Test
  void hashesAsKafkaDoes() {
    assertThat(Murmur2.hash(bytes("21"))).isEqualTo(-973932308);
    assertThat(Murmur2.hash(bytes("foobar"))).isEqualTo(-790332482);
    assertThat(Murmur2.hash(bytes("a-little-bit-long-string"))).isEqualTo(-985981536);
    assertThat(Murmur2.hash(bytes("a-little-bit-longer-string"))).isEqualTo(-1486304829);
    assertThat(Murmur2.hash(bytes("lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8")))
        .isEqualTo(-58897971);
    assertThat(Murmur2.hash(bytes("abc"))).isEqualTo(479470107);
    assertThat(Murmur2.positive(bytes("abc"))).isEqualTo(479470107);
    assertThat(Murmur2.positive(bytes("21"))).isEqualTo(-973932308 & Integer.MAX_VALUE);
  }

  @Test
  void listsEverythingThatIsWrong() {
    assertThatThrownBy(() -> PartitionSets.parse(List.of("payments", "a=x", "b=-1", "c=1", "c=2")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'payments' is not service=number")
        .hasMessageContaining("'a=x' is not")
        .hasMessageContaining("'b=-1' is not")
        .hasMessageContaining("'c' stands there twice");
    assertThatThrownBy(() -> PartitionSets.parse(List.of("a=0", "b=10001", "=3")))
        .hasMessageContaining("a: 0 keys")
        .hasMessageContaining("b: 10001 keys")
        .hasMessageContaining("a service without a name");
  }

  private static int hash(String text) {
    return Murmur2.positive(bytes(text));
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
