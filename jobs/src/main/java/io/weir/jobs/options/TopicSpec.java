package io.weir.jobs.options;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A topic as it should be.
 *
 * @param name its name
 * @param partitions number of partitions
 * @param replicationFactor number of replicas
 * @param config settings that differ from the broker's defaults
 */
public record TopicSpec(
    String name, int partitions, short replicationFactor, Map<String, String> config) {

  public TopicSpec {
    config = Map.copyOf(config);
  }

  /**
   * Returns the topic with so many replicas; from 3 on, a write needs 2 of them, so that one broker
   * can be away and an acknowledged record still is on another.
   */
  public TopicSpec replicated(int replicas) {
    Map<String, String> replicatedConfig = new HashMap<>(config);
    replicatedConfig.put("min.insync.replicas", replicas >= 3 ? "2" : "1");
    return new TopicSpec(name, partitions, (short) replicas, replicatedConfig);
  }

  /** Returns how a topic that is there differs from this, one line each. */
  public List<String> differencesFrom(TopicSpec existing) {
    List<String> differences = new ArrayList<>();
    compare("partitions", partitions, existing.partitions, differences);
    compare("replication factor", replicationFactor, existing.replicationFactor, differences);
    new TreeMap<>(config)
        .forEach((key, wanted) -> compare(key, wanted, existing.config.get(key), differences));
    return differences;
  }

  private static void compare(String what, Object wanted, Object actual, List<String> differences) {
    if (!wanted.equals(actual)) {
      differences.add(what + " is " + actual + ", should be " + wanted);
    }
  }
}
