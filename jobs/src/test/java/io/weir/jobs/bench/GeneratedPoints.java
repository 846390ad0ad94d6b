package io.weir.jobs.bench;

import io.weir.model.metric.MetricPoint;
import io.weir.model.metric.MetricType;
import io.weir.model.metric.ParsedMetric;
import io.weir.model.metric.ParsedMetric.TimeSource;
import java.io.Serializable;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CyclicBarrier;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.connector.source.ReaderOutput;
import org.apache.flink.api.connector.source.SourceReader;
import org.apache.flink.api.connector.source.SourceReaderContext;
import org.apache.flink.core.io.InputStatus;

/**
 * Points of the same series again and again, a round of all of them for every 15 s of event time,
 * as fast as they are taken. The metrics are dealt out to the readers, which begin each round
 * together, as partitions of one topic are read about equally far. Starts when {@link #release} is
 * called; all in one JVM.
 */
final class GeneratedPoints extends BenchSource<ParsedMetric> {
  private static final long serialVersionUID = 1;
  static final long ROUND_MILLIS = 15_000;
  private static final long START = 1_774_778_400_000L;

  private static volatile CompletableFuture<Void> released = new CompletableFuture<>();
  private static volatile CyclicBarrier round = new CyclicBarrier(1);

  private final Shape shape;

  /**
   * What is generated.
   *
   * @param prefix beginning of the metrics' names; their number follows
   * @param metrics how many metrics
   * @param groups values of the tag {@code host}, each a series of every metric
   * @param breaching how many of the groups have the value 100 instead of 10
   * @param rounds how many points each series has
   */
  record Shape(String prefix, int metrics, int groups, int breaching, int rounds)
      implements Serializable {
    private static final long serialVersionUID = 1;

    long points() {
      return (long) metrics * groups * rounds;
    }
  }

  GeneratedPoints(Shape shape, int parallelism) {
    this.shape = shape;
    released = new CompletableFuture<>();
    round = new CyclicBarrier(parallelism);
  }

  static void release() {
    released.complete(null);
  }

  @Override
  public SourceReader<ParsedMetric, NoSplit> createReader(SourceReaderContext context) {
    return new PointReader(shape, context.getIndexOfSubtask(), context.currentParallelism());
  }

  @Override
  public TypeInformation<ParsedMetric> getProducedType() {
    return TypeInformation.of(ParsedMetric.class);
  }

  private static final class PointReader extends Reader<ParsedMetric> {
    private final Shape shape;
    private final int subtask;
    private final int subtasks;
    private int done;
    private int metric;
    private int group;

    PointReader(Shape shape, int subtask, int subtasks) {
      this.shape = shape;
      this.subtask = subtask;
      this.subtasks = subtasks;
      this.metric = subtask;
    }

    @Override
    public CompletableFuture<Void> isAvailable() {
      return released;
    }

    @Override
    public InputStatus pollNext(ReaderOutput<ParsedMetric> out) throws InterruptedException {
      if (!released.isDone()) {
        return InputStatus.NOTHING_AVAILABLE;
      }
      if (done == shape.rounds()) {
        return InputStatus.END_OF_INPUT;
      }
      if (metric < shape.metrics()) {
        out.collect(ParsedMetric.of(point(), TimeSource.PRODUCER));
        if (++group == shape.groups()) {
          group = 0;
          metric += subtasks;
        }
      }
      if (metric >= shape.metrics()) {
        metric = subtask;
        done++;
        await();
      }
      return InputStatus.MORE_AVAILABLE;
    }

    private static void await() throws InterruptedException {
      try {
        round.await();
      } catch (BrokenBarrierException e) {
        throw new IllegalStateException("another reader failed", e);
      }
    }

    /** Spread over the round, and everything made anew, as the parser does. */
    private MetricPoint point() {
      Map<String, String> tags = new TreeMap<>();
      tags.put("host", "web-" + group);
      tags.put("region", "eu-west-1");
      tags.put("service", "service-" + metric);
      long time = START + done * ROUND_MILLIS + 1 + group * (ROUND_MILLIS - 1_000) / shape.groups();
      double value = group < shape.breaching() ? 100 : 10;
      return new MetricPoint(shape.prefix() + metric, value, time, tags, MetricType.GAUGE);
    }
  }
}
