package io.weir.operators.alerts;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SeenEventsTest {
  private final CountingMap<String, Boolean> one = new CountingMap<>();
  private final CountingMap<String, Boolean> other = new CountingMap<>();
  private final SeenEvents seen = new SeenEvents(one, other);
  private final EventOrder order = new EventOrder();

  @Test
  void anIdentityIsKnownForAnHourAtLeastAndForTwoAtMost() throws Exception {
    seen.add("a", order, 0);
    seen.add("b", order, SeenEvents.TURN_MILLIS - 1);

    assertThat(seen.forget(order, SeenEvents.TURN_MILLIS)).isFalse();
    assertThat(seen.contains("b")).isTrue();

    assertThat(seen.forget(order, 2 * SeenEvents.TURN_MILLIS)).isTrue();
    assertThat(seen.contains("a")).isFalse();
  }

  @Test
  void aGroupKeepsAsManyAsIsStatedAndKnowsTheNewest() throws Exception {
    int all = 3 * SeenEvents.MOST;
    for (int i = 0; i < all; i++) {
      seen.add("e" + i, order, i);
    }

    assertThat(one.size() + other.size()).isLessThanOrEqualTo(2 * SeenEvents.MOST);
    for (int i = all - SeenEvents.MOST; i < all; i++) {
      assertThat(seen.contains("e" + i)).isTrue();
    }
    assertThat(one.reads() + other.reads()).as("nothing is searched for").isLessThan(all);
  }
}
