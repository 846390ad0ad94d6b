package io.weir.gateway.series;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.weir.gateway.InvalidRequestException;
import io.weir.gateway.TestingClock;
import io.weir.gateway.auth.ServiceAccess;
import io.weir.gateway.config.TestingConfig;
import io.weir.gateway.search.Cancellation;
import io.weir.gateway.series.MetricQueryService.Answer;
import io.weir.gateway.series.MetricQueryService.Question;
import io.weir.gateway.series.MetricSeries.DataPoint;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MetricQueryServiceTest {
  private static final Instant NINE = Instant.parse("2026-03-29T09:00:00Z");

  private final TestingMetricStore store = new TestingMetricStore();
  private final MetricQueryService service =
      new MetricQueryService(
          store,
          TestingConfig.with("metrics.max-series", "2", "metrics.max-points", "1000").metrics(),
          new TestingClock("2026-03-29T10:00:00Z"));

  @Test
  void asksForTheExampleOfTheBrief() {
    Answer answer =
        ask(
            "http_error_rate",
            "2026-03-29T09:00Z",
            "2026-03-29T10:00Z",
            "60s",
            Set.of("service:payments"));
    assertThat(store.asked())
        .isEqualTo("avg(avg_over_time(http_error_rate{service=\"payments\"}[59999ms]))");
    // Half-open: the point at 10:00 is not in the range.
    assertThat(answer.grid()).isEqualTo(new TimeGrid(NINE, Duration.ofMinutes(1), 60));
    assertThat(answer.grouped()).isFalse();
  }

  @Test
  void takesTheRateOverFiveMinutesOrAStepThatIsLonger() {
    ask("http_errors_total", "now-1h", "now", "60s", Set.of());
    assertThat(store.asked()).isEqualTo("sum(rate(http_errors_total[300s]))");
    ask("http_errors_total", "now-7d", "now", "1h", Set.of());
    assertThat(store.asked()).isEqualTo("sum(rate(http_errors_total[3600s]))");
  }

  @Test
  void choosesAStepThatSuitsTheRange() {
    ask("m", null, null, null, Set.of());
    assertThat(store.grid()).isEqualTo(new TimeGrid(NINE, Duration.ofSeconds(15), 240));
    ask("m", "now-30d", "now", null, Set.of());
    assertThat(store.grid().step()).isEqualTo(Duration.ofHours(6));
    ask("m", "now-366d", "now", null, Set.of());
    assertThat(store.grid().size()).isLessThanOrEqualTo(1000);
  }

  @Test
  void normalisesNamesAsIngestDoes() {
    ask("http.server-errors", "now-1h", "now", "60s", Set.of("k8s.pod:a:b"));
    assertThat(store.asked())
        .isEqualTo("avg(avg_over_time(http_server_errors{k8s_pod=\"a:b\"}[59999ms]))");
  }

  @Test
  void takesSeveralTagsInEitherForm() {
    Set<String> tags = new LinkedHashSet<>(List.of("a:1,b:x, y", "c:{\"}"));
    ask("m", "now-1h", "now", "60s", tags);
    assertThat(store.asked())
        .isEqualTo("avg(avg_over_time(m{a=\"1\",b=\"x, y\",c=\"{\\\"}\"}[59999ms]))");
  }

  @Test
  void takesRatios() {
    ask("errors_total / requests_total", "now-1h", "now", "60s", Set.of());
    assertThat(store.asked()).startsWith("((sum(rate(errors_total[300s])) or ");
  }

  @Test
  void saysHowManySeriesThereAreBesideThoseThatAreShown() {
    MetricSeries[] three = new MetricSeries[3];
    for (int i = 0; i < 3; i++) {
      three[i] = new MetricSeries(Map.of("h", "" + i), List.of(new DataPoint(NINE, i)));
    }
    store.answer(three);
    Answer answer =
        service.query(
            question("m", "now-1h", "now", "60s", Set.of(), Set.of("h,h", "i")),
            ServiceAccess.ALL,
            new Cancellation());
    assertThat(store.asked()).startsWith("avg by (h, i) ");
    assertThat(answer.series()).hasSize(2);
    assertThat(answer.total()).isEqualTo(3);
    assertThat(answer.grouped()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "m{service=\"a\"}",
        "sum(m)",
        "m} or vector(1) or {a=\"b\"",
        "m[5m]",
        "m or n",
        "m\nor n",
        "a / b / c",
        "a / ",
        "/",
        " ",
        "m;n",
        "m#",
        "\"m\"",
        "m\\",
        "caf\u00e9"
      })
  void letsNothingInAsAMetricThatIsNone(String metric) {
    InvalidRequestException e =
        catchThrowableOfType(
            InvalidRequestException.class, () -> ask(metric, "now-1h", "now", "60s", Set.of()));
    assertThat(e.errors()).singleElement().extracting("field").isEqualTo("metric");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "tags | a",
        "tags | :b",
        "tags | a:",
        "tags | __name__:x",
        "tags | !:x",
        "tags | a:1,a:2",
        "group_by | !",
        "group_by | a,,b",
        "group_by | __name__",
        "step | often",
        "step | 0s",
        "step | 99d",
        "step | -60s",
        "window | x",
        "from | yesterday"
      })
  void namesTheParameterThatIsWrong(String field, String value) {
    InvalidRequestException e =
        catchThrowableOfType(
            InvalidRequestException.class,
            () ->
                service.query(
                    new Question(
                        "m",
                        Optional.of(field.equals("from") ? value : "now-1h"),
                        Optional.empty(),
                        Optional.of(field.equals("step") ? value : "60s"),
                        Optional.of(field.equals("window") ? value : "60s"),
                        field.equals("tags") ? Set.of(value) : Set.of(),
                        Optional.empty(),
                        field.equals("group_by") ? Set.of(value) : Set.of()),
                    ServiceAccess.ALL,
                    new Cancellation()));
    assertThat(e.errors()).extracting("field").containsOnly(field);
  }

  @Test
  void namesEveryParameterThatIsWrongAtOnce() {
    InvalidRequestException e =
        catchThrowableOfType(
            InvalidRequestException.class, () -> ask("!", "x", "now", "y", Set.of("z")));
    assertThat(e.errors()).extracting("field").containsExactly("metric", "tags", "step", "from");
  }

  @Test
  void refusesMorePointsThanThereMayBe() {
    InvalidRequestException e =
        catchThrowableOfType(
            InvalidRequestException.class, () -> ask("m", "now-1h", "now", "1s", Set.of()));
    assertThat(e).hasMessage("step: is too short: 3600 points in this range, at most 1000");
  }

  private Answer ask(String metric, String from, String to, String step, Set<String> tags) {
    return service.query(
        question(metric, from, to, step, tags, Set.of()), ServiceAccess.ALL, new Cancellation());
  }

  private static Question question(
      String metric, String from, String to, String step, Set<String> tags, Set<String> groupBy) {
    return new Question(
        metric,
        Optional.ofNullable(from),
        Optional.ofNullable(to),
        Optional.ofNullable(step),
        Optional.empty(),
        tags,
        Optional.empty(),
        groupBy);
  }
}
