package io.weir.gateway.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weir.gateway.TestingClock;
import io.weir.gateway.config.TestingConfig;
import io.weir.model.log.LogLevel;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class HistogramServiceTest {
  private final TestingLogStore store = new TestingLogStore();
  private final HistogramService service =
      new HistogramService(
          store, TestingConfig.with().search(), new TestingClock("2026-03-29T10:10:00Z"));

  @Test
  void countsByLevelAndShowsEmptyBucketsToo() {
    add("2026-03-29T10:00:30Z", 1, LogLevel.INFO);
    add("2026-03-29T10:00:59Z", 2, LogLevel.ERROR);
    add("2026-03-29T10:02:00Z", 3, LogLevel.INFO);
    HistogramService.Counts counts =
        counts("2026-03-29T10:00:30Z", "2026-03-29T10:03:00Z", Optional.of("1m"));
    assertThat(counts.buckets())
        .containsExactly(
            new HistogramService.Bucket(
                Instant.parse("2026-03-29T10:00:00Z"), 2, Map.of("INFO", 1L, "ERROR", 1L)),
            new HistogramService.Bucket(Instant.parse("2026-03-29T10:01:00Z"), 0, Map.of()),
            new HistogramService.Bucket(
                Instant.parse("2026-03-29T10:02:00Z"), 1, Map.of("INFO", 1L)));
    assertThat(counts.total()).isEqualTo(3);
  }

  @Test
  void choosesAnIntervalThatSuitsTheRange() {
    assertThat(interval("now-1m")).isEqualTo(Duration.ofSeconds(1));
    assertThat(interval("now-15m")).isEqualTo(Duration.ofSeconds(10));
    assertThat(interval("now-1h")).isEqualTo(Duration.ofSeconds(30));
    assertThat(interval("now-24h")).isEqualTo(Duration.ofMinutes(30));
    assertThat(interval("now-30d")).isEqualTo(Duration.ofHours(12));
  }

  @Test
  void refusesIntervalsThatMakeNoSenseOrTooManyBuckets() {
    assertThatThrownBy(() -> counts("now-1h", "now", Optional.of("0s")))
        .hasMessageContaining("'0s' is not an interval");
    assertThatThrownBy(() -> counts("now-1h", "now", Optional.of("1y")))
        .hasMessageContaining("'1y' is not an interval");
    assertThatThrownBy(() -> counts("now-1h", "now", Optional.of("1s")))
        .hasMessageContaining("makes 3600 buckets of this range, at most 1000");
  }

  private Duration interval(String from) {
    return counts(from, "now", Optional.empty()).interval();
  }

  private HistogramService.Counts counts(String from, String to, Optional<String> interval) {
    return service.histogram(
        LogFilter.ALL, Optional.of(from), Optional.of(to), interval, new Cancellation());
  }

  private void add(String at, long offset, LogLevel level) {
    store.add(Times.nanos(Instant.parse(at)), offset, "payments", "web", level);
  }
}
