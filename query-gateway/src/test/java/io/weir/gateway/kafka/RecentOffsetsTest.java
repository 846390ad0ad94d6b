package io.weir.gateway.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class RecentOffsetsTest {
  @Test
  void cannotTellACompactedRecordFromOneThatNeverWas() {
    RecentOffsets offsets = new RecentOffsets(10, 3);
    offsets.add(4);
    assertThat(offsets.contain(4)).contains(true);
    assertThat(offsets.contain(5)).isEmpty();
    assertThat(offsets.contain(10)).contains(false);
  }

  @Test
  void forgetsTheOldestAndKnowsThatItHas() {
    RecentOffsets offsets = new RecentOffsets(0, 3);
    for (long offset = 1; offset <= 9; offset += 2) {
      offsets.add(offset);
    }
    assertThat(offsets.contain(3)).isEmpty();
    assertThat(offsets.contain(4)).contains(false);
    assertThat(offsets.contain(5)).contains(true);
    assertThat(offsets.contain(0)).isEmpty();
  }
}
