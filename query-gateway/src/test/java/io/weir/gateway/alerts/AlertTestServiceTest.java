package io.weir.gateway.alerts;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.weir.gateway.InvalidRequestException;
import io.weir.gateway.TestingClock;
import io.weir.gateway.UnprocessableException;
import io.weir.gateway.alerts.AlertTestService.Firing;
import io.weir.gateway.alerts.AlertTestService.GroupOutcome;
import io.weir.gateway.alerts.AlertTestService.Outcome;
import io.weir.gateway.auth.ServiceAccess;
import io.weir.gateway.config.GatewayConfig;
import io.weir.gateway.config.TestingConfig;
import io.weir.gateway.search.Cancellation;
import io.weir.gateway.series.MetricSeries;
import io.weir.gateway.series.MetricSeries.DataPoint;
import io.weir.gateway.series.TestingMetricStore;
import io.weir.model.validation.InvalidRecordException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AlertTestServiceTest {
  private static final Instant TEN = Instant.parse("2026-03-29T10:00:00Z");
  private static final double NONE = Double.NaN;

  private final TestingMetricStore store = new TestingMetricStore();
  private final GatewayConfig config =
      TestingConfig.with("alerts.test-max-range", "1d", "metrics.max-points", "1000");
  private final AlertTestService service =
      new AlertTestService(
          store, config.metrics(), config.rules(), new TestingClock("2026-03-29T10:10:00Z"));

  @Test
  void firesOnTheFifthConsecutiveBreachAndNotOnTheFourth() {
    answer(Map.of(), 0.02, 0.02, 0.02, 0.02, 0.005, 0.02, 0.03, 0.02, 0.02, 0.02, 0.02, 0.005);
    Outcome outcome = test("\"duration_s\":150", "now-10m", "now");
    assertThat(store.asked())
        .isEqualTo(
            "(sum(sum_over_time(http_error_rate[59999ms])) / sum(count_over_time(http_error_rate[59999ms])))");
    assertThat(store.grid().start()).isEqualTo(at(0));
    assertThat(store.grid().step()).isEqualTo(Duration.ofSeconds(30));
    assertThat(outcome.rule().requiredEvaluations()).isEqualTo(5);
    assertThat(only(outcome).firings())
        .containsExactly(new Firing(at(5), at(9), Optional.of(at(11)), Optional.of(0.03)));
    assertThat(only(outcome).breaches()).isEqualTo(10);
    assertThat(outcome.groupsFiring()).isOne();
  }

  @Test
  void doesNotFireOnFlappingValues() {
    answer(Map.of(), 0.02, 0, 0.02, 0, 0.02, 0, 0.02, 0, 0.02, 0);
    Outcome outcome = test("\"duration_s\":60", "now-10m", "now");
    assertThat(only(outcome).firings()).isEmpty();
    assertThat(outcome.groupsFiring()).isZero();
  }

  @Test
  void saysThatItStillFiresAtTheEnd() {
    double[] always = new double[20];
    java.util.Arrays.fill(always, 1);
    answer(Map.of(), always);
    assertThat(only(test("\"duration_s\":0", "now-10m", "now")).firings())
        .containsExactly(new Firing(at(0), at(0), Optional.empty(), Optional.of(1.0)));
  }

  @Test
  void keepsFiringForAWhileWhereTheRuleSaysSo() {
    answer(Map.of(), 1, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);
    assertThat(only(test("\"duration_s\":0,\"keep_firing_for_s\":60", "now-10m", "now")).firings())
        .containsExactly(new Firing(at(0), at(0), Optional.of(at(4)), Optional.of(1.0)));
  }

  @Test
  void readsMissingDataAsTheRuleSays() {
    double[] values = new double[20];
    java.util.Arrays.fill(values, 0);
    values[0] = 1;
    values[1] = NONE;
    values[2] = NONE;
    answer(Map.of(), values);
    assertThat(only(test("\"duration_s\":0", "now-10m", "now")).firings().get(0).resolvedAt())
        .contains(at(1));
    assertThat(
            only(test("\"duration_s\":0,\"no_data\":\"keep\"", "now-10m", "now"))
                .firings()
                .get(0)
                .resolvedAt())
        .contains(at(3));
    values[0] = 0;
    answer(Map.of(), values);
    GroupOutcome alerting = only(test("\"duration_s\":0,\"no_data\":\"alert\"", "now-10m", "now"));
    assertThat(alerting.firings())
        .containsExactly(new Firing(at(1), at(1), Optional.of(at(3)), Optional.empty()));
    assertThat(alerting.withoutData()).isEqualTo(2);
  }

  @Test
  void looksAtEachGroupOnItsOwnAndShowsThoseThatFireFirst() {
    store.answer(
        series(Map.of("service", "calm"), 0, 0), series(Map.of("service", "loud"), 1, 0, 1));
    Outcome outcome = test("\"duration_s\":0,\"group_by\":[\"service\"]", "now-10m", "now");
    assertThat(store.asked()).contains("sum by (service) ");
    assertThat(outcome.groups().get(0).group()).isEqualTo(Map.of("service", "loud"));
    assertThat(outcome.groups().get(0).firings()).hasSize(2);
    assertThat(outcome.groupsTotal()).isEqualTo(2);
    assertThat(outcome.groupsFiring()).isOne();
  }

  @Test
  void looksForSilence() {
    double[] values = new double[20];
    java.util.Arrays.fill(values, 3);
    values[4] = NONE;
    values[5] = NONE;
    answer(Map.of(), values);
    Outcome outcome =
        service.test(
            ("{\"kind\":\"absence\",\"metric\":\"heartbeat\",\"duration_s\":90,"
                    + "\"notification_channel\":\"x\"}")
                .getBytes(UTF_8),
            Optional.of("now-10m"),
            Optional.empty(),
            ServiceAccess.ALL,
            new Cancellation());
    assertThat(store.asked()).isEqualTo("sum(count_over_time(heartbeat[89999ms]))");
    assertThat(only(outcome).firings())
        .containsExactly(new Firing(at(4), at(4), Optional.of(at(6)), Optional.empty()));
  }

  @Test
  void takesAMetricThatNobodySendsAsOneGroupWithoutData() {
    store.answer();
    Outcome outcome = test("\"duration_s\":0,\"no_data\":\"alert\"", "now-10m", "now");
    assertThat(only(outcome).firings()).hasSize(1);
    assertThat(only(outcome).withoutData()).isEqualTo(20);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"kind\":\"log_match\",\"query\":\"level:ERROR\",\"threshold\":5",
        "\"kind\":\"absence\",\"query\":\"level:ERROR\",\"duration_s\":5",
        "\"kind\":\"sequence\",\"first\":\"a\",\"then\":\"b\",\"within_s\":5"
      })
  void saysWhyARuleOnLogsCannotBeTriedOut(String members) {
    assertThatExceptionOfType(UnprocessableException.class)
        .isThrownBy(
            () ->
                service.test(
                    ("{" + members + ",\"notification_channel\":\"x\"}").getBytes(UTF_8),
                    Optional.empty(),
                    Optional.empty(),
                    ServiceAccess.ALL,
                    new Cancellation()))
        .withMessageContaining("a rule on logs cannot be tried out");
  }

  @Test
  void refusesWhatIsNoRuleAndARangeThatIsTooLong() {
    assertThatExceptionOfType(InvalidRecordException.class)
        .isThrownBy(
            () ->
                service.test(
                    "{}".getBytes(UTF_8),
                    Optional.empty(),
                    Optional.empty(),
                    ServiceAccess.ALL,
                    new Cancellation()));
    assertThatExceptionOfType(InvalidRequestException.class)
        .isThrownBy(() -> test("\"duration_s\":0", "now-2d", "now"))
        .withMessageContaining("range too long");
    assertThatExceptionOfType(InvalidRequestException.class)
        .isThrownBy(() -> test("\"duration_s\":0", "now-1d", "now"))
        .withMessageContaining("2880 evaluations");
    assertThatExceptionOfType(InvalidRequestException.class)
        .isThrownBy(() -> test("\"duration_s\":0", "now-5s", "now-1s"))
        .withMessageContaining("0 evaluations");
  }

  private Outcome test(String members, String from, String to) {
    String rule =
        "{\"metric\":\"http_error_rate\",\"condition\":\">\",\"threshold\":\"1%\","
            + members
            + ",\"notification_channel\":\"x\"}";
    return service.test(
        rule.getBytes(UTF_8),
        Optional.of(from),
        Optional.of(to),
        ServiceAccess.ALL,
        new Cancellation());
  }

  private void answer(Map<String, String> group, double... values) {
    store.answer(series(group, values));
  }

  /** The first evaluation of the range that ends at 10:10 and is 10 minutes long is at 10:00:30. */
  private static MetricSeries series(Map<String, String> group, double... values) {
    List<DataPoint> points = new ArrayList<>();
    for (int i = 0; i < values.length; i++) {
      if (!Double.isNaN(values[i])) {
        points.add(new DataPoint(at(i), values[i]));
      }
    }
    return new MetricSeries(group, points);
  }

  private static Instant at(int evaluation) {
    return TEN.plusSeconds(30L * (evaluation + 1));
  }

  private static GroupOutcome only(Outcome outcome) {
    assertThat(outcome.groups()).hasSize(1);
    return outcome.groups().get(0);
  }
}
