package io.weir.model.json;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.model.kafka.RecordOrigin;
import io.weir.model.metric.MetricPoint;
import io.weir.model.metric.ParsedMetric;
import io.weir.model.validation.InvalidRecordException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

/** The short way for ordinary points of known series leads where the long one does. */
class OrdinaryPointsTest {
  private static final long APPEND_TIME = 1_774_778_400_000L;
  private static final RecordOrigin ORIGIN =
      new RecordOrigin("metrics", "0a1b2", 1, 5, APPEND_TIME);

  @Property(tries = 4000, edgeCases = EdgeCasesMode.NONE)
  void aRecordMeansTheSameHoweverOftenItsSeriesWasRead(
      @ForAll("records") String first, @ForAll("records") String second) {
    MetricRecordParser warm = new MetricRecordParser(1 << 20);
    for (String record : List.of(first, second, first, second)) {
      byte[] json = record.getBytes(StandardCharsets.UTF_8);
      assertThat(warm.parse(json, ORIGIN)).as(record).isEqualTo(slowly(json));
    }
  }

  /** What a parser says that knows no series. */
  private static ParsedMetric slowly(byte[] json) {
    return new MetricRecordParser(1 << 20).parse(json, ORIGIN);
  }

  @Test
  void ordinaryRecordsTakeTheShortWay() {
    PlainPoint point = new PlainPoint();
    for (String json :
        List.of(
            "{\"metric\":\"m\",\"value\":-1.25,\"timestamp\":1774778400000,\"tags\":{\"a\":\"b\"}}",
            " { \"type\" : \"delta\" , \"value\" : 0.1 , \"metric\" : \"m\" } ",
            "{\"metric\":\"m\",\"value\":7,\"timestamp\":\"2026-03-29T10:00:00Z\",\"tags\":{}}")) {
      byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
      assertThat(point.read(bytes, 0, bytes.length)).as(json).isTrue();
    }
  }

  @Test
  void manySeriesAreToldApart() {
    MetricRecordParser parser = new MetricRecordParser(1 << 20);
    for (int round = 0; round < 3; round++) {
      for (int i = 0; i < 5_000; i++) {
        String json =
            "{\"metric\":\"m\",\"value\":" + round + ",\"tags\":{\"host\":\"h" + i + "\"}}";
        MetricPoint point = parser.parse(json.getBytes(StandardCharsets.UTF_8), ORIGIN).point();
        assertThat(point.series()).isEqualTo("m{host=\"h" + i + "\"}");
        assertThat(point.value()).isEqualTo(round);
      }
    }
  }

  @Property(tries = 5000, edgeCases = EdgeCasesMode.NONE)
  void numbersAreReadToTheLastBit(@ForAll("numbers") String number) {
    byte[] json = ("{\"metric\":\"m\",\"value\":" + number + "}").getBytes(StandardCharsets.UTF_8);
    PlainPoint point = new PlainPoint();

    if (point.read(json, 0, json.length)) {
      assertThat(Double.doubleToLongBits(point.value()))
          .isEqualTo(Double.doubleToLongBits(Double.parseDouble(number)));
      assertThat(MetricPointJson.read(json, 0, json.length, true).value()).isEqualTo(point.value());
    } else {
      // It is left to the long way, which may refuse it.
      try {
        MetricPointJson.read(json, 0, json.length, true);
      } catch (InvalidRecordException e) {
        assertThat(e).hasMessageNotContaining("stands twice");
      }
    }
  }

  @Provide
  Arbitrary<String> numbers() {
    return Arbitraries.oneOf(
        Arbitraries.integers().map(String::valueOf),
        Arbitraries.longs().map(String::valueOf),
        Arbitraries.doubles().ofScale(6).map(String::valueOf),
        Arbitraries.bigDecimals().ofScale(12).map(java.math.BigDecimal::toPlainString),
        Arbitraries.strings().withChars("0123456789.-+eE").ofMinLength(1).ofMaxLength(6));
  }

  @Provide
  Arbitrary<String> records() {
    Arbitrary<String> names = Arbitraries.of("m", "http.requests", "1st", "_", "", "é", "a\\u0062");
    Arbitrary<String> values =
        Arbitraries.of("1", "0", "-1", "-0", "0.5", "1e3", "01", "1.", ".5", "null", "\"x\"", "[]");
    Arbitrary<String> times =
        Arbitraries.of(
            "1774778399000",
            "1774778399",
            "1774778500000",
            "\"2026-03-29T09:59Z\"",
            "\"soon\"",
            "\"\\u0031\"",
            "-5",
            "0",
            "1.5e9",
            "null",
            "{}");
    Arbitrary<String> types =
        Arbitraries.of(
            "\"gauge\"", "\"counter\"", "\"delta\"", "\"distribution\"", "\"GAUGE\"", "\"x\"", "3");
    Arbitrary<String> tags =
        Arbitraries.of(
            "{}",
            "{\"a\":\"b\"}",
            "{\"b\":\"1\",\"a\":\"2\"}",
            "{ \"a\" : \"b\" }",
            "{\"a\":1,\"c\":true}",
            "{\"a\":\"}\"}",
            "{\"a\":\"q\\\"}\"}",
            "{\"a\":{}}",
            "{\"a\":\"b\",\"a\":\"c\"}",
            "{\"a\":\"b\"",
            "{\"a\" \"b\"}",
            "{\"__a\":\"b\"}",
            "{\"a\":\"\"}",
            "{\"a\":\"é\"}",
            "null",
            "[]");
    Arbitrary<String> members =
        Arbitraries.oneOf(
            names.map(v -> "\"metric\":\"" + v + "\""),
            values.map(v -> "\"value\":" + v),
            times.map(v -> "\"timestamp\": " + v),
            types.map(v -> "\"type\":" + v),
            tags.map(v -> "\"tags\":" + v),
            Arbitraries.of("\"x\":{\"y\":[1]}", "\"metri\\u0063\":\"m\"", "\"\":0"));
    Arbitrary<String> ordinary =
        Combinators.combine(names, values, times, types, tags)
            .as(
                (name, value, time, type, tag) ->
                    String.join(
                        ",",
                        "\"metric\":\"" + name + "\"",
                        "\"value\":" + value,
                        "\"timestamp\":" + time,
                        "\"tags\":" + tag,
                        "\"type\":" + type));
    Arbitrary<String> any = members.list().ofMaxSize(6).map(list -> String.join(",", list));
    return Combinators.combine(
            Arbitraries.oneOf(ordinary, ordinary, any),
            Arbitraries.of("}", "}", "}", "} ", "", "}x"))
        .as((inner, end) -> "{" + inner + end);
  }
}
