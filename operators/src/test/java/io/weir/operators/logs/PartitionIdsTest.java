package io.weir.operators.logs;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.operators.logs.PartitionIds.Partition;
import io.weir.operators.logs.PartitionIds.Verdict;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Against the most naive way to do it. */
class PartitionIdsTest {
  private static final Partition P0 = new Partition("0a1b2", 0);
  private static final long HORIZON = 1_000;

  /** First copies in the order in which they came, with their times. */
  private static final class Oracle {
    private final Map<String, Long> seen = new LinkedHashMap<>();
    private final int bound;
    private long clock = Long.MIN_VALUE;

    Oracle(int bound) {
      this.bound = bound;
    }

    Verdict see(String id, long time) {
      clock = Math.max(clock, time);
      seen.values().removeIf(first -> clock - first > HORIZON);
      if (seen.containsKey(id)) {
        return Verdict.DUPLICATE;
      }
      boolean full = seen.size() == bound;
      if (full) {
        Iterator<String> oldest = seen.keySet().iterator();
        oldest.next();
        oldest.remove();
      }
      seen.put(id, clock);
      return full ? Verdict.NEW_FOR_ANOTHER : Verdict.NEW;
    }
  }

  @ParameterizedTest
  @CsvSource({"1, 3", "2, 50", "3, 200", "200, 100", "200, 3000", "700, 2000", "100000, 20000"})
  void decidesAsTheNaiveWayDoes(int bound, int differentIds) throws Exception {
    for (long seed = 0; seed < 20; seed++) {
      Random random = new Random(seed);
      Oracle oracle = new Oracle(bound);
      PartitionIds ids = new PartitionIds(P0, bound);
      IdHash hash = new IdHash();
      long time = 1_774_778_400_000L;
      for (int offset = 0; offset < 5_000; offset++) {
        time += random.nextInt(1_000) == 0 ? random.nextInt(3_000) - 500 : random.nextInt(3);
        String id = "id-" + random.nextInt(differentIds);
        hash.of("payments", "web-1", id);

        assertThat(ids.see(hash, offset, time, HORIZON))
            .as("seed %d, offset %d", seed, offset)
            .isEqualTo(oracle.see(id, time));
        assertThat(ids.size()).isEqualTo(oracle.seen.size());
        if (random.nextInt(700) == 0) {
          ids = PartitionIds.ofBytes(ids.toBytes(0, 1), bound);
        }
      }
    }
  }
}
