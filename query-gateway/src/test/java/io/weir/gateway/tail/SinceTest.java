package io.weir.gateway.tail;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weir.gateway.InvalidRequestException;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class SinceTest {
  private static final Instant NOW = Instant.parse("2026-03-29T10:00:00Z");

  @Test
  void isASpanOrATime() {
    assertThat(since("10m")).isEqualTo(NOW.minusSeconds(600));
    assertThat(since("1H")).isEqualTo(NOW.minusSeconds(3600));
    assertThat(since("now-500ms")).isEqualTo(NOW.minusMillis(500));
    assertThat(since("2026-03-29T09:30Z")).isEqualTo(NOW.minusSeconds(1800));
  }

  @Test
  void nothingElse() {
    assertRefused("yesterday", "since: is no span such as 10m");
    assertRefused("10", "goes back further than the 1h");
    assertRefused("2h", "since: goes back further than the 1h that a stream may");
    assertRefused("now+1s", "since: lies in the future");
  }

  private static Instant since(String text) {
    return Since.parse(text, NOW, Duration.ofHours(1));
  }

  private static void assertRefused(String text, String reason) {
    assertThatThrownBy(() -> since(text))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessageContaining(reason);
  }
}
