package io.weir.jobs.options;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.flink.configuration.MemorySize;

/** The topics that Weir has, and how large they are. */
public final class TopicOptions {
  private static final Option<Integer> REPLICATION_FACTOR =
      Option.of(
          "replication-factor",
          OptionType.integer(1, 100),
          "Replicas of every topic. Without it: 3, or as many as there are brokers. From 3 on, a"
              + " write needs 2 of them (`min.insync.replicas`).");

  private static final Option<Integer> LOGS_PARTITIONS =
      partitions(
          "logs",
          "4",
          "Partitions of each topic of `kafka.topics`: 48 for 1 TB a day. Later growth moves"
              + " services to other partitions.");

  private static final Option<Duration> LOGS_RETENTION =
      retention(
          "logs", "48 h", "How long Kafka keeps logs: the longest outage of a store to bridge.");

  private static final Option<MemorySize> LOGS_MAX_MESSAGE_SIZE =
      Option.of(
          "topics.logs.max-message-size",
          OptionType.SIZE,
          "8 mb",
          "Largest batch of log records that the broker takes. Larger than"
              + " `parse.max-record-size`, so that a record which is too long becomes a dead letter"
              + " with its reason instead of an error in an agent.");

  private static final Option<Integer> METRICS_PARTITIONS =
      partitions("metrics", "4", "Partitions of the topic `metrics`.");

  private static final Option<Duration> METRICS_RETENTION =
      retention("metrics", "48 h", "How long Kafka keeps metric points.");

  private static final Option<Integer> ALERT_PARTITIONS =
      partitions("alerts", "4", "Partitions of `alert-state` and `alert-history`.");

  private static final Option<Duration> ALERT_HISTORY_RETENTION =
      retention("alert-history", "30 d", "How long Kafka keeps transitions of alerts.");

  private static final Option<Integer> DEAD_LETTER_PARTITIONS =
      partitions("dead-letters", "4", "Partitions of the topics for dead letters.");

  private static final Option<Duration> DEAD_LETTER_RETENTION =
      retention(
          "dead-letters", "14 d", "How long dead letters wait for somebody to look and redrive.");

  /** The group in the reference. */
  public static final OptionGroup GROUP =
      OptionGroup.of(
          "Topics (`CreateTopics`)",
          "`io.weir.jobs.tasks.CreateTopics` creates what is missing, changes nothing that is"
              + " there, and reports how it differs.",
          REPLICATION_FACTOR,
          LOGS_PARTITIONS,
          LOGS_RETENTION,
          LOGS_MAX_MESSAGE_SIZE,
          METRICS_PARTITIONS,
          METRICS_RETENTION,
          ALERT_PARTITIONS,
          ALERT_HISTORY_RETENTION,
          DEAD_LETTER_PARTITIONS,
          DEAD_LETTER_RETENTION);

  private TopicOptions() {}

  /** Returns how many replicas are wanted, if somebody says so. */
  public static Optional<Integer> replicationFactor(OptionValues values) {
    return values.find(REPLICATION_FACTOR);
  }

  /** Returns the topics as they should be, but for the number of replicas. */
  public static List<TopicSpec> read(OptionValues values) {
    Duration logsRetention = values.require(LOGS_RETENTION);
    MemorySize logsSize = values.require(LOGS_MAX_MESSAGE_SIZE);
    Duration deadRetention = values.require(DEAD_LETTER_RETENTION);
    MemorySize deadSize = values.require(LogsJobOptions.DEAD_LETTERS_MAX_SIZE);
    int deadPartitions = values.require(DEAD_LETTER_PARTITIONS);
    int alertPartitions = values.require(ALERT_PARTITIONS);
    Map<String, String> deadLetters = sized(kept(deadRetention), deadSize);

    List<TopicSpec> topics = new ArrayList<>();
    for (String logs : values.require(KafkaOptions.TOPICS)) {
      topics.add(
          topic(
              logs,
              values.require(LOGS_PARTITIONS),
              sized(appendTime(kept(logsRetention)), logsSize)));
    }
    topics.add(
        topic(
            "metrics",
            values.require(METRICS_PARTITIONS),
            appendTime(kept(values.require(METRICS_RETENTION)))));
    topics.add(topic("alert-rules", 1, compacted()));
    topics.add(topic("dashboards", 1, compacted()));
    topics.add(topic("alert-state", alertPartitions, compacted()));
    topics.add(
        topic("alert-history", alertPartitions, kept(values.require(ALERT_HISTORY_RETENTION))));
    topics.add(
        topic(values.require(LogsJobOptions.DEAD_LETTERS_TOPIC), deadPartitions, deadLetters));
    topics.add(topic("metrics-dead-letters", deadPartitions, deadLetters));
    return topics;
  }

  private static TopicSpec topic(String name, int partitions, Map<String, String> config) {
    return new TopicSpec(name, partitions, (short) 1, config);
  }

  private static Map<String, String> kept(Duration retention) {
    Map<String, String> config = new HashMap<>();
    config.put("cleanup.policy", "delete");
    config.put("retention.ms", Long.toString(retention.toMillis()));
    return config;
  }

  private static Map<String, String> compacted() {
    Map<String, String> config = new HashMap<>();
    config.put("cleanup.policy", "compact");
    return config;
  }

  private static Map<String, String> appendTime(Map<String, String> config) {
    config.put("message.timestamp.type", "LogAppendTime");
    return config;
  }

  private static Map<String, String> sized(Map<String, String> config, MemorySize largest) {
    config.put("max.message.bytes", Long.toString(largest.getBytes()));
    return config;
  }

  private static Option<Integer> partitions(String topic, String number, String description) {
    return Option.of(
        "topics." + topic + ".partitions", OptionType.integer(1, 100_000), number, description);
  }

  private static Option<Duration> retention(String topic, String time, String description) {
    return Option.of("topics." + topic + ".retention", OptionType.DURATION, time, description);
  }
}
