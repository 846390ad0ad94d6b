package io.weir.harness.fault;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class FaultScheduleTest {
  private static final List<String> FAULTS = List.of("a", "b", "c", "d", "e");
  private static final FaultSchedule.Bounds BOUNDS =
      new FaultSchedule.Bounds(1000, Duration.ofSeconds(2), Duration.ofSeconds(5));

  @Test
  void theSameSeedGivesTheSameScheduleAndAnotherSeedAnother() {
    assertThat(FaultSchedule.draw(5, FAULTS, BOUNDS))
        .isEqualTo(FaultSchedule.draw(5, FAULTS, BOUNDS));
    assertThat(
            LongStream.range(0, 20)
                .mapToObj(seed -> FaultSchedule.draw(seed, FAULTS, BOUNDS).steps())
                .distinct())
        .hasSize(20);
  }

  @Test
  void everyFaultComesOnceWithinTheBounds() {
    for (long seed = 0; seed < 100; seed++) {
      FaultSchedule<String> schedule = FaultSchedule.draw(seed, FAULTS, BOUNDS);
      assertThat(schedule.steps())
          .extracting(FaultSchedule.Step::fault)
          .containsExactlyInAnyOrderElementsOf(FAULTS);
      assertThat(schedule.steps())
          .allSatisfy(
              step -> {
                assertThat(step.afterEvents()).isBetween(0L, 1000L);
                assertThat(step.length()).isBetween(Duration.ofSeconds(2), Duration.ofSeconds(5));
              });
    }
  }

  @Test
  void whatIsDrawnForOnePurposeDoesNotDependOnAnother() {
    long alone = FaultSchedule.random(9, "kills").nextLong();
    var unused = FaultSchedule.random(9, "cuts").nextLong();
    assertThat(FaultSchedule.random(9, "kills").nextLong()).isEqualTo(alone);
    assertThat(FaultSchedule.random(9, "cuts").nextLong()).isNotEqualTo(alone);
  }
}
