package io.weir.operators.logs;

import io.weir.model.log.LogEvent;
import io.weir.model.log.LogLevel;
import io.weir.model.log.ParsedLog;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import org.apache.flink.runtime.state.storage.JobManagerCheckpointStorage;
import org.apache.flink.streaming.api.operators.ProcessOperator;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.util.OneInputStreamOperatorTestHarness;

/**
 * CPU time of the task's thread for each event that passes {@link DropDuplicates}, beside the same
 * without it, with 4 partitions in turn; and what a checkpoint of it takes. Run: {@code mvn -q -pl
 * operators -am test-compile && java -Xmx2g <Flink's --add-opens> -cp <test class path>
 * io.weir.operators.logs.DuplicatesBench [ids for each partition]}.
 */
public final class DuplicatesBench {
  private static final int PARTITIONS = 4;
  private static final int EVENTS = 100_000;
  private static final int PARTS = 24;
  private static final long START = 1_774_778_400_000L;

  private final ThreadMXBean thread = ManagementFactory.getThreadMXBean();

  private DuplicatesBench() {}

  public static void main(String[] args) throws Exception {
    int maxIds = args.length > 0 ? Integer.parseInt(args[0]) : 200_000;
    DuplicatesBench bench = new DuplicatesBench();
    System.out.printf(
        Locale.ROOT,
        "%d ids for each of %d partitions, nanoseconds an event%n",
        maxIds,
        PARTITIONS);
    bench.run("switched off", new DuplicateSettings(false, Duration.ofMinutes(10), maxIds), true);
    bench.run("without ids", new DuplicateSettings(true, Duration.ofMinutes(10), maxIds), false);
    bench.run("with ids", new DuplicateSettings(true, Duration.ofMinutes(10), maxIds), true);
  }

  private void run(String name, DuplicateSettings settings, boolean ids) throws Exception {
    try (OneInputStreamOperatorTestHarness<ParsedLog, ParsedLog> harness =
        new OneInputStreamOperatorTestHarness<>(
            new ProcessOperator<>(new DropDuplicates(settings, Clock.systemUTC())))) {
      harness.setCheckpointStorage(new JobManagerCheckpointStorage(1 << 30));
      harness.open();
      List<Double> costs = new ArrayList<>();
      long offset = 0;
      for (int part = 0; part < PARTS; part++) {
        StreamRecord<?>[] records = new StreamRecord<?>[EVENTS];
        for (int i = 0; i < records.length; i++) {
          records[i] = new StreamRecord<>(ParsedLog.of(event(offset++, ids)));
        }
        costs.add(cost(harness, records));
        harness.getOutput().clear();
      }
      // The second half: by then the code is compiled and the bound is reached.
      List<Double> late = new ArrayList<>(costs.subList(PARTS / 2, PARTS));
      Collections.sort(late);
      System.out.printf(Locale.ROOT, "  %-14s %6.0f", name, late.get(late.size() / 2));
      long bytes = 0;
      long nanos = 0;
      for (int checkpoint = 1; checkpoint <= 30; checkpoint++) {
        long before = thread.getCurrentThreadCpuTime();
        bytes = harness.snapshot(checkpoint, checkpoint).getStateSize();
        nanos = thread.getCurrentThreadCpuTime() - before;
      }
      System.out.printf(Locale.ROOT, "   checkpoint %,d bytes, %.1f ms%n", bytes, nanos / 1e6);
    }
  }

  @SuppressWarnings("unchecked")
  private double cost(
      OneInputStreamOperatorTestHarness<ParsedLog, ParsedLog> harness, StreamRecord<?>[] records)
      throws Exception {
    long before = thread.getCurrentThreadCpuTime();
    for (StreamRecord<?> record : records) {
      harness.processElement((StreamRecord<ParsedLog>) record);
    }
    return (thread.getCurrentThreadCpuTime() - before) / (double) records.length;
  }

  /** Append times 50 microseconds apart: the bound, not the horizon, is what is reached. */
  private static LogEvent event(long offset, boolean withId) {
    return new LogEvent(
        START * 1_000_000,
        "payments-" + offset % 100,
        "web-" + offset % 10,
        null,
        LogLevel.INFO,
        "paid",
        LogEvent.NO_FIELDS,
        withId ? new UUID(offset * 0x9E3779B97F4A7C15L, ~offset).toString() : null,
        null,
        0,
        "logs",
        "0a1b2",
        (int) (offset / 500 % PARTITIONS),
        offset,
        START + offset / 20_000);
  }
}
