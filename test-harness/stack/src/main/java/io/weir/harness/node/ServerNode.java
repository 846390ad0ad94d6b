package io.weir.harness.node;

import io.weir.harness.process.ManagedProcess;

/** A server that is one process. */
public interface ServerNode extends AutoCloseable {

  /** The process, for killing, measuring and reading its log. */
  ManagedProcess process();

  /** Starts the server and returns at once. */
  default void start() {
    process().start();
  }

  /**
   * Waits until the server does its work.
   *
   * @throws io.weir.harness.process.ProcessFailedException when it ends or does not get there
   */
  default void awaitReady() {
    process().awaitReady();
  }

  /** Stops the server; its data stays. */
  @Override
  default void close() {
    process().stop();
  }
}
