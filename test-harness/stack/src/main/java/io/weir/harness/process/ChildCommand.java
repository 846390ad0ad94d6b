package io.weir.harness.process;

import java.util.List;
import java.util.Map;

/** How a child process is started, so that it does not outlive this JVM. */
public sealed interface ChildCommand permits JavaCommand, NativeCommand {

  /** The command, ready for {@link ProcessBuilder}. */
  List<String> toCommandLine();

  /** Variables set for the child beside those it inherits. */
  Map<String, String> environment();

  /**
   * To be called when a process started with {@link #toCommandLine} has ended.
   *
   * @param exitStatus 128 + n for signal n
   */
  default void ended(int exitStatus) {}
}
