package io.weir.jobs.audit;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.model.audit.HourSlice;
import io.weir.model.audit.TopicSpan;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class AuditPlanTest {
  private static List<TopicSpan> spans(HourSlice... slices) {
    return new AuditPlan(
            Instant.EPOCH,
            Instant.EPOCH.plusSeconds(7_200),
            Map.of("logs", "it000"),
            List.of(slices),
            List.of(),
            false,
            List.of())
        .spans();
  }

  private static HourSlice slice(int partition, long first, long end) {
    return new HourSlice("logs", partition, 0, first, end, Long.MAX_VALUE, 0);
  }

  private static TopicSpan span(int partition, long first, long end) {
    return new TopicSpan("logs", "it000", partition, first, end);
  }

  @Test
  void noOffsetIsReadTwiceThoughHoursOverlap() {
    assertThat(spans(slice(0, 90, 200), slice(0, 0, 100), slice(0, 200, 200)))
        .containsExactly(span(0, 0, 200));
  }

  @Test
  void whatIsFarApartIsReadAlone() {
    assertThat(spans(slice(0, 0, 1), slice(0, 4_000, 4_001), slice(0, 90_000, 90_001)))
        .containsExactly(span(0, 0, 4_001), span(0, 90_000, 90_001));
  }

  @Test
  void partitionsAreReadByThemselvesInPortions() {
    assertThat(spans(slice(0, 0, 10), slice(1, 5, 600_005)))
        .containsExactly(span(0, 0, 10), span(1, 5, 500_005), span(1, 500_005, 600_005));
  }
}
