package io.weir.model.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.AlphaChars;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SeriesTest {

  @Test
  void comesBackFromItsText() {
    MetricPoint point =
        new MetricPoint("m", 1, 0, Map.of("b", "q\"\\\n,}=\"", "a", "x"), MetricType.GAUGE);

    assertThat(Series.parse(point.series())).isEqualTo(new Series("m", point.tags()));
    assertThat(Series.parse("m")).isEqualTo(new Series("m", Map.of()));
  }

  @Property
  void comesBackFromItsTextWhateverItsTagsHold(
      @ForAll @Size(max = 4)
          Map<@AlphaChars @StringLength(min = 1, max = 5) String, @StringLength(max = 8) String>
              tags) {
    MetricPoint point = new MetricPoint("m", 1, 0, tags, MetricType.GAUGE);

    assertThat(Series.parse(point.series()).tags()).isEqualTo(point.tags());
  }

  @ParameterizedTest
  @ValueSource(strings = {"m{", "m{a}", "m{a=\"b\"", "m{a=\"b\"} ", "m{a=\"b"})
  void refusesAnythingElse(String text) {
    assertThatThrownBy(() -> Series.parse(text)).hasMessageContaining("not the text of a series");
  }
}
