package io.weir.model.index;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HotIndicesTest {

  @Test
  void namesTheHourOfAnEventInUtc() {
    assertThat(HotIndices.hourly(1_774_778_400_000_000_000L)).isEqualTo("logs-2026-03-29-10");
    assertThat(HotIndices.hourly(1_774_781_999_999_999_999L)).isEqualTo("logs-2026-03-29-10");
    assertThat(HotIndices.hourly(1_774_782_000_000_000_000L)).isEqualTo("logs-2026-03-29-11");
    assertThat(HotIndices.late(1_774_778_400_000_000_000L)).isEqualTo("logs-late-2026-03-29");
    assertThat(HotIndices.hourly(-1)).isEqualTo("logs-1969-12-31-23");
  }

  @Property
  void readsTheHourOfAName(@ForAll @LongRange(min = 0, max = Long.MAX_VALUE) long nanos) {
    Instant hour = Instant.ofEpochSecond(nanos / 1_000_000_000L).truncatedTo(ChronoUnit.HOURS);

    assertThat(HotIndices.hourOf(HotIndices.hourly(nanos))).contains(hour);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "logs-",
        "logs-2026-03-29",
        "logs-late-2026-03-29",
        "logs-2026-02-30-10",
        "logs-2026-03-29-24",
        "logs-2026-03-29-1",
        "logs-2026-03-29-10-x",
        "metrics-2026-03-29-10",
        "other"
      })
  void readsNoHourFromOtherNames(String name) {
    assertThat(HotIndices.hourOf(name)).isEmpty();
  }
}
