package io.weir.gateway.documents;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class RandomIdsTest {

  @Test
  void givesIdsThatThePathsTakeAndNobodyHas() {
    RandomIds ids = new RandomIds(new Random(1)::nextLong);
    Set<String> given = new HashSet<>();
    for (int i = 0; i < 10_000; i++) {
      String id = ids.get();
      assertThat(id).matches("[A-Za-z0-9_-]{16}").doesNotContain("i", "l", "o", "u");
      assertThat(given.add(id)).isTrue();
    }
  }
}
