package io.weir.sinks.prometheus;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RetryAfterTest {
  private static final Instant NOW = Instant.parse("2026-03-29T10:00:00Z");

  @ParameterizedTest
  @CsvSource({
    "0, PT0S",
    "' 7 ', PT7S",
    "99999, PT5M",
    "99999999999999999999, PT0S",
    "-1, PT0S",
    "soon, PT0S",
    "'', PT0S",
    "'Sun, 29 Mar 2026 10:00:30 GMT', PT30S",
    "'Sun, 29 Mar 2026 09:59:30 GMT', PT0S",
    "'Sun, 29 Mar 2027 10:00:30 GMT', PT0S",
    "'Mon, 29 Mar 2027 10:00:30 GMT', PT5M",
  })
  void readsSecondsAndDates(String header, Duration pause) {
    assertThat(RetryAfter.parse(header, NOW)).isEqualTo(pause);
  }
}
