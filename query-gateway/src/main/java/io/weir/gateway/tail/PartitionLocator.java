package io.weir.gateway.tail;

import io.weir.model.kafka.Murmur2;
import io.weir.model.kafka.PartitionSets;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;

/**
 * Tells in which partitions events of services can stand.
 *
 * @param sets services that are spread over several keys
 * @param all whether every partition has to be watched, because some producer does not place
 *     records as Kafka's clients do
 */
public record PartitionLocator(PartitionSets sets, boolean all) {
  public PartitionLocator {
    Objects.requireNonNull(sets, "sets");
  }

  /**
   * Returns the partitions in ascending order.
   *
   * @param services empty for every service
   */
  int[] partitions(Optional<Set<String>> services, int partitionCount) {
    if (all || services.isEmpty()) {
      return IntStream.range(0, partitionCount).toArray();
    }
    Set<Integer> partitions = new TreeSet<>();
    for (String service : services.get()) {
      sets.keys(service).forEach(key -> partitions.add(partition(key, partitionCount)));
      // An agent that does not know of the service's set keys by its name alone.
      partitions.add(partition(service, partitionCount));
    }
    return partitions.stream().mapToInt(Integer::intValue).toArray();
  }

  private static int partition(String key, int partitionCount) {
    return Murmur2.positive(key.getBytes(StandardCharsets.UTF_8)) % partitionCount;
  }
}
