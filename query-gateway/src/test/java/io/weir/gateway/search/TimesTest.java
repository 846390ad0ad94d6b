package io.weir.gateway.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TimesTest {
  private static final Instant NOW = Instant.parse("2026-03-29T12:00:00.000000001Z");

  @ParameterizedTest
  @CsvSource({
    "2026-03-29T10:00Z, 2026-03-29T10:00:00Z",
    "2026-03-29T10:00:05Z, 2026-03-29T10:00:05Z",
    "2026-03-29T10:00:05.123456789Z, 2026-03-29T10:00:05.123456789Z",
    "2026-03-29T12:00+02:00, 2026-03-29T10:00:00Z",
    "2026-03-29T12:00 02:00, 2026-03-29T10:00:00Z",
    "2026-03-29, 2026-03-29T00:00:00Z",
    "1774778400000, 2026-03-29T10:00:00Z",
    "now, 2026-03-29T12:00:00.000000001Z",
    "now-15m, 2026-03-29T11:45:00.000000001Z",
    "NOW+1d, 2026-03-30T12:00:00.000000001Z"
  })
  void readsTimesAsPeopleWriteThem(String text, Instant expected) {
    assertThat(Times.instant(Times.parse(text, NOW))).isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "yesterday", "now-", "now-5", "2026-13-01T00:00Z", "10:00", "now-1y"})
  void saysHowToWriteATime(String text) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Times.parse(text, NOW))
        .withMessageContaining("is not a time: write 2026-03-29T10:00Z");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"1969-12-31T23:59Z", "2263-01-01T00:00Z", "now-999999d", "now+999999999d"})
  void refusesWhatNanosecondsCannotHold(String text) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Times.parse(text, NOW))
        .withMessageContaining("lies outside the years 1970 to 2262");
  }

  @Test
  void tellsRelativeTimesFromFixedOnes() {
    assertThat(Times.isRelative("now-15m")).isTrue();
    assertThat(Times.isRelative("2026-03-29T10:00Z")).isFalse();
  }
}
