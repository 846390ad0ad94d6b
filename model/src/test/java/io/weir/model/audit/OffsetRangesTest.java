package io.weir.model.audit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.BitSet;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class OffsetRangesTest {

  @Property(tries = 300)
  void calculatesAsSetsDo(
      @ForAll @Size(max = 40) java.util.Set<@IntRange(max = 80) Integer> one,
      @ForAll @Size(max = 40) java.util.Set<@IntRange(max = 80) Integer> other) {
    BitSet a = bits(one);
    BitSet b = bits(other);
    BitSet union = (BitSet) a.clone();
    union.or(b);
    BitSet minus = (BitSet) a.clone();
    minus.andNot(b);
    BitSet both = (BitSet) a.clone();
    both.and(b);

    assertThat(ranges(a).union(ranges(b))).isEqualTo(ranges(union));
    assertThat(ranges(a).minus(ranges(b))).isEqualTo(ranges(minus));
    assertThat(ranges(a).intersect(ranges(b))).isEqualTo(ranges(both));
    assertThat(ranges(a).count()).isEqualTo(a.cardinality());
    for (int offset = 0; offset < 82; offset++) {
      assertThat(ranges(a).contains(offset)).isEqualTo(a.get(offset));
    }
  }

  private static BitSet bits(java.util.Set<Integer> offsets) {
    BitSet bits = new BitSet();
    offsets.forEach(bits::set);
    return bits;
  }

  private static OffsetRanges ranges(BitSet bits) {
    OffsetRanges.Builder builder = new OffsetRanges.Builder();
    bits.stream().forEach(builder::add);
    return builder.build();
  }

  @Test
  void readsAsPeopleWriteRanges() {
    OffsetRanges.Builder builder = new OffsetRanges.Builder();
    builder.add(7);
    builder.add(12, 20);
    builder.add(21, 40);

    OffsetRanges ranges = builder.build();

    assertThat(ranges).hasToString("7, 12-40");
    assertThat(ranges.size()).isEqualTo(2);
    assertThat(ranges.head(1)).hasToString("7, and 29 more");
    assertThat(ranges.countOnly().count()).isEqualTo(30);
  }

  @Test
  void isBoundedAndCountsWhatDoesNotFit() {
    OffsetRanges.Builder builder = new OffsetRanges.Builder();
    for (long offset = 0; offset < 2 * (OffsetRanges.MAX_RANGES + 5L); offset += 2) {
      builder.add(offset);
    }

    OffsetRanges ranges = builder.build();

    assertThat(ranges.size()).isEqualTo(OffsetRanges.MAX_RANGES);
    assertThat(ranges.leftOut()).isEqualTo(5);
    assertThat(ranges.count()).isEqualTo(OffsetRanges.MAX_RANGES + 5);
    assertThat(ranges.union(OffsetRanges.of(1, 1)).count()).isEqualTo(ranges.count() + 1);
  }

  @Test
  void calculatesWithMoreThanAReportHolds() {
    OffsetRanges.Builder even = OffsetRanges.Builder.exact();
    OffsetRanges.Builder odd = OffsetRanges.Builder.exact();
    for (long offset = 0; offset < 6L * OffsetRanges.MAX_RANGES; offset += 4) {
      even.add(offset);
      odd.add(offset + 2);
    }
    OffsetRanges one = even.build();
    OffsetRanges other = odd.build();

    assertThat(one.size()).isGreaterThan(OffsetRanges.MAX_RANGES);
    assertThat(one.leftOut()).isZero();
    assertThat(one.intersect(other).isEmpty()).isTrue();
    assertThat(one.union(other).size()).isEqualTo(one.size() + other.size());
    assertThat(one.union(other).minus(other)).isEqualTo(one);
    assertThat(one.union(other).intersect(one)).isEqualTo(one);
  }

  @Test
  void aTallyIsExactUntilItIsBounded() {
    OffsetRanges.Builder scattered = new OffsetRanges.Builder();
    OffsetRanges.Builder later = new OffsetRanges.Builder();
    for (long offset = 0; offset < 2L * OffsetRanges.MAX_RANGES; offset += 2) {
      scattered.add(offset);
      later.add(offset + 2L * OffsetRanges.MAX_RANGES);
    }
    StoreTally one = StoreTally.NONE.withMissing(scattered.build());
    StoreTally other = StoreTally.NONE.withMissing(later.build());

    StoreTally sum = one.plus(other);

    assertThat(sum.missing().size()).isEqualTo(2 * OffsetRanges.MAX_RANGES);
    assertThat(sum.bounded().missing().size()).isEqualTo(OffsetRanges.MAX_RANGES);
    assertThat(sum.bounded().missing().count()).isEqualTo(2L * OffsetRanges.MAX_RANGES);
  }

  @Test
  void rangesThatAreNearAreBridged() {
    OffsetRanges ranges =
        OffsetRanges.of(1, 2).union(OffsetRanges.of(5, 5)).union(OffsetRanges.of(9, 9));
    assertThat(ranges.bridge(0)).isEqualTo(ranges);
    assertThat(ranges.bridge(2)).isEqualTo(OffsetRanges.of(1, 5).union(OffsetRanges.of(9, 9)));
    assertThat(ranges.bridge(3)).isEqualTo(OffsetRanges.of(1, 9));
    assertThat(OffsetRanges.NONE.bridge(9)).isEqualTo(OffsetRanges.NONE);
  }
}
