package io.weir.jobs;

import static java.util.Objects.requireNonNull;

import io.weir.model.deadletter.DeadLetter;
import io.weir.model.metric.MetricPoint;
import io.weir.model.metric.ParsedMetric;
import io.weir.model.metric.Sample;
import io.weir.operators.metrics.AggregateSeries;
import io.weir.operators.metrics.CombineLocally;
import io.weir.operators.metrics.CombineSettings;
import io.weir.operators.metrics.LatePoints;
import io.weir.operators.metrics.RoutePoints;
import io.weir.operators.metrics.SeriesPartial;
import java.time.Duration;
import java.util.Optional;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.api.connector.source.Source;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/**
 * The graph of the metrics job: metrics -> route -> combine -> (by series) -> aggregate -> samples;
 * and dead letters. Two chains with one shuffle between them.
 *
 * <p>The sink stands in the chain of the aggregation, which is keyed by series: all samples of a
 * series reach one writer, in order, without being sent again.
 *
 * <p>The uids are names of state in savepoints: they never change.
 */
public final class MetricsTopology {

  /**
   * Where the job writes.
   *
   * @param samples takes one value for each series and window
   * @param deadLetters takes what is no point
   * @param late takes what came for windows that were emitted; empty to count it only
   */
  public record Sinks(
      Sink<Sample> samples, Sink<DeadLetter> deadLetters, Optional<Sink<LatePoints>> late) {

    public Sinks {
      requireNonNull(samples, "samples");
      requireNonNull(deadLetters, "deadLetters");
      requireNonNull(late, "late");
    }
  }

  /**
   * How event time moves and how series are kept.
   *
   * @param outOfOrderness how far points of one partition may be out of order
   * @param idleAfter a partition that is silent so long no longer holds event time back
   * @param combine how points are combined before the shuffle
   * @param seriesTimeToLive a series that is silent so long is forgotten, its totals too
   */
  public record Settings(
      Duration outOfOrderness,
      Duration idleAfter,
      CombineSettings combine,
      Duration seriesTimeToLive) {

    public Settings {
      requireNonNull(outOfOrderness, "outOfOrderness");
      requireNonNull(idleAfter, "idleAfter");
      requireNonNull(combine, "combine");
      requireNonNull(seriesTimeToLive, "seriesTimeToLive");
    }
  }

  private MetricsTopology() {}

  /** Adds the graph to an environment. */
  public static void build(
      StreamExecutionEnvironment env,
      Source<ParsedMetric, ?, ?> metrics,
      Settings settings,
      Sinks sinks) {
    SingleOutputStreamOperator<MetricPoint> points =
        env.fromSource(metrics, watermarks(settings), "metrics")
            .uid("metrics-source")
            .process(new RoutePoints())
            .name("route")
            .uid("metrics-route");

    SingleOutputStreamOperator<Sample> samples =
        points
            .transform(
                "combine",
                TypeInformation.of(SeriesPartial.class),
                new CombineLocally(settings.combine()))
            .uid("metrics-combine")
            .keyBy(SeriesPartial::series)
            .process(new AggregateSeries(settings.seriesTimeToLive()))
            .name("aggregate")
            .uid("metrics-aggregate");

    samples.sinkTo(sinks.samples()).name("samples").uid("metrics-samples");

    sinks
        .late()
        .ifPresent(
            late ->
                samples
                    .getSideOutput(AggregateSeries.LATE)
                    .sinkTo(late)
                    .name("late points")
                    .uid("metrics-late-points"));

    points
        .getSideOutput(RoutePoints.DEAD_LETTERS)
        .sinkTo(sinks.deadLetters())
        .name("dead letters")
        .uid("metrics-dead-letters");
  }

  /** Made for each partition, because the source parses. */
  private static WatermarkStrategy<ParsedMetric> watermarks(Settings settings) {
    return WatermarkStrategy.<ParsedMetric>forBoundedOutOfOrderness(settings.outOfOrderness())
        .withTimestampAssigner((parsed, kafkaTime) -> parsed.timestampMillis())
        .withIdleness(settings.idleAfter());
  }
}
