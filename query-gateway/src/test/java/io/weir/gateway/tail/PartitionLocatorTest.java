package io.weir.gateway.tail;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.model.kafka.PartitionSets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.apache.kafka.common.utils.Utils;
import org.junit.jupiter.api.Test;

class PartitionLocatorTest {
  private static final PartitionSets SETS = new PartitionSets(Map.of("payments", 8));

  @Test
  void aServiceIsWhereKafkasClientsPutItsKey() {
    PartitionLocator locator = new PartitionLocator(SETS, false);
    assertThat(locator.partitions(Optional.of(Set.of("mail")), 48))
        .containsExactly(kafkas("mail", 48));
    int[] set =
        IntStream.concat(
                IntStream.range(0, 8).map(k -> kafkas("payments#" + k, 48)),
                IntStream.of(kafkas("payments", 48))) // of agents that do not know of the set
            .sorted()
            .distinct()
            .toArray();
    assertThat(locator.partitions(Optional.of(Set.of("payments")), 48)).containsExactly(set);
    List<Integer> both = new ArrayList<>(IntStream.of(set).boxed().toList());
    both.add(kafkas("mail", 48));
    assertThat(locator.partitions(Optional.of(Set.of("payments", "mail")), 48))
        .containsExactly(both.stream().sorted().distinct().mapToInt(i -> i).toArray());
  }

  @Test
  void withoutServicesOrTrustItIsEveryPartition() {
    assertThat(new PartitionLocator(SETS, false).partitions(Optional.empty(), 3))
        .containsExactly(0, 1, 2);
    assertThat(new PartitionLocator(SETS, true).partitions(Optional.of(Set.of("mail")), 3))
        .containsExactly(0, 1, 2);
  }

  private static int kafkas(String key, int partitions) {
    return Utils.toPositive(Utils.murmur2(key.getBytes(java.nio.charset.StandardCharsets.UTF_8)))
        % partitions;
  }
}
