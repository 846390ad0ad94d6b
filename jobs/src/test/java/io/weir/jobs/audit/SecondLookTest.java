package io.weir.jobs.audit;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.model.audit.HourTally;
import io.weir.model.audit.OffsetRanges;
import io.weir.model.audit.StoreTally;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SecondLookTest {
  private static final Duration SETTLE = Duration.ofMinutes(10);

  private final List<Duration> pauses = new ArrayList<>();

  private static AuditResult missing(int inHot, int inArchive) {
    return new AuditResult(
        new AuditPlan(
            Instant.EPOCH,
            Instant.EPOCH.plusSeconds(3_600),
            Map.of("logs", "it000"),
            List.of(),
            List.of(),
            false,
            List.of()),
        List.of(new HourTally("logs", 0, 0, 100, 0, 0, 0, 0, tally(inHot), tally(inArchive))));
  }

  private static StoreTally tally(int missing) {
    OffsetRanges ranges = missing == 0 ? OffsetRanges.NONE : OffsetRanges.of(1, missing);
    return new StoreTally(100 - missing, 0, ranges, OffsetRanges.NONE);
  }

  private AuditResult look(Duration settle, AuditResult... results) throws Exception {
    Deque<AuditResult> found = new ArrayDeque<>(List.of(results));
    AuditResult result = SecondLook.of(found::remove, settle, pauses::add);
    assertThat(found).as("every look was taken").isEmpty();
    return result;
  }

  @Test
  void whatCameIntoSightMeanwhileIsNotMissing() throws Exception {
    assertThat(look(SETTLE, missing(0, 7), missing(0, 0)).complete()).isTrue();
    assertThat(pauses).containsExactly(SETTLE);
  }

  @Test
  void whatIsStillNotThereIsMissing() throws Exception {
    assertThat(look(SETTLE, missing(0, 7), missing(0, 2)).sum().archive().missing().count())
        .isEqualTo(2);
  }

  @Test
  void nobodyWaitsWhereTheArchiveIsCompleteOrNothingIsOnItsWay() throws Exception {
    assertThat(look(SETTLE, missing(3, 0)).complete()).isFalse();
    assertThat(look(Duration.ZERO, missing(0, 7)).complete()).isFalse();
    assertThat(pauses).isEmpty();
  }
}
