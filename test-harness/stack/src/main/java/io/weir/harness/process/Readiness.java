package io.weir.harness.process;

import java.util.Optional;

/** Asks a process whether it does its work: a request that only a working one answers. */
@FunctionalInterface
public interface Readiness {
  /**
   * @return empty when ready; otherwise what is still missing, in a few words
   * @throws Exception when the process cannot be asked, which also means not ready yet
   */
  Optional<String> whatIsMissing() throws Exception;

  /** For a process that needs no more than to run. */
  static Readiness whenRunning() {
    return Optional::empty;
  }
}
