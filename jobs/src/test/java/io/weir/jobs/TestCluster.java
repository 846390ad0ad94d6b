package io.weir.jobs;

import org.apache.flink.runtime.testutils.MiniClusterResourceConfiguration;
import org.apache.flink.test.junit5.MiniClusterExtension;

/** The cluster that topologies run on in tests. */
public final class TestCluster {
  private TestCluster() {}

  /** Returns one with a TaskManager of two slots. */
  public static MiniClusterExtension ofTwoSlots() {
    return new MiniClusterExtension(
        new MiniClusterResourceConfiguration.Builder()
            .setNumberTaskManagers(1)
            .setNumberSlotsPerTaskManager(2)
            .build());
  }
}
