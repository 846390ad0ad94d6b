package io.weir.harness.stack;

import io.weir.harness.node.TaskManagerMemory;

/**
 * How the local stack shares out its memory: under 6 GB resident in all at a few thousand events
 * per second (measured figures in docs/local-stack.md). In MiB.
 */
final class StackMemory {
  static final int ELASTICSEARCH_HEAP = 1024;
  static final int KAFKA_HEAP = 384;
  static final int PROMETHEUS = 384;
  static final int JOB_MANAGER_HEAP = 320;
  static final TaskManagerMemory TASK_MANAGER = new TaskManagerMemory(768, 32, 64, 224);

  private StackMemory() {}
}
