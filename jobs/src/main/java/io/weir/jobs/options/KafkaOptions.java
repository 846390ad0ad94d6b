package io.weir.jobs.options;

import io.weir.operators.kafka.ExpiredOffsets;
import io.weir.operators.logs.CreateTimePolicy;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * How the job reads from Kafka.
 *
 * @param bootstrapServers addresses of brokers
 * @param topics the topics to read; empty when a pattern is given
 * @param topicPattern the pattern of the topics to read
 * @param groupId group under which offsets are committed, for monitoring only
 * @param startFrom where to start when there is no state
 * @param expiredOffsets what to do when the next offset is gone
 * @param createTime what to do with records that do not carry the append time
 * @param partitionDiscovery how often to look for new topics and partitions
 * @param properties further properties of Kafka's clients
 */
public record KafkaOptions(
    String bootstrapServers,
    List<String> topics,
    Optional<Pattern> topicPattern,
    String groupId,
    StartFrom startFrom,
    ExpiredOffsets expiredOffsets,
    CreateTimePolicy createTime,
    Duration partitionDiscovery,
    Map<String, String> properties) {

  private static final String BOOTSTRAP_SERVERS_PROPERTY = "bootstrap.servers";

  private static final Option<String> BOOTSTRAP_SERVERS =
      Option.of(
          "kafka.bootstrap-servers",
          OptionType.TEXT,
          "Addresses of a few brokers, `host:port` between commas. Required.");

  private static final OptionGroup.FreePrefix PROPERTIES =
      new OptionGroup.FreePrefix(
          "kafka.properties.",
          "Any property of Kafka's clients, for example"
              + " `kafka.properties.security.protocol: SASL_SSL`. Values whose names look like"
              + " secrets are hidden in logs.");

  public static final Option<List<String>> TOPICS =
      Option.of(
          "kafka.topics",
          OptionType.LIST,
          "logs",
          "Topics to read. A topic that is taken off the list is still read by a job that resumes"
              + " from a state which has it.");

  private static final Option<Pattern> TOPIC_PATTERN =
      Option.of(
          "kafka.topic-pattern",
          OptionType.PATTERN,
          "Reads every topic whose whole name matches, also topics that are created later, instead"
              + " of `kafka.topics`.");

  private static final Option<String> GROUP_ID =
      Option.of(
          "kafka.group-id",
          OptionType.TEXT,
          "weir-logs",
          "Consumer group under which each completed checkpoint commits its offsets, so that usual"
              + " tools show the lag. A job never starts from them.");

  private static final Option<StartFrom> START_FROM =
      Option.of(
          "kafka.start-from",
          StartFrom.TYPE,
          "earliest",
          "Where to start in partitions for which there is **no** checkpoint or savepoint:"
              + " `earliest`, `latest`, or the first record appended at or after an instant (epoch"
              + " milliseconds or RFC 3339). A resumed job ignores it, and partitions that appear"
              + " later are read from their beginning.");

  private static final Option<ExpiredOffsets> EXPIRED_OFFSETS =
      Option.of(
          "kafka.expired-offsets",
          OptionType.choice(ExpiredOffsets.class),
          "fail",
          "What to do when Kafka no longer has the offset at which a partition is to go on, because"
              + " its retention passed while the job was down or stalled: `fail` names the"
              + " partition, the wanted and the earliest offset and skips nothing; `earliest` goes"
              + " on there, counts the gap in the metric `expiredRecords` and logs it.");

  private static final Option<CreateTimePolicy> CREATE_TIME =
      Option.of(
          "kafka.create-time",
          OptionType.choice(CreateTimePolicy.class),
          "fail",
          "What to do with records that carry their producer's time because the topic's"
              + " `message.timestamp.type` is, or was, `CreateTime`: `fail` names the topic;"
              + " `accept` trusts that time in place of the append time, counted in"
              + " `createTimeRecords`.");

  private static final Option<Duration> PARTITION_DISCOVERY =
      Option.of(
          "kafka.partition-discovery",
          OptionType.DURATION,
          "1 min",
          "How often to look for new partitions and matching topics. While Kafka does not say, those"
              + " that are known are read on.");

  public static final OptionGroup GROUP =
      new OptionGroup(
          "Kafka",
          "",
          List.of(
              BOOTSTRAP_SERVERS,
              TOPICS,
              TOPIC_PATTERN,
              GROUP_ID,
              START_FROM,
              EXPIRED_OFFSETS,
              CREATE_TIME,
              PARTITION_DISCOVERY),
          List.of(PROPERTIES));

  /** What every job that reads Kafka has in common: all but topics and group. */
  static final OptionGroup READING =
      new OptionGroup(
          "Kafka",
          "",
          List.of(BOOTSTRAP_SERVERS, START_FROM, EXPIRED_OFFSETS, CREATE_TIME, PARTITION_DISCOVERY),
          List.of(PROPERTIES));

  /** What a job has in common with the logs job that reads the same topics in another group. */
  static final OptionGroup LOGS_TOPICS = OptionGroup.of("Kafka", "", TOPICS, TOPIC_PATTERN);

  public KafkaOptions {
    topics = List.copyOf(topics);
    properties = Map.copyOf(properties);
  }

  /** Returns the properties of a client, for a program that reads no topic. */
  public static Map<String, String> readClientProperties(OptionValues values) {
    Map<String, String> client = new HashMap<>(values.below(PROPERTIES));
    client.put(BOOTSTRAP_SERVERS_PROPERTY, values.require(BOOTSTRAP_SERVERS));
    return client;
  }

  static KafkaOptions read(OptionValues values) {
    return readLogs(values, values.require(GROUP_ID));
  }

  /** Reads how the topics of logs are read in a group of their own. */
  static KafkaOptions readLogs(OptionValues values, String groupId) {
    Optional<Pattern> pattern = values.find(TOPIC_PATTERN);
    List<String> topics = pattern.isPresent() ? List.of() : values.require(TOPICS);
    values.check(pattern.isPresent() || !topics.isEmpty(), TOPICS.key() + ": names no topic");
    values.check(
        pattern.isEmpty() || !values.gives(TOPICS),
        TOPIC_PATTERN.key() + ": is given, and " + TOPICS.key() + " too");
    return read(values, topics, pattern, groupId);
  }

  /** Reads how one topic is read that has options of its own for its name and the group. */
  static KafkaOptions read(OptionValues values, String topic, String groupId) {
    return read(values, List.of(topic), Optional.empty(), groupId);
  }

  private static KafkaOptions read(
      OptionValues values, List<String> topics, Optional<Pattern> pattern, String groupId) {
    Duration discovery = values.require(PARTITION_DISCOVERY);
    values.check(
        discovery.toMillis() > 0, PARTITION_DISCOVERY.key() + ": must be longer than nothing");
    return new KafkaOptions(
        values.require(BOOTSTRAP_SERVERS),
        topics,
        pattern,
        groupId,
        values.require(START_FROM),
        values.require(EXPIRED_OFFSETS),
        values.require(CREATE_TIME),
        discovery,
        values.below(PROPERTIES));
  }

  /** Returns the properties of a client: the free ones, and where the brokers are. */
  public Map<String, String> clientProperties() {
    Map<String, String> client = new HashMap<>(properties);
    client.put(BOOTSTRAP_SERVERS_PROPERTY, bootstrapServers);
    return client;
  }
}
