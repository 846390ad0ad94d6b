package io.weir.harness.bench;

import io.weir.harness.process.ManagedProcess;
import io.weir.harness.process.ProcStat;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Reads the CPU time of processes from /proc, the bench's own included. */
final class CpuMeter {
  /** The bench's own process among the others. */
  static final String BENCH = "bench";

  private final List<ManagedProcess> processes;

  CpuMeter(List<ManagedProcess> processes) {
    this.processes = List.copyOf(processes);
  }

  /** Returns the CPU time of each process so far, by name. */
  Map<String, Duration> read() {
    Map<String, Duration> times = new TreeMap<>();
    for (ManagedProcess process : processes) {
      times.merge(process.name(), process.cpuTime(), Duration::plus);
    }
    times.put(
        BENCH,
        ProcStat.read(ProcessHandle.current().pid()).map(ProcStat::cpu).orElse(Duration.ZERO));
    return times;
  }
}
