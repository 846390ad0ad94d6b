package io.weir.operators.counts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.apache.flink.util.InstantiationUtil;
import org.junit.jupiter.api.Test;

class ExtractionTest {

  @Test
  void travelsWithTheJobGraph() throws Exception {
    Extraction extraction = new Extraction("m", "x", "f", List.of("service", "user.id"), 3);

    assertThat(InstantiationUtil.clone(extraction)).isEqualTo(extraction);
  }

  @Test
  void saysWhatIsWrong() {
    assertThatThrownBy(() -> new Extraction("m x", "x", null, List.of(), 3))
        .hasMessageContaining("no name of a metric");
    assertThatThrownBy(() -> new Extraction("m", "(", null, List.of(), 3))
        .hasMessageContaining("query: expected a term");
    assertThatThrownBy(() -> new Extraction("m", "a:>1", null, List.of(), 3))
        .hasMessageContaining("without an order");
    assertThatThrownBy(() -> new Extraction("m", "x", null, List.of("a.b", "a_b"), 3))
        .hasMessageContaining("two tags");
    assertThatThrownBy(() -> new Extraction("m", "x", null, List.of("__"), 3))
        .hasMessageContaining("no name that a tag can have");
    assertThatThrownBy(() -> new Extraction("m", "x", null, List.of(), 0))
        .hasMessageContaining("at least one");
  }
}
