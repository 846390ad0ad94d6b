package io.weir.model.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weir.model.metric.MetricNames;
import io.weir.model.metric.MetricPoint;
import io.weir.model.metric.MetricType;
import io.weir.model.validation.FieldError;
import io.weir.model.validation.InvalidRecordException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MetricPointJsonTest {
  private static final long TIME = 1_774_778_400_000L;

  @Test
  void readsAPointAndNormalisesItsNames() {
    MetricPoint point =
        decode(
            """
            {"metric":"http.server-requests","value":17,"timestamp":"2026-03-29T10:00Z",
             "tags":{"service":"payments","http.status":500,"ok":false,"empty":"","none":null},
             "type":"counter","unit":"1"}
            """);

    assertThat(point)
        .isEqualTo(
            new MetricPoint(
                "http_server_requests",
                17,
                TIME,
                Map.of("service", "payments", "http_status", "500", "ok", "false"),
                MetricType.COUNTER));
    assertThat(point.series())
        .isEqualTo("http_server_requests{http_status=\"500\",ok=\"false\",service=\"payments\"}");
  }

  @Test
  void takesAPointWithoutTypeForAGauge() {
    MetricPoint point = decode("{\"metric\":\"a\",\"value\":-1.5,\"timestamp\":1774778400}");

    assertThat(point).isEqualTo(new MetricPoint("a", -1.5, TIME, Map.of(), MetricType.GAUGE));
    assertThat(point.series()).isEqualTo("a");
    assertThat(new String(MetricPointJson.encode(point), StandardCharsets.UTF_8))
        .isEqualTo("{\"metric\":\"a\",\"value\":-1.5,\"timestamp\":1774778400000}");
  }

  @Test
  void readsAPointInTheMiddleOfABuffer() {
    byte[] buffer =
        "[{\"metric\":\"a\",\"value\":1,\"timestamp\":1774778400}]"
            .getBytes(StandardCharsets.UTF_8);

    assertThat(MetricPointJson.decode(buffer, 1, buffer.length - 1).metric()).isEqualTo("a");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{} | metric: is missing; value: is missing; timestamp: is missing",
        "[] | a metric point is a JSON object",
        "x | not JSON",
        "{\"metric\":\"a\",\"value\":1,\"timestamp\":1}{} | more than one JSON value",
        "{\"metric\":null,\"value\":1,\"timestamp\":1} | metric: is missing",
        "{\"metric\":\"--\",\"value\":1,\"timestamp\":1} | metric: must be a string",
        "{\"metric\":{},\"value\":[],\"timestamp\":{}} | metric: must be a string of 1 to 200",
        "{\"metric\":\"a\",\"value\":\"1\",\"timestamp\":1} | value: must be a finite number",
        "{\"metric\":\"a\",\"value\":1e999,\"timestamp\":1} | value: must be a finite number",
        "{\"metric\":\"a\",\"value\":1,\"timestamp\":\"x\"} | timestamp: must be a time such as",
        "{\"metric\":\"a\",\"value\":1,\"timestamp\":1,\"tags\":[]} | tags: must be an object",
        "{\"metric\":\"a\",\"value\":1,\"timestamp\":1,\"tags\":{\"x\":[]}} | tags.x: must be a",
        "{\"metric\":\"a\",\"value\":1,\"timestamp\":1,\"tags\":{\"__n\":\"\",\"!\":\"\"}} | tags.__n: is no name of a tag",
        "{\"metric\":\"a\",\"value\":1,\"timestamp\":1,\"tags\":{\"a.b\":\"1\",\"a-b\":\"2\"}} | tags.a-b: is the same name as another one: a_b",
        "{\"metric\":\"a\",\"value\":1,\"timestamp\":1,\"type\":\"sum\"} | type: must be one of",
        "{\"metric\":\"a\",\"value\":-1,\"timestamp\":1,\"type\":\"delta\"} | value: of a delta is negative",
      })
  void namesWhatIsWrong(String json, String message) {
    assertThatThrownBy(() -> decode(json))
        .isInstanceOf(InvalidRecordException.class)
        .hasMessageContaining(message);
  }

  @Test
  void namesEverythingThatIsWrongAtOnce() {
    assertThatThrownBy(
            () -> decode("{\"metric\":\"\",\"value\":\"x\",\"tags\":{\"a\":{}},\"type\":7}"))
        .isInstanceOfSatisfying(
            InvalidRecordException.class,
            e ->
                assertThat(e.errors())
                    .extracting(FieldError::field)
                    .containsExactly("metric", "value", "tags.a", "type", "timestamp"));
  }

  @Property(tries = 500, edgeCases = EdgeCasesMode.NONE)
  void readsBackWhatItWrites(@ForAll("points") MetricPoint point) {
    assertThat(MetricPointJson.decode(MetricPointJson.encode(point))).isEqualTo(point);
  }

  @Property
  void anyBytesAreAPointOrAnError(@ForAll byte[] json) {
    try {
      assertThat(MetricPointJson.decode(json)).isNotNull();
    } catch (InvalidRecordException e) {
      assertThat(e.errors()).isNotEmpty();
    }
  }

  @Property
  void normalisedNamesAreThoseOfPrometheusAndStayAsTheyAre(@ForAll String name) {
    String metric = MetricNames.normalizeMetric(name);
    String tag = MetricNames.normalizeTag(name);

    if (metric != null) {
      assertThat(metric).matches("[a-zA-Z_:][a-zA-Z0-9_:]*");
      assertThat(MetricNames.normalizeMetric(metric)).isEqualTo(metric);
    }
    if (tag != null) {
      assertThat(tag).matches("[a-zA-Z_][a-zA-Z0-9_]*").doesNotStartWith("__");
      assertThat(MetricNames.normalizeTag(tag)).isEqualTo(tag);
    }
  }

  @Test
  void tagsAreInOrderWhateverMapHoldsThem() {
    Map<String, String> tags = new LinkedHashMap<>();
    tags.put("b", "\"2\"\n\\");
    tags.put("a", "1");

    assertThat(new MetricPoint("m", 1, 0, tags, MetricType.GAUGE).series())
        .isEqualTo("m{a=\"1\",b=\"\\\"2\\\"\\n\\\\\"}");
  }

  @Provide
  Arbitrary<MetricPoint> points() {
    Arbitrary<String> names =
        Arbitraries.strings()
            .withChars("abz_09")
            .ofMinLength(1)
            .ofMaxLength(8)
            .filter(n -> n.equals(MetricNames.normalizeTag(n)));
    Arbitrary<Double> values =
        Arbitraries.oneOf(
            Arbitraries.doubles().filter(d -> d >= 0 || 1 / d < 0).map(Math::abs),
            Arbitraries.longs().greaterOrEqual(0).map(Long::doubleValue));
    return Combinators.combine(
            names,
            values,
            Arbitraries.longs()
                .between(-9_000_000_000_000L, 9_000_000_000_000L)
                .filter(t -> Math.abs(t) >= 100_000_000_000L),
            Arbitraries.maps(names, TestingEvents.texts().filter(t -> !t.isEmpty())).ofMaxSize(5),
            Arbitraries.of(MetricType.class))
        .as(MetricPoint::new);
  }

  private static MetricPoint decode(String json) {
    return MetricPointJson.decode(json.getBytes(StandardCharsets.UTF_8));
  }
}
