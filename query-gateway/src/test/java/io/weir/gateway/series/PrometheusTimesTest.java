package io.weir.gateway.series;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PrometheusTimesTest {

  @ParameterizedTest
  @CsvSource({
    "60s, 60000",
    "5m, 300000",
    "1h30m, 5400000",
    "15, 15000",
    "0.5, 500",
    "1.25, 1250",
    "100ms, 100",
    "1d, 86400000",
    "1w, 604800000",
    "1y, 31536000000"
  })
  void readsDurations(String text, long millis) {
    assertThat(PrometheusTimes.duration(text)).contains(Duration.ofMillis(millis));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "0",
        "0s",
        "-5",
        "s",
        "5 m",
        "m5",
        "1e3",
        "NaN",
        "999999999y",
        "99999999999999999999"
      })
  void refusesWhatIsNoDuration(String text) {
    assertThat(PrometheusTimes.duration(text)).isEmpty();
  }

  @Test
  void readsTimes() {
    Instant time = Instant.parse("2026-03-29T10:00:00.5Z");
    assertThat(PrometheusTimes.time("1774778400.5")).contains(time);
    assertThat(PrometheusTimes.time("2026-03-29T10:00:00.5Z")).contains(time);
    assertThat(PrometheusTimes.time("2026-03-29T12:00:00.5+02:00")).contains(time);
    for (String wrong : new String[] {"", "now", "1e9", "2026-03-29", "12345678901234567"}) {
      assertThat(PrometheusTimes.time(wrong)).as(wrong).isEmpty();
    }
  }

  @Test
  void writesSeconds() {
    assertThat(PrometheusTimes.format(Instant.ofEpochMilli(1_774_778_400_500L)))
        .isEqualTo("1774778400.500");
    assertThat(PrometheusTimes.format(Duration.ofSeconds(60))).isEqualTo("60");
    assertThat(PrometheusTimes.format(Duration.ofMillis(1_500))).isEqualTo("1.5");
  }
}
