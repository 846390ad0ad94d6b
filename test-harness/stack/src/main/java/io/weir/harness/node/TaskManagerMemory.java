package io.weir.harness.node;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Memory of one TaskManager, in MiB. Flink's own launcher derives the JVM's limits from the
 * configuration; here both are made from this, in the same way.
 *
 * @param taskHeap heap for the jobs' own code and, with the hashmap backend, their state
 * @param managed off-heap memory for RocksDB
 * @param network buffers between tasks
 * @param metaspace classes, the jobs' included
 */
public record TaskManagerMemory(int taskHeap, int managed, int network, int metaspace) {
  /** Enough for the logs job at a few thousand events per second. */
  public static final TaskManagerMemory SMALL = new TaskManagerMemory(512, 32, 64, 192);

  private static final int FRAMEWORK_HEAP = 96;
  private static final int FRAMEWORK_OFF_HEAP = 96;

  /** Native memory of libraries: S3 and Kafka clients, zstd. */
  private static final int TASK_OFF_HEAP = 64;

  /** Threads, code cache, the collector. */
  private static final int JVM_OVERHEAD = 192;

  public TaskManagerMemory {
    if (taskHeap < 64 || managed < 0 || network < 16 || metaspace < 96) {
      throw new IllegalArgumentException(
          "taskHeap >= 64, managed >= 0, network >= 16, metaspace >= 96 MiB, not "
              + taskHeap
              + ", "
              + managed
              + ", "
              + network
              + ", "
              + metaspace);
    }
  }

  Map<String, String> configuration() {
    Map<String, String> keys = new LinkedHashMap<>();
    keys.put("taskmanager.memory.framework.heap.size", FRAMEWORK_HEAP + "m");
    keys.put("taskmanager.memory.framework.off-heap.size", FRAMEWORK_OFF_HEAP + "m");
    keys.put("taskmanager.memory.task.heap.size", taskHeap + "m");
    keys.put("taskmanager.memory.task.off-heap.size", TASK_OFF_HEAP + "m");
    keys.put("taskmanager.memory.managed.size", managed + "m");
    keys.put("taskmanager.memory.network.min", network + "m");
    keys.put("taskmanager.memory.network.max", network + "m");
    keys.put("taskmanager.memory.jvm-metaspace.size", metaspace + "m");
    keys.put("taskmanager.memory.jvm-overhead.min", JVM_OVERHEAD + "m");
    keys.put("taskmanager.memory.jvm-overhead.max", JVM_OVERHEAD + "m");
    return keys;
  }

  int heapMegabytes() {
    return FRAMEWORK_HEAP + taskHeap;
  }

  int directMegabytes() {
    return FRAMEWORK_OFF_HEAP + TASK_OFF_HEAP + network;
  }
}
