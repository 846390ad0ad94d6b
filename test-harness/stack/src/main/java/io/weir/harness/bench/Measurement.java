package io.weir.harness.bench;

import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;

/**
 * What one phase cost.
 *
 * @param name what was measured
 * @param events events in the measured window
 * @param nanos wall time of the window
 * @param cpu CPU time in the window, by process
 */
record Measurement(String name, long events, long nanos, Map<String, Duration> cpu) {

  /** Returns the cost between two readings. */
  static Measurement between(
      String name,
      long events,
      long nanos,
      Map<String, Duration> before,
      Map<String, Duration> after) {
    Map<String, Duration> cpu = new TreeMap<>();
    after.forEach(
        (process, time) ->
            cpu.put(process, time.minus(before.getOrDefault(process, Duration.ZERO))));
    return new Measurement(name, events, nanos, cpu);
  }

  double eventsPerSecond() {
    return events / (nanos / 1e9);
  }

  /** Returns CPU microseconds of a process per event. */
  double micros(String process) {
    return cpu.getOrDefault(process, Duration.ZERO).toNanos() / 1000.0 / events;
  }

  /** Returns CPU microseconds of all processes whose name starts so, per event. */
  double microsOfAll(String prefix) {
    return cpu.keySet().stream()
        .filter(process -> process.startsWith(prefix))
        .mapToDouble(this::micros)
        .sum();
  }
}
