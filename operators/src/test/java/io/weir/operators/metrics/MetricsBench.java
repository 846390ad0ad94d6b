package io.weir.operators.metrics;

import com.sun.management.OperatingSystemMXBean;
import io.weir.model.json.MetricPointJson;
import io.weir.model.json.MetricRecordParser;
import io.weir.model.kafka.RecordOrigin;
import io.weir.model.metric.MetricPoint;
import io.weir.model.metric.MetricType;
import io.weir.model.metric.Sample;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.flink.api.common.serialization.SerializerConfigImpl;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataOutputSerializer;
import org.apache.flink.runtime.state.StateBackend;
import org.apache.flink.runtime.state.hashmap.HashMapStateBackend;
import org.apache.flink.state.rocksdb.EmbeddedRocksDBStateBackend;
import org.apache.flink.state.rocksdb.RocksDBOptions;
import org.apache.flink.streaming.api.operators.KeyedProcessOperator;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.util.KeyedOneInputStreamOperatorTestHarness;
import org.apache.flink.streaming.util.OneInputStreamOperatorTestHarness;

/**
 * CPU time of the whole process for each metric point, step by step: parse the JSON, combine,
 * serialize and deserialize the partials as the network does, aggregate with its state and timers.
 * Half of the series are gauges, the others counters, deltas, and one in ten a distribution. Then
 * the heap that is held for each series between two windows. It is run by {@code bin/bench
 * metrics}.
 */
public final class MetricsBench {
  private static final long START = Points.START;
  private static final long APPEND_TIME = START + 1_000_000_000L;

