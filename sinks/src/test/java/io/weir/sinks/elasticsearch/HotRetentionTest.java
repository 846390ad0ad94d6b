package io.weir.sinks.elasticsearch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HotRetentionTest {

  @Test
  void countsFromTheEndOfTheHour() {
    assertThat(HotRetention.endOf("logs-2026-03-29-23"))
        .contains(Instant.parse("2026-03-30T00:00:00Z"));
  }

  @Test
  void countsFromTheEndOfTheDayOfALateIndex() {
    assertThat(HotRetention.endOf("logs-late-2026-02-28"))
        .contains(Instant.parse("2026-03-01T00:00:00Z"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "logs",
        "logs-",
        "logs-2026-03-29",
        "logs-2026-03-29-24",
        "logs-2026-02-30-10",
        "logs-2026-3-29-10",
        "logs-2026-03-29-10-shrunk",
        "shrink-logs-2026-03-29-10",
        "logs-2026-03-29-10.bak",
        "logs-+2026-03-29-10",
        "logs-9999-01-01-00",
        "logs-1969-12-31-23",
        "logs-late-",
        "logs-late-2026-02-29",
        "logs-late-2026-03-29-10",
        "logs-late-9999-01-01",
        "logs-late-+2026-03-29",
        "logs-nginx-default",
        ".ds-logs-nginx-default-2026.03.29-000001",
        "metrics-2026-03-29-10"
      })
  void doesNotRecogniseAnyOtherName(String name) {
    assertThat(HotRetention.endOf(name)).isEmpty();
  }

  @Test
  void rejectsARetentionThatKeepsNothing() {
    for (Duration retention : new Duration[] {Duration.ZERO, Duration.ofDays(-1)}) {
      assertThatThrownBy(() -> new HotRetention(null, Clock.systemUTC(), retention))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("retention");
    }
  }
}
