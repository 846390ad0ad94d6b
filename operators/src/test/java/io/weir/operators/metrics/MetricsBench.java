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
 * Half of the series are gauges, the others counters, deltas, and one in ten a distribution. Then the
 * heap that is held for each series between two windows. Run:
 * {@code mvn -q -pl operators -am test-compile && java -Xmx3g <Flink's --add-opens> -cp <test class
 * path> io.weir.operators.metrics.MetricsBench [points for each series and window] [windows]}.
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

  public static void main(String[] args) throws Exception {
    MetricsBench bench =
        new MetricsBench(
            args.length > 0 ? Integer.parseInt(args[0]) : 3,
            args.length > 1 ? Integer.parseInt(args[1]) : 8);
    System.out.printf(
        Locale.ROOT,
        "%d points for each series and window, %d windows; CPU microseconds a point%n",
        bench.pointsPerWindow,
        bench.windows);
    for (int series : new int[] {1_000, 100_000}) {
      // Small ones several times, so that the first is compiled code for the later ones.
      for (int round = 0; round < (series < 10_000 ? 12 : 1); round++) {
        boolean shown = series >= 10_000 || round == 11;
        bench.run(series, "hashmap", new HashMapStateBackend(), shown);
      }
      bench.run(series, "rocksdb", rocksDb(), true);
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
                        1_000_000,
                        List.of(),
                        new SeriesLimits(1_000_000, 2_000_000, Duration.ofHours(1)))));
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
              + "   (%.2f samples a point, %d bytes of heap a series)%n",
          series,
          name,
          parse / 1e3 / count,
          combine / 1e3 / count,
          network / 1e3 / count,
          aggregate / 1e3 / count,
          (parse + combine + network + aggregate) / 1e3 / count,
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
