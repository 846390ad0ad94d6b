package io.weir.jobs.options;

import io.weir.model.log.LogLimits;
import io.weir.operators.counts.CountSettings;
import io.weir.operators.counts.Extraction;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Everything that the log metrics job is told, checked.
 *
 * @param kafka how it reads logs
 * @param limits bounds of one record, the same as in the logs job
 * @param rulesTopic topic of alert rules
 * @param metricsTopic topic that takes the points
 * @param counts what is counted, and how often it is told
 * @param shown every option in force as text, secrets hidden, for the log
 */
public record LogMetricsJobOptions(
    KafkaOptions kafka,
    LogLimits limits,
    String rulesTopic,
    String metricsTopic,
    CountSettings counts,
    Map<String, String> shown) {

  private static final int DEFAULT_MAX_SERIES = 1_000;

  private static final Option<String> GROUP_ID =
      Option.of(
          "log-metrics.group-id",
          OptionType.TEXT,
          "weir-log-metrics",
          "Consumer group of the log metrics job, for monitoring only.");

  private static final Option<String> RULES_TOPIC =
      Option.of(
          "log-metrics.rules-topic",
          OptionType.TEXT,
          "alert-rules",
          "Topic of alert rules: those on logs are answered by points.");

  private static final Option<Duration> TELL_EVERY =
      Option.of(
          "log-metrics.tell-every",
          OptionType.DURATION,
          "5 s",
          "How often counters that changed are written.");

  private static final Option<Duration> TELL_ALL_EVERY =
      Option.of(
          "log-metrics.tell-all-every",
          OptionType.DURATION,
          "1 min",
          "How often counters that did not change are written too, so that Prometheus does not take"
              + " them for gone. Those of alert rules are written every 15 s.");

  private static final Option<Duration> FORGET_AFTER =
      Option.of(
          "log-metrics.forget-after",
          OptionType.DURATION,
          "6 h",
          "A counter that did not change for so long is forgotten; should it come again, it begins"
              + " at 0.");

  private static final OptionGroup.FreePrefix EXTRACT =
      new OptionGroup.FreePrefix(
          "extract.",
          "Metrics made of log events, the metric's name first: `extract.NAME.query` finds the events"
              + " that count; `extract.NAME.field` observes the numbers of that field as a"
              + " distribution instead of counting; `extract.NAME.tags` lists fields that become"
              + " tags (service, host, region, level, or any structured field);"
              + " `extract.NAME.max-series` bounds their combinations in each partition (1000),"
              + " further ones are counted under `__other__`.");

  /** The options that are the job's own. */
  public static final OptionGroup GROUP =
      new OptionGroup(
          "Log metrics job",
          "Reads logs (`kafka.topics`) and alert rules, and writes points to `metrics.topic`:"
              + " `log_events_total` by service and level, the metrics of `extract.*`, and what alert"
              + " rules on logs ask for.",
          List.of(GROUP_ID, RULES_TOPIC, TELL_EVERY, TELL_ALL_EVERY, FORGET_AFTER),
          List.of(EXTRACT));

  private static final OptionGroup METRICS_TOPIC =
      OptionGroup.of("Metrics", "", MetricsJobOptions.TOPIC);

  /** What the log metrics job knows. */
  public static final List<OptionGroup> GROUPS =
      List.of(
          GROUP,
          METRICS_TOPIC,
          KafkaOptions.READING,
          KafkaOptions.LOGS_TOPICS,
          ParseOptions.PARSE,
          ParseOptions.RETENTION);

  /**
   * Reads arguments and the file that they name.
   *
   * @throws InvalidOptionsException listing everything that is wrong
   */
  public static LogMetricsJobOptions parse(String... args) {
    OptionValues values = OptionValues.read(args, GROUPS, AllOptions.GROUPS);
    KafkaOptions kafka = KafkaOptions.readLogs(values, values.require(GROUP_ID));
    LogLimits limits = ParseOptions.read(values);
    String rulesTopic = values.require(RULES_TOPIC);
    String metricsTopic = values.require(MetricsJobOptions.TOPIC);
    values.check(
        !kafka.topics().contains(metricsTopic),
        MetricsJobOptions.TOPIC.key() + ": is one of the topics that are read");
    values.check(
        kafka.topicPattern().filter(p -> p.matcher(metricsTopic).matches()).isEmpty(),
        MetricsJobOptions.TOPIC.key() + ": matches the pattern of the topics that are read");
    List<Extraction> extractions = extractions(values);
    Duration tellEvery = positive(values, TELL_EVERY);
    Duration tellAllEvery = positive(values, TELL_ALL_EVERY);
    Duration forgetAfter = positive(values, FORGET_AFTER);
    values.throwIfInvalid();
    return new LogMetricsJobOptions(
        kafka,
        limits,
        rulesTopic,
        metricsTopic,
        new CountSettings(extractions, tellEvery, tellAllEvery, forgetAfter),
        values.shown());
  }

  private static Duration positive(OptionValues values, Option<Duration> option) {
    Duration duration = values.require(option);
    values.check(duration.toMillis() > 0, option.key() + ": must be longer than nothing");
    return duration;
  }

  private static List<Extraction> extractions(OptionValues values) {
    Map<String, Map<String, String>> byName = new TreeMap<>();
    values
        .below(EXTRACT)
        .forEach(
            (key, value) -> {
              int dot = key.lastIndexOf('.');
              String name = dot < 0 ? key : key.substring(0, dot);
              String part = dot < 0 ? "" : key.substring(dot + 1);
              values.check(
                  List.of("query", "field", "tags", "max-series").contains(part),
                  EXTRACT.prefix() + key + ": ends with none of query, field, tags, max-series");
              byName.computeIfAbsent(name, k -> new TreeMap<>()).put(part, value);
            });
    List<Extraction> extractions = new ArrayList<>();
    byName.forEach(
        (name, parts) -> {
          String prefix = EXTRACT.prefix() + name;
          values.check(parts.containsKey("query"), prefix + ".query: is required");
          values.attempt(prefix, () -> extraction(name, parts)).ifPresent(extractions::add);
        });
    return extractions;
  }

  private static Extraction extraction(String name, Map<String, String> parts) {
    return new Extraction(
        name,
        parts.getOrDefault("query", ""),
        parts.get("field"),
        OptionType.LIST.reader().apply(parts.getOrDefault("tags", "")),
        OptionType.integer(1, 1_000_000)
            .reader()
            .apply(parts.getOrDefault("max-series", Integer.toString(DEFAULT_MAX_SERIES))));
  }
}
