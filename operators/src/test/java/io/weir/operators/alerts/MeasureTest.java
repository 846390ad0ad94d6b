package io.weir.operators.alerts;

import static io.weir.operators.alerts.Rules.TEN;
import static io.weir.operators.alerts.Rules.rule;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.weir.operators.alerts.RoutedPoint.Role;
import io.weir.operators.alerts.RoutedPoint.Shape;
import java.util.HashMap;
import java.util.Map;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MeasureTest {
  private static final AlertKey KEY = new AlertKey("a", 0, "{}");

  private final Map<BucketKey, Bucket> buckets = new HashMap<>();

  @ParameterizedTest
  @CsvSource({"avg,3", "sum,9", "min,1", "max,5", "count,3", "last,1"})
  void aggregatesTheWindow(String aggregation, double expected) {
    add(Shape.PLAIN, "", 100, TEN); // the start of the window does not belong to it
    add(Shape.PLAIN, "", 3, TEN + 1);
    add(Shape.PLAIN, "", 1, TEN + 60_000);
    add(Shape.PLAIN, "", 5, TEN + 40_000);
    add(Shape.PLAIN, "", 100, TEN + 60_001);

    assertThat(measure(aggregation, "m")).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({"p50,500", "p90,900", "p95,950", "p99,990"})
  void findsQuantilesWithinOnePercent(String aggregation, double expected) {
    for (int i = 0; i <= 1000; i++) {
      add(Shape.QUANTILES, "", i, TEN + 1 + i * 59);
    }

    assertThat(measure(aggregation, "m")).isCloseTo(expected, Percentage.withPercentage(1));
  }

  @Test
  void whatIsBeyondAllNumbersIsTheGreatest() {
    add(Shape.PLAIN, "", Double.MAX_VALUE, TEN + 1);
    add(Shape.PLAIN, "", Double.MAX_VALUE, TEN + 2);

    assertThat(measure("sum", "m")).isEqualTo(Double.MAX_VALUE);
  }

  @Test
  void quantilesOfNegativeNumbersAreInOrder() {
    for (int i = -100; i <= 100; i++) {
      add(Shape.QUANTILES, "", i, TEN + 30_000);
    }

    assertThat(measure("p50", "m")).isCloseTo(0, within(0.01));
    assertThat(measure("p90", "m")).isCloseTo(80, Percentage.withPercentage(1));
  }

  @Test
  void ratesAreOfEachSeriesFirst() {
    for (int i = 0; i <= 4; i++) {
      add(Shape.COUNTER, "m{host=\"1\"}", 1000 + i * 30, TEN + i * 15_000L);
      add(Shape.COUNTER, "m{host=\"2\"}", 5 + i * 60, TEN + i * 15_000L);
    }

    assertThat(measure("rate", "m")).isCloseTo((120 + 240) / 60.0, within(1e-9));
  }

  @Test
  void aCounterThatBeganAgainGrewFromZero() {
    add(Shape.COUNTER, "m", 100, TEN);
    add(Shape.COUNTER, "m", 110, TEN + 15_000);
    add(Shape.COUNTER, "m", 5, TEN + 30_000);
    add(Shape.COUNTER, "m", 8, TEN + 31_000);

    assertThat(measure("rate", "m")).isCloseTo(18 / 60.0, within(1e-9));
  }

  @Test
  void aSingleValueOfACounterIsNoRate() {
    add(Shape.COUNTER, "m", 100, TEN + 15_000);

    assertThat(measure("rate", "m")).isNull();
  }

  @Test
  void pointsOfACounterOutOfOrderCountOnce() {
    add(Shape.COUNTER, "m", 100, TEN);
    add(Shape.COUNTER, "m", 130, TEN + 14_000);
    add(Shape.COUNTER, "m", 110, TEN + 2_000);
    add(Shape.COUNTER, "m", 120, TEN + 8_000);

    assertThat(measure("rate", "m")).isCloseTo(30 / 60.0, within(1e-9));
  }

  @Test
  void aMissingNumeratorIsZeroAndAMissingDenominatorNoData() {
    assertThat(measure("sum", "a / b")).isNull();
    add(Role.DENOMINATOR, Shape.PLAIN, "", 4, TEN + 1);
    assertThat(measure("sum", "a / b")).isEqualTo(0);
    add(Role.VALUE, Shape.PLAIN, "", 1, TEN + 1);
    assertThat(measure("sum", "a / b")).isEqualTo(0.25);
  }

  @Test
  void aDenominatorOfZeroIsNoData() {
    add(Role.VALUE, Shape.PLAIN, "", 1, TEN + 1);
    add(Role.DENOMINATOR, Shape.PLAIN, "", 0, TEN + 1);

    assertThat(measure("sum", "a / b")).isNull();
  }

  private Double measure(String aggregation, String metric) {
    String json =
        """
        {"metric":"%s","condition":">","threshold":1,"duration_s":0,"window_s":60,
         "aggregation":"%s","notification_channel":"ops"}
        """;
    return Measure.of(rule(json.formatted(metric, aggregation)), TEN + 60_000, buckets.entrySet());
  }

  private void add(Shape shape, String series, double value, long millis) {
    add(Role.VALUE, shape, series, value, millis);
  }

  private void add(Role role, Shape shape, String series, double value, long millis) {
    buckets
        .computeIfAbsent(
            new BucketKey(Bucket.endOf(millis), role == Role.DENOMINATOR, series),
            key -> new Bucket())
        .add(new RoutedPoint(KEY, role, shape, series, value, millis, false, 30));
  }
}