  private final OperatingSystemMXBean process =
      (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
  private final int pointsPerWindow;
  private final int windows;

  private MetricsBench(int pointsPerWindow, int windows) {
    this.pointsPerWindow = pointsPerWindow;
    this.windows = windows;
  }

  private static final String USAGE =
      """
      What a metric point costs in the operators of the metrics job: CPU microseconds of the process.

      bin/bench metrics
        --series LIST       numbers of series (default 1000,100000,1000000)
        --backends LIST     hashmap, rocksdb (default both)
        --points N          points for each series and window (default 3: one every 5 s)
        --windows N         windows of 15 s (default 8; with a million series 3)
      """;

  /** Command line; see {@code bin/bench metrics --help}. */
  public static void main(String[] args) throws Exception {
    Map<String, String> given = new HashMap<>();
    for (int i = 0; i < args.length; i += 2) {
      boolean known = List.of("--series", "--backends", "--points", "--windows").contains(args[i]);
      if (!known || i + 1 == args.length) {
        System.out.print(USAGE);
        System.exit(args[i].equals("--help") ? 0 : 2);
      }
      given.put(args[i], args[i + 1]);
    }
    int points = Integer.parseInt(given.getOrDefault("--points", "3"));
    List<String> backends = List.of(given.getOrDefault("--backends", "hashmap,rocksdb").split(","));
    System.out.printf(
        Locale.ROOT,
        "%d x %s, load %.1f; %d points for each series and window; CPU microseconds a point%n",
        Runtime.getRuntime().availableProcessors(),
        Runtime.version(),
        ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage(),
        points);
    // Small ones several times first, so that what is measured is compiled code.
    for (int round = 0; round < 12; round++) {
      new MetricsBench(points, 8).run(1_000, "hashmap", new HashMapStateBackend(), false);
    }
    for (String text : given.getOrDefault("--series", "1000,100000,1000000").split(",")) {
      int series = Integer.parseInt(text);
      int windows =
          Integer.parseInt(given.getOrDefault("--windows", series >= 1_000_000 ? "3" : "8"));
      MetricsBench bench = new MetricsBench(points, windows);
      for (String backend : backends) {
        bench.run(
            series,
            backend,
            backend.equals("rocksdb") ? rocksDb() : new HashMapStateBackend(),
            true);
      }
    }
  }

  /** With RocksDB's own memory: the harness would give it half a megabyte of managed memory. */
  private static StateBackend rocksDb() {
    Configuration configuration = new Configuration();
    configuration.set(RocksDBOptions.USE_MANAGED_MEMORY, false);
    return new EmbeddedRocksDBStateBackend()
        .configure(configuration, MetricsBench.class.getClassLoader());
  }

  private void run(int series, String name, StateBackend backend, boolean shown) throws Exception {
    MetricRecordParser parser = new MetricRecordParser(1 << 20);
    RecordOrigin origin = new RecordOrigin("metrics", "0a1b2", 0, 0, APPEND_TIME);
    TypeSerializer<SeriesPartial> serializer =
        TypeInformation.of(SeriesPartial.class).createSerializer(new SerializerConfigImpl());
    long parse = 0;
    long combine = 0;
    long network = 0;
    long aggregate = 0;
    long samples = 0;
    long held = 0;
    long heapBefore = usedHeap();
    try (OneInputStreamOperatorTestHarness<MetricPoint, SeriesPartial> combiner =
            new OneInputStreamOperatorTestHarness<>(
                new CombineLocally(
                    new CombineSettings(
                        2_000_000,
                        List.of(),
                        new SeriesLimits(2_000_000, 2_000_000, Duration.ofHours(1)))));
        KeyedOneInputStreamOperatorTestHarness<String, SeriesPartial, Sample> aggregator =
            new KeyedOneInputStreamOperatorTestHarness<>(
                new KeyedProcessOperator<>(new AggregateSeries(Duration.ofDays(3))),
                SeriesPartial::series,
                Types.STRING)) {
      aggregator.setStateBackend(backend);
      combiner.open();
      aggregator.open();
      for (int window = 0; window < windows; window++) {
        for (int turn = 0; turn < pointsPerWindow; turn++) {
          long time = START + window * Windows.MILLIS + turn * Windows.MILLIS / pointsPerWindow;
          List<byte[]> records = new ArrayList<>(series);
          for (int i = 0; i < series; i++) {
            records.add(MetricPointJson.encode(point(i, time)));
          }
          long before = process.getProcessCpuTime();
          List<MetricPoint> points = new ArrayList<>(series);
          for (byte[] record : records) {
            points.add(parser.parse(record, origin).point());
          }
          long parsed = process.getProcessCpuTime();
          for (MetricPoint point : points) {
            combiner.processElement(new StreamRecord<>(point, point.timestampMillis()));
          }
          parse += parsed - before;
          combine += process.getProcessCpuTime() - parsed;
        }
        long watermark = START + (window + 1) * Windows.MILLIS;
        long before = process.getProcessCpuTime();
        combiner.processWatermark(watermark);
        long combined = process.getProcessCpuTime();
        List<SeriesPartial> partials = combiner.extractOutputValues();
        combiner.getOutput().clear();
        long sent = process.getProcessCpuTime();
        DataOutputSerializer out = new DataOutputSerializer(1 << 20);
        for (SeriesPartial partial : partials) {
          serializer.serialize(partial, out);
        }
        DataInputDeserializer in = new DataInputDeserializer(out.getSharedBuffer());
        for (int i = 0; i < partials.size(); i++) {
          partials.set(i, serializer.deserialize(in));
        }
        long received = process.getProcessCpuTime();
        for (SeriesPartial partial : partials) {
          aggregator.processElement(new StreamRecord<>(partial));
        }
        aggregator.processWatermark(watermark);
        aggregate += process.getProcessCpuTime() - received;
        combine += combined - before;
        network += received - sent;
        samples += aggregator.getOutput().size();
        aggregator.getOutput().clear();
      }
      held = usedHeap() - heapBefore;
    }
    if (shown) {
      double count = (double) series * windows * pointsPerWindow;
      System.out.printf(
          Locale.ROOT,
          "%,9d series %-8s parse %.2f  combine %.2f  network %.2f  aggregate %.2f  all %.2f"
              + "   %,.0f points/s and core  (%.2f samples a point, %d bytes of heap a series)%n",
          series,
          name,
          parse / 1e3 / count,
          combine / 1e3 / count,
          network / 1e3 / count,
          aggregate / 1e3 / count,
          (parse + combine + network + aggregate) / 1e3 / count,
          count / ((parse + combine + network + aggregate) / 1e9),
          samples / count,
          held / series);
    }
  }

  private static long usedHeap() {
    System.gc();
    Runtime runtime = Runtime.getRuntime();
    return runtime.totalMemory() - runtime.freeMemory();
  }

  private static MetricPoint point(int series, long time) {
    MetricType type =
        series % 10 == 9
            ? MetricType.DISTRIBUTION
            : series % 2 == 0
                ? MetricType.GAUGE
                : series % 4 == 1 ? MetricType.COUNTER : MetricType.DELTA;
    return new MetricPoint(
        "http_server_metric_" + series % 50,
        series + time % 1000,
        time,
        Map.of(
            "service", "service-" + series % 100,
            "host", "host-" + series / 50,
            "region", "eu-west-1"),
        type);
  }
}
