package io.weir.sinks.archive;

import io.weir.model.log.LogEvent;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import org.apache.flink.api.common.serialization.BulkWriter;
import org.apache.flink.core.fs.FSDataOutputStream;

/**
 * Size and cost of archive files: bytes of raw JSON against bytes of Parquet, and CPU time of the
 * writing thread (encoding, zstd and all) for each event. Run: {@code java -cp <test class path>
 * io.weir.sinks.archive.ArchiveBench [events] [services] [zstd level]}.
 */
public final class ArchiveBench {
  private static final int ROUNDS = 7;

  private ArchiveBench() {}

  public static void main(String[] args) throws IOException {
    int count = args.length > 0 ? Integer.parseInt(args[0]) : 300_000;
    int services = args.length > 1 ? Integer.parseInt(args[1]) : 20;
    int level = args.length > 2 ? Integer.parseInt(args[2]) : 1;
    List<LogEvent> events = new TemplatedLogs(42, services, 5_000).next(count);
    long raw = 0;
    for (LogEvent event : events) {
      raw += TemplatedLogs.json(event).getBytes(StandardCharsets.UTF_8).length;
    }
    System.out.printf(
        Locale.ROOT,
        "%,d events of %d services, %.0f bytes of JSON each, zstd-%d%n",
        count,
        services,
        (double) raw / count,
        level);
    ArchiveSettings settings = ArchiveSettings.at("file:///bench").zstdLevel(level).build();
    ArchiveSettings noIds =
        ArchiveSettings.at("file:///bench")
            .zstdLevel(level)
            .requestIdKeys(List.of())
            .traceIdKeys(List.of())
            .build();
    run("a file for each service, as the sink writes", settings, events, services, raw);
    run("the same, no promoted ids", noIds, events, services, raw);
    run("one file, in order of arrival", settings, events, 0, raw);
    List<LogEvent> sorted =
        events.stream()
            .sorted(Comparator.comparing(LogEvent::service).thenComparing(LogEvent::timestampNanos))
            .toList();
    run("one file, sorted by service and time", settings, sorted, 0, raw);
  }

  private static void run(
      String name, ArchiveSettings settings, List<LogEvent> events, int services, long raw)
      throws IOException {
    ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    double best = Double.MAX_VALUE;
    long bytes = 0;
    for (int round = 0; round < ROUNDS; round++) {
      LogParquetWriterFactory factory = new LogParquetWriterFactory(settings, new OpenFiles());
      CountingStream[] streams = new CountingStream[Math.max(1, services)];
      long start = threads.getCurrentThreadCpuTime();
      @SuppressWarnings({"unchecked", "rawtypes"})
      BulkWriter<LogEvent>[] writers = new BulkWriter[streams.length];
      for (LogEvent event : events) {
        int target =
            services == 0 ? 0 : Integer.parseInt(event.service(), 8, event.service().length(), 10);
        if (writers[target] == null) {
          streams[target] = new CountingStream();
          writers[target] = factory.create(streams[target]);
        }
        writers[target].addElement(event);
      }
      bytes = 0;
      for (int i = 0; i < writers.length; i++) {
        if (writers[i] != null) {
          writers[i].finish();
          bytes += streams[i].getPos();
        }
      }
      best = Math.min(best, (threads.getCurrentThreadCpuTime() - start) / 1e3 / events.size());
    }
    System.out.printf(
        Locale.ROOT,
        "%-45s %6.1f bytes/event, raw/%.2f, %.2f us/event (best of %d)%n",
        name,
        (double) bytes / events.size(),
        (double) raw / bytes,
        best,
        ROUNDS);
  }

  /** Throws away what it gets. */
  private static final class CountingStream extends FSDataOutputStream {
    private long position;

    @Override
    public long getPos() {
      return position;
    }

    @Override
    public void write(int b) {
      position++;
    }

    @Override
    public void write(byte[] bytes, int offset, int length) {
      position += length;
    }

    @Override
    public void flush() {}

    @Override
    public void sync() {}

    @Override
    public void close() {}
  }
}
