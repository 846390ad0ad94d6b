package io.weir.jobs.options;

import io.weir.operators.metrics.CombineSettings;
import io.weir.operators.metrics.SeriesLimits;
import io.weir.operators.metrics.Windows;
import io.weir.sinks.deadletter.DeadLetterTopic;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.apache.flink.configuration.MemorySize;

/**
 * Everything that the metrics job is told, checked.
 *
 * @param kafka how it reads
 * @param maxRecordBytes a larger record is a dead letter
 * @param outOfOrderness how far points of one partition may be out of order
 * @param idleAfter a partition that is silent so long no longer holds event time back
 * @param combine how points are combined before the shuffle, and how many series there may be
 * @param seriesTimeToLive a series that is silent so long is forgotten
 * @param remoteWrite where samples go, and how
 * @param deadLetters topic that takes what is no point
 * @param shown every option in force as text, secrets hidden, for the log
 */
public record MetricsJobOptions(
    KafkaOptions kafka,
    int maxRecordBytes,
    Duration outOfOrderness,
    Duration idleAfter,
    CombineSettings combine,
    Duration seriesTimeToLive,
    RemoteWriteOptions remoteWrite,
    DeadLetterTopic deadLetters,
    Map<String, String> shown) {

  /** Topic of metric points. */
  public static final Option<String> TOPIC =
      Option.of(
          "metrics.topic",
          OptionType.TEXT,
          "metrics",
          "Topic of metric points: the metrics job reads it, the log metrics job writes it.");

  private static final Option<String> GROUP_ID =
      Option.of(
          "metrics.group-id",
          OptionType.TEXT,
          "weir-metrics",
          "Consumer group of the metrics job, for monitoring only.");

  private static final Option<String> DEAD_LETTERS_TOPIC =
      Option.of(
          "metrics.dead-letters-topic",
          OptionType.TEXT,
          "metrics-dead-letters",
          "Topic for records that are no metric points.");

  private static final Option<MemorySize> MAX_RECORD_SIZE =
      Option.of(
          "metrics.max-record-size",
          OptionType.SIZE,
          "256 kb",
          "A record of a metric point whose value is larger is a dead letter.");

  private static final Option<Duration> OUT_OF_ORDERNESS =
      Option.of(
          "metrics.out-of-orderness",
          OptionType.DURATION,
          "5 s",
          "How far points of one partition may be out of order before a window of 15 s is emitted"
              + " without them. Every window comes later by that. Points that come later still are"
              + " lost only if their series has emitted their window.");

  private static final Option<Duration> IDLE_AFTER =
      Option.of(
          "metrics.idle-after",
          OptionType.DURATION,
          "30 s",
          "A partition without points for so long no longer holds windows of the others back.");

  private static final Option<Duration> SERIES_TIME_TO_LIVE =
      Option.of(
          "metrics.series-time-to-live",
          OptionType.DURATION,
          "3 d",
          "A series that is silent for so long is forgotten, with the running totals of deltas and"
              + " distributions: they begin at 0 again, as after a restart of a producer. Longer"
              + " than the topic's retention, so that a job which was down forgets nothing.");

  private static final Option<Integer> SERIES_PER_METRIC =
      Option.of(
          "metrics.series-per-metric",
          OptionType.integer(1, Integer.MAX_VALUE),
          "100000",
          "Most series of one metric. Whoever came first stays; points of further series are"
              + " dropped and counted in `limitedPoints` under the metric's name.");

  private static final Option<Integer> SERIES_PER_SUBTASK =
      Option.of(
          "metrics.series-per-subtask",
          OptionType.integer(1, Integer.MAX_VALUE),
          "2000000",
          "Most series of all metrics in one subtask that reads, which holds about 20 bytes for"
              + " each: guards against ever new names of metrics.");

  private static final Option<Duration> SERIES_FORGET_AFTER =
      Option.of(
          "metrics.series-forget-after",
          OptionType.DURATION,
          "1 h",
          "A series that is silent for one to two times this makes room under the limits.");

  private static final Option<List<String>> STATISTICS =
      Option.of(
          "metrics.gauge-statistics",
          OptionType.LIST,
          "",
          "Regular expressions of whole names of gauges that also get `_min`, `_max`, `_avg` and"
              + " `_count` of each window.");

  private static final Option<Integer> MAX_PARTIALS =
      Option.of(
          "metrics.max-partials",
          OptionType.integer(1, Integer.MAX_VALUE),
          "200000",
          "Most aggregates of series and windows that a subtask holds back before the shuffle;"
              + " with more, all are sent on (`earlyPartials`).");

  /** The options that are the job's own. */
  public static final OptionGroup GROUP =
      OptionGroup.of(
          "Metrics job",
          "Reads the topic of metric points into Prometheus: one sample for each series and window"
              + " of 15 s.",
          TOPIC,
          GROUP_ID,
          DEAD_LETTERS_TOPIC,
          MAX_RECORD_SIZE,
          OUT_OF_ORDERNESS,
          IDLE_AFTER,
          SERIES_TIME_TO_LIVE,
          SERIES_PER_METRIC,
          SERIES_PER_SUBTASK,
          SERIES_FORGET_AFTER,
          STATISTICS,
          MAX_PARTIALS);

  /** What the metrics job knows. */
  public static final List<OptionGroup> GROUPS =
      List.of(GROUP, RemoteWriteOptions.GROUP, KafkaOptions.READING);

  /**
   * Reads arguments and the file that they name.
   *
   * @throws InvalidOptionsException listing everything that is wrong
   */
  public static MetricsJobOptions parse(String... args) {
    OptionValues values = OptionValues.read(args, GROUPS, AllOptions.GROUPS);
    String topic = values.require(TOPIC);
    KafkaOptions kafka = KafkaOptions.read(values, topic, values.require(GROUP_ID));
    String deadLettersTopic = values.require(DEAD_LETTERS_TOPIC);
    values.check(
        !topic.equals(deadLettersTopic), DEAD_LETTERS_TOPIC.key() + ": is the topic that is read");
    MemorySize recordSize = values.require(MAX_RECORD_SIZE);
    boolean fits = recordSize.getBytes() > 0 && recordSize.getBytes() <= 1 << 30;
    values.check(fits, MAX_RECORD_SIZE.key() + ": must be 1 byte to 1 gb");
    Duration outOfOrderness = values.require(OUT_OF_ORDERNESS);
    Duration idleAfter = atLeast(values, IDLE_AFTER, Duration.ofMillis(1));
    Duration timeToLive = atLeast(values, SERIES_TIME_TO_LIVE, Duration.ofMillis(Windows.MILLIS));
    Duration forgetAfter = atLeast(values, SERIES_FORGET_AFTER, Duration.ofMillis(Windows.MILLIS));
    List<Optional<Pattern>> statistics =
        values.require(STATISTICS).stream()
            .map(
                text ->
                    values.attempt(STATISTICS.key(), () -> OptionType.PATTERN.reader().apply(text)))
            .toList();
    int maxPartials = values.require(MAX_PARTIALS);
    SeriesLimits limits =
        values
            .attempt(
                SERIES_FORGET_AFTER.key(),
                () ->
                    new SeriesLimits(
                        values.require(SERIES_PER_METRIC),
                        values.require(SERIES_PER_SUBTASK),
                        forgetAfter))
            .orElse(null);
    RemoteWriteOptions remoteWrite = RemoteWriteOptions.read(values);
    values.throwIfInvalid();
    return new MetricsJobOptions(
        kafka,
        Math.toIntExact(recordSize.getBytes()),
        outOfOrderness,
        idleAfter,
        new CombineSettings(
            maxPartials, statistics.stream().map(Optional::orElseThrow).toList(), limits),
        timeToLive,
        remoteWrite,
        DeadLetterTopic.of(deadLettersTopic, kafka.clientProperties()),
        values.shown());
  }

  private static Duration atLeast(OptionValues values, Option<Duration> option, Duration least) {
    Duration duration = values.require(option);
    values.check(
        duration.compareTo(least) >= 0,
        option.key() + ": must be at least " + least.toMillis() + " ms");
    return duration;
  }
}
