package io.weir.gateway.tail;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class StartPointTest {
  private static final TopicInfo TOPIC = new TopicInfo("logs", "00001", 3);

  @Test
  void goesOnWhereTheClientWas() {
    StartPoint point = resume("00001", 3, Map.of(0, 70L), extent(10, 20, 100), 0);
    assertThat(point.offsets()).isEqualTo(Map.of(0, 70L));
    assertThat(point.gaps()).isEmpty();
  }

  @Test
  void saysWhatHasExpiredAndWhatIsTooOld() {
    StartPoint point = resume("00001", 3, Map.of(0, 5L), extent(10, 20, 100), 0);
    assertThat(point.offsets()).isEqualTo(Map.of(0, 20L));
    assertThat(point.gaps())
        .isEqualTo(
            Map.of(
                Gap.Reason.EXPIRED, List.of(new Gap(0, OptionalLong.of(5), 10)),
                Gap.Reason.TOO_OLD, List.of(new Gap(0, OptionalLong.of(10), 20))));
  }

  @Test
  void aClientThatIsAheadOfTheLogIsTold() {
    StartPoint point = resume("00001", 3, Map.of(0, 500L), extent(10, 20, 100), 0);
    assertThat(point.offsets()).isEqualTo(Map.of(0, 100L));
    assertThat(point.gaps())
        .isEqualTo(Map.of(Gap.Reason.AHEAD, List.of(new Gap(0, OptionalLong.of(500), 100))));
  }

  @Test
  void anotherIncarnationIsReadFromItsBeginning() {
    StartPoint point = resume("00000", 3, Map.of(0, 70L), extent(0, 0, 100), 0);
    assertThat(point.offsets()).isEqualTo(Map.of(0, 0L));
    assertThat(point.gaps())
        .isEqualTo(
            Map.of(Gap.Reason.TOPIC_RECREATED, List.of(new Gap(0, OptionalLong.empty(), 0))));
  }

  @Test
  void aPartitionThatIsYoungerThanTheIdIsReadWhole() {
    StartPoint point = resume("00001", 2, Map.of(0, 70L), extent(0, 0, 100), 2);
    assertThat(point.offsets()).isEqualTo(Map.of(2, 0L));
    assertThat(point.gaps()).isEmpty();
  }

  @Test
  void aPartitionThatTheClientDidNotWatchBeginsNowAndThatIsSaid() {
    StartPoint point = resume("00001", 3, Map.of(0, 70L), extent(0, 0, 100), 1);
    assertThat(point.offsets()).isEqualTo(Map.of(1, 100L));
    assertThat(point.gaps())
        .isEqualTo(Map.of(Gap.Reason.NO_POSITION, List.of(new Gap(1, OptionalLong.empty(), 100))));
  }

  private static StartPoint resume(
      String code, int count, Map<Integer, Long> offsets, StartPoint.Extent extent, int partition) {
    return StartPoint.resume(
        new StreamPosition(code, count, new TreeMap<>(offsets)),
        TOPIC,
        new int[] {partition},
        extent);
  }

  private static StartPoint.Extent extent(long earliest, long oldest, long latest) {
    return new StartPoint.Extent(all(earliest), all(oldest), all(latest));
  }

  private static Map<Integer, Long> all(long offset) {
    return Map.of(0, offset, 1, offset, 2, offset);
  }
}
