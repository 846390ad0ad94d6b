package io.weir.harness.process;

import java.util.Optional;

/**
 * Which process a pid meant when it was written down. Pids are reused; a pid together with the
 * process's start time is not.
 *
 * @param pid the process id
 * @param startTicks start time in clock ticks since boot, field 22 of {@code /proc/PID/stat}
 */
public record ProcessIdentity(long pid, long startTicks) {

  /** The identity of a running process, empty when there is none with this pid. */
  public static Optional<ProcessIdentity> of(long pid) {
    return ProcStat.read(pid).map(stat -> new ProcessIdentity(pid, stat.startTicks()));
  }

  /** The identity of this JVM. */
  public static ProcessIdentity ofThisProcess() {
    return of(ProcessHandle.current().pid()).orElseThrow();
  }

  /**
   * Reads what {@link #toString} wrote.
   *
   * @return empty when the text is something else, for example a file cut short by a crash
   */
  public static Optional<ProcessIdentity> parse(String text) {
    String[] parts = text.strip().split("\\s+");
    if (parts.length != 2) {
      return Optional.empty();
    }
    try {
      return Optional.of(new ProcessIdentity(Long.parseLong(parts[0]), Long.parseLong(parts[1])));
    } catch (NumberFormatException e) {
      return Optional.empty();
    }
  }

  /** True while this very process runs; false once it ended, even if its pid is in use again. */
  public boolean isRunning() {
    return ProcStat.read(pid)
        .filter(stat -> stat.startTicks() == startTicks && !stat.isZombie())
        .isPresent();
  }

  /** {@code PID START_TICKS}, as in the pid files that {@code bin/lib.sh} reads. */
  @Override
  public String toString() {
    return pid + " " + startTicks;
  }
}
