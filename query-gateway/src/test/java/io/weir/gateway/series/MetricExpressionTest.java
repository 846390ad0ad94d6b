package io.weir.gateway.series;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.model.metric.Aggregation;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MetricExpressionTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "AVG | avg(avg_over_time(m[59999ms]))",
        "SUM | sum(avg_over_time(m[59999ms]))",
        "MIN | min(min_over_time(m[59999ms]))",
        "MAX | max(max_over_time(m[59999ms]))",
        "COUNT | sum(count_over_time(m[59999ms]))",
        "LAST | avg(last_over_time(m[59999ms]))",
        "RATE | sum(rate(m[60s]))",
        "P50 | (max(avg_over_time(m{quantile=\"0.5\"}[59999ms])) or quantile(0.5, avg_over_time(m{quantile=\"\"}[59999ms])))",
        "P99 | (max(avg_over_time(m{quantile=\"0.99\"}[59999ms])) or quantile(0.99, avg_over_time(m{quantile=\"\"}[59999ms])))"
      })
  void makesOneValueOfAWindowAndOfAGroup(Aggregation aggregation, String expected) {
    assertThat(promQl("m", null, Map.of(), List.of(), aggregation)).isEqualTo(expected);
  }

  @Test
  void takesTheRateOfWhatIsCalledATotalAndTheAverageOfAnythingElse() {
    assertThat(promQl("http_errors_total", null, Map.of(), List.of(), null))
        .isEqualTo("sum(rate(http_errors_total[60s]))");
    assertThat(promQl("http_error_rate", null, Map.of(), List.of(), null))
        .isEqualTo("avg(avg_over_time(http_error_rate[59999ms]))");
    assertThat(promQl("a_total", null, Map.of(), List.of(), Aggregation.LAST))
        .isEqualTo("avg(last_over_time(a_total[59999ms]))");
  }

  @Test
  void filtersByTagsInOrderAndGroups() {
    assertThat(
            promQl(
                "m",
                null,
                Map.of("service", "a", "host", "b"),
                List.of("region", "zone"),
                Aggregation.MAX))
        .isEqualTo("max by (region, zone) (max_over_time(m{host=\"b\",service=\"a\"}[59999ms]))");
  }

  @Test
  void keepsTheQuantileThatWasAskedFor() {
    assertThat(promQl("m", null, Map.of("quantile", "0.9"), List.of(), Aggregation.P90))
        .isEqualTo("quantile(0.9, avg_over_time(m{quantile=\"0.9\"}[59999ms]))");
  }

  @Test
  void dividesLastAndNeverByNothing() {
    assertThat(promQl("e_total", "r_total", Map.of(), List.of("service"), null))
        .isEqualTo(
            "((sum by (service) (rate(e_total[60s])) or (sum by (service) (rate(r_total[60s])) * 0))"
                + " / (sum by (service) (rate(r_total[60s])) != 0))");
  }

  @Test
  void addsUpAllSamplesForARule() {
    assertThat(ofSamples(Aggregation.SUM)).isEqualTo("sum(sum_over_time(m[59999ms]))");
    assertThat(ofSamples(Aggregation.AVG))
        .isEqualTo("(sum(sum_over_time(m[59999ms])) / sum(count_over_time(m[59999ms])))");
    assertThat(ofSamples(Aggregation.RATE)).isEqualTo("sum(rate(m[60s]))");
  }

  private static String ofSamples(Aggregation aggregation) {
    return new MetricExpression(
            "m",
            Optional.empty(),
            Map.of(),
            List.of(),
            Optional.of(aggregation),
            Duration.ofMinutes(1),
            MetricExpression.Basis.SAMPLES)
        .toPrometheus()
        .promQl();
  }

  private static String promQl(
      String metric,
      String denominator,
      Map<String, String> tags,
      List<String> groupBy,
      Aggregation aggregation) {
    return new MetricExpression(
            metric,
            Optional.ofNullable(denominator),
            tags,
            groupBy,
            Optional.ofNullable(aggregation),
            Duration.ofMinutes(1),
            MetricExpression.Basis.SERIES)
        .toPrometheus()
        .promQl();
  }
}
