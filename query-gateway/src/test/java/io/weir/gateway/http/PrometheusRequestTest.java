package io.weir.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.vertx.core.MultiMap;
import io.weir.gateway.config.GatewayConfig;
import io.weir.gateway.config.TestingConfig;
import io.weir.gateway.http.PrometheusRequest.BadDataException;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PrometheusRequestTest {
  private static final Instant NOW = Instant.ofEpochSecond(7_200);

  private final GatewayConfig.Metrics limits =
      TestingConfig.with("metrics.max-range", "2h", "metrics.max-points", "100").metrics();

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "QUERY | query=up | query=up&timeout=30",
        "QUERY | query=up&time=5&timeout=10s&dedup=true | query=up&time=5&timeout=10",
        "QUERY | query=up&timeout=1h | query=up&timeout=30",
        "QUERY_RANGE | query=up&start=0&end=99&step=1 | query=up&start=0&end=99&step=1&timeout=30",
        "LABELS | start=1&match[]=a&match[]=b"
            + " | start=1&end=7200.000&match%5B%5D=a&match%5B%5D=b",
        "LABEL_VALUES | limit=3 | start=0.000&end=7200.000&limit=3",
        "SERIES | match[]=up | match%5B%5D=up&start=0.000&end=7200.000",
        "SERIES | match[]=up&end=9000 | match%5B%5D=up&start=1800.000&end=9000",
        "LABEL_VALUES | end=1970-01-01T02:00:00.123456Z"
            + " | start=0.123&end=1970-01-01T02%3A00%3A00.123456Z",
        "METADATA | metric=up&limit=1 | metric=up&limit=1",
        "BUILD_INFO | a=b | ''"
      })
  void passesOnWhatACallHas(PrometheusRequest call, String given, String expected) {
    assertThat(call.checked(form(given), limits, Duration.ofSeconds(30), NOW))
        .extracting(Object::toString)
        .isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "QUERY | time=1 | query",
        "QUERY_RANGE | query=up&end=99&step=1 | start",
        "QUERY_RANGE | query=up&start=1&step=1 | end",
        "QUERY_RANGE | query=up&start=1&end=9 | step",
        "QUERY_RANGE | query=up&start=1&end=9&step=often | step",
        "QUERY_RANGE | query=up&start=1&end=9&step=0 | step",
        "QUERY_RANGE | query=up&start=0&end=100&step=1 | step",
        "QUERY_RANGE | query=up&start=9&end=1&step=1 | end",
        "QUERY_RANGE | query=up&start=x&end=1&step=1 | start",
        "QUERY_RANGE | query=up&start=0&end=7201&step=1h | start",
        "QUERY | query=up&timeout=x | timeout",
        "SERIES | start=1 | match[]",
        "LABELS | start=0&end=7201 | start",
        "SERIES | match[]=up&start=-1 | start",
        "LABEL_VALUES | end=x | end"
      })
  void namesTheParameterThatIsWrongOrBeyondALimit(
      PrometheusRequest call, String given, String parameter) {
    assertThatExceptionOfType(BadDataException.class)
        .isThrownBy(() -> call.checked(form(given), limits, Duration.ofSeconds(30), NOW))
        .withMessageStartingWith("invalid parameter \"" + parameter + "\": ");
  }

  private static MultiMap form(String text) {
    MultiMap form = MultiMap.caseInsensitiveMultiMap();
    for (String part : text.split("&", -1)) {
      String[] pair = part.split("=", 2);
      form.add(pair[0], pair[1]);
    }
    return form;
  }
}
