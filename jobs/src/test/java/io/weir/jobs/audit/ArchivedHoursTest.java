package io.weir.jobs.audit;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.model.audit.AppendHour;
import io.weir.model.audit.HourSlice;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ArchivedHoursTest {
  private static final long HOUR = 3_600_000L;

  private static AuditPlan plan(long earliest) {
    return new AuditPlan(
        Instant.EPOCH,
        Instant.EPOCH.plus(Duration.ofHours(3)),
        Map.of("logs", "it000"),
        List.of(
            new HourSlice("logs", 0, 0, earliest, earliest, 900, earliest),
            new HourSlice("logs", 0, HOUR, earliest, 400, 900, earliest),
            new HourSlice("logs", 0, 2 * HOUR, 400, 500, 900, earliest)),
        List.of(),
        false,
        List.of());
  }

  private static AppendHour hour(long hour, long first, long last) {
    return new AppendHour("logs", 0, hour * HOUR, first, last);
  }

  @Test
  void knowsThatABeginningIsGone() {
    assertThat(plan(250).isCut()).isTrue();
    assertThat(plan(0).isCut()).isFalse();
  }

  @Test
  void addsTheHoursThatTheArchiveKnowsUpToWhatKafkaHas() {
    List<HourSlice> slices =
        ArchivedHours.before(
            plan(250),
            List.of(hour(0, 10, 60), hour(0, 70, 90), hour(1, 100, 380), hour(5, 600, 700)));

    assertThat(slices.subList(3, slices.size()))
        .containsExactly(
            new HourSlice("logs", 0, 0, 10, 100, 900, 250),
            new HourSlice("logs", 0, HOUR, 100, 250, 900, 250));
  }

  @Test
  void anHourWithoutASuccessorEndsWithItsLastRow() {
    List<HourSlice> slices = ArchivedHours.before(plan(250), List.of(hour(0, 10, 60)));

    assertThat(slices).hasSize(4).contains(new HourSlice("logs", 0, 0, 10, 61, 900, 250));
  }
}
