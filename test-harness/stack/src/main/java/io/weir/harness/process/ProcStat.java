package io.weir.harness.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * One reading of {@code /proc/PID/stat} (proc(5)).
 *
 * @param state one letter: R running, S sleeping, Z zombie, ...
 * @param cpu user and system time of all threads so far
 * @param startTicks start time in clock ticks since boot
 * @param residentBytes memory held in RAM
 */
public record ProcStat(char state, Duration cpu, long startTicks, long residentBytes) {
  /** The kernel reports times in USER_HZ, which is 100 on every Linux architecture we run on. */
  private static final long MILLIS_PER_TICK = 10;

  private static final long PAGE_BYTES = 4096;

  /** Reads the current figures; empty when no such process exists. */
  public static Optional<ProcStat> read(long pid) {
    try {
      return Optional.of(parse(Files.readString(Path.of("/proc/" + pid + "/stat"))));
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  static ProcStat parse(String stat) {
    // The second field is the command in parentheses, and may hold spaces and parentheses itself.
    String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
    long ticks = Long.parseLong(fields[11]) + Long.parseLong(fields[12]);
    return new ProcStat(
        fields[0].charAt(0),
        Duration.ofMillis(ticks * MILLIS_PER_TICK),
        Long.parseLong(fields[19]),
        Long.parseLong(fields[21].strip()) * PAGE_BYTES);
  }

  /** True for a process that ended but was not yet waited for by its parent. */
  public boolean isZombie() {
    return state == 'Z' || state == 'X';
  }
}
