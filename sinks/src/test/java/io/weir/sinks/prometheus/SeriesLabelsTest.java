package io.weir.sinks.prometheus;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.model.metric.Sample;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SeriesLabelsTest {

  @Test
  void putsTheNameOfTheMetricAmongTheOthersInOrder() {
    assertThat(text(Map.of("Zone", "a", "code", "b", "__x", "c")))
        .containsSubsequence("Zone", "__name__", "__x", "code");
    assertThat(text(Map.of())).containsSubsequence("__name__", "up");
    assertThat(text(Map.of("A", "a"))).containsSubsequence("A", "__name__");
  }

  @Test
  void leavesOutEmptyValues() {
    assertThat(encode(Map.of("code", ""))).isEqualTo(encode(Map.of()));
  }

  @Test
  void describesWhatItEncoded() {
    assertThat(SeriesLabels.describe(encode(Map.of("b", "say \"ü\"\n", "a", "x".repeat(300)))))
        .isEqualTo("up{a=\"" + "x".repeat(300) + "\",b=\"say \\\"ü\\\"\\n\"}");
    assertThat(SeriesLabels.describe(encode(Map.of()))).isEqualTo("up");
  }

  @Test
  void encodesALoneSurrogateAsAQuestionMark() {
    assertThat(SeriesLabels.describe(encode(Map.of("a", "x\ud800y")))).isEqualTo("up{a=\"x?y\"}");
  }

  @Test
  void findsNothingWrongWithValidNames() {
    assertThat(SeriesLabels.problemOf(new Sample("job:up:rate5m", Map.of("_A1", "ü"), 1, 1)))
        .isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "1up", "u-p", "up ", "ü"})
  void namesAWrongMetric(String metric) {
    assertThat(SeriesLabels.problemOf(new Sample(metric, Map.of(), 1, 1)))
        .hasValueSatisfying(problem -> assertThat(problem).contains("'" + metric + "'"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "1a", "a:b", "a.b", "é"})
  void namesAWrongLabel(String tag) {
    assertThat(SeriesLabels.problemOf(new Sample("up", Map.of(tag, "x"), 1, 1)))
        .hasValueSatisfying(problem -> assertThat(problem).contains("'" + tag + "'"));
  }

  @Test
  void refusesASecondNameOfTheMetric() {
    assertThat(SeriesLabels.problemOf(new Sample("up", Map.of("__name__", "down"), 1, 1)))
        .hasValueSatisfying(problem -> assertThat(problem).contains("twice"));
  }

  private static byte[] encode(Map<String, String> tags) {
    return SeriesLabels.encode(new Sample("up", tags, 1, 1));
  }

  private static String text(Map<String, String> tags) {
    return new String(encode(tags), StandardCharsets.ISO_8859_1);
  }
}
