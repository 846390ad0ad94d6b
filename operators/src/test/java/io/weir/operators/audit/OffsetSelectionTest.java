package io.weir.operators.audit;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.model.audit.OffsetRanges;
import org.junit.jupiter.api.Test;

class OffsetSelectionTest {
  private final OffsetSelection one =
      new OffsetSelection().add("a", 0, OffsetRanges.of(3, 5)).add("a", 1, OffsetRanges.of(7, 7));

  @Test
  void addsUpWhatIsSaidOfAPartition() {
    one.add("a", 0, OffsetRanges.of(5, 9));
    assertThat(one.count()).isEqualTo(8);
    assertThat(one.contains("a", 0, 9)).isTrue();
    assertThat(one.contains("a", 1, 9)).isFalse();
    assertThat(one.contains("b", 0, 9)).as("of another topic").isFalse();
  }

  @Test
  void countsAnOffsetThatIsInBothOnce() {
    OffsetSelection other =
        new OffsetSelection().add("a", 0, OffsetRanges.of(4, 6)).add("b", 0, OffsetRanges.of(3, 3));
    assertThat(one.countWith(other)).isEqualTo(6);
    assertThat(one.count()).as("it stays as it was").isEqualTo(4);
    assertThat(other.count()).isEqualTo(4);
    assertThat(one.countWith(new OffsetSelection())).isEqualTo(4);
  }

  @Test
  void knowsWhatIsInBoth() {
    OffsetSelection other =
        new OffsetSelection().add("a", 0, OffsetRanges.of(4, 6)).add("b", 1, OffsetRanges.of(7, 7));

    OffsetSelection both = one.both(other);

    assertThat(both.count()).isEqualTo(2);
    assertThat(both.contains("a", 0, 4)).isTrue();
    assertThat(both.contains("a", 0, 6)).isFalse();
    assertThat(one.both(new OffsetSelection()).isEmpty()).isTrue();
  }

  @Test
  void holdsAllOfHoursThatAreBoundedEach() {
    OffsetSelection selection = new OffsetSelection();
    int each = OffsetRanges.MAX_RANGES;
    for (int hour = 0; hour < 3; hour++) {
      OffsetRanges.Builder scattered = new OffsetRanges.Builder();
      for (long i = 0; i < each; i++) {
        scattered.add(2 * (hour * (long) each + i));
      }
      selection.add("a", 0, scattered.build());
    }

    assertThat(selection.count()).isEqualTo(3L * each);
    assertThat(selection.contains("a", 0, 2 * (3L * each - 1))).isTrue();
    assertThat(selection.contains("a", 0, 2 * (3L * each - 1) - 1)).isFalse();
  }
}
