package io.weir.harness.measure;

import io.weir.harness.process.ManagedProcess;
import io.weir.harness.process.ProcStat;
import io.weir.model.metric.MetricPoint;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * CPU time and memory of processes, and what those that are JVMs say of their heap, garbage
 * collection, threads and classes. A process that does not run is left out; {@code process_up} says
 * so.
 */
public final class ProcessMetrics implements MetricSource {
  private static final double MILLIS_PER_SECOND = 1000;
  private static final int MAX_GENERATIONS = 4;
  private static final int MAX_SPACES = 8;

  private final String host;
  private final Supplier<List<ManagedProcess>> processes;

  /**
   * @param host the tag {@code host}
   * @param processes asked each time, because processes are restarted
   */
  public ProcessMetrics(String host, Supplier<List<ManagedProcess>> processes) {
    this.host = host;
    this.processes = processes;
  }

  @Override
  public void measure(long nowMillis, Consumer<MetricPoint> out) {
    for (ManagedProcess process : processes.get()) {
      Points points = new Points(nowMillis, Map.of("host", host, "service", process.name()), out);
      boolean up = process.isRunning();
      points.gauge("process_up", up ? 1 : 0);
      if (up) {
        measure(process.pid(), points);
      }
    }
  }

  private static void measure(long pid, Points points) {
    Optional<ProcStat> stat = ProcStat.read(pid);
    if (stat.isEmpty()) {
      return; // ended between the two questions
    }
    points.counter("process_cpu_seconds_total", stat.get().cpu().toMillis() / MILLIS_PER_SECOND);
    points.gauge("process_resident_memory_bytes", stat.get().residentBytes());
    PerfData.read(pid).ifPresent(jvm -> measure(jvm, points));
  }

  private static void measure(PerfData jvm, Points points) {
    gauge(jvm, "java.threads.live", "jvm_threads_live", points);
    gauge(jvm, "java.cls.loadedClasses", "jvm_classes_loaded", points);
    long used = 0;
    long committed = 0;
    for (int g = 0; g < MAX_GENERATIONS; g++) {
      for (int s = 0; s < MAX_SPACES; s++) {
        String space = "sun.gc.generation." + g + ".space." + s;
        used += jvm.number(space + ".used").orElse(0);
        committed += jvm.number(space + ".capacity").orElse(0);
      }
    }
    points.gauge("jvm_heap_used_bytes", used);
    points.gauge("jvm_heap_committed_bytes", committed);
    gauge(jvm, "sun.gc.metaspace.used", "jvm_metaspace_used_bytes", points);
    jvm.number("sun.os.hrt.frequency")
        .ifPresent(ticksPerSecond -> collections(jvm, ticksPerSecond, points));
  }

  private static void collections(PerfData jvm, long ticksPerSecond, Points points) {
    for (int c = 0; c < MAX_GENERATIONS; c++) {
      String collector = "sun.gc.collector." + c;
      Optional<String> name = jvm.text(collector + ".name");
      OptionalLong times = jvm.number(collector + ".invocations");
      OptionalLong ticks = jvm.number(collector + ".time");
      if (name.isPresent() && times.isPresent() && ticks.isPresent()) {
        points.counter("jvm_gc_collections_total", times.getAsLong(), "collector", name.get());
        points.counter(
            "jvm_gc_seconds_total",
            (double) ticks.getAsLong() / ticksPerSecond,
            "collector",
            name.get());
      }
    }
  }

  private static void gauge(PerfData jvm, String counter, String metric, Points points) {
    jvm.number(counter).ifPresent(value -> points.gauge(metric, value));
  }
}
