package io.weir.jobs.options;

import io.weir.operators.kafka.ExpiredOffsets;
import io.weir.operators.logs.CreateTimePolicy;
import io.weir.sinks.alertmanager.AlertmanagerConnection;
import io.weir.sinks.webhook.WebhookTargets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Everything that the alerts job is told, checked.
 *
 * @param client properties of Kafka's clients
 * @param topics which topics it reads and writes
 * @param groupId group under which offsets are committed, for monitoring only
 * @param startFrom where to start when there is no state
 * @param expiredOffsets what to do when the next offset is gone
 * @param createTime what to do with records that do not carry the append time
 * @param partitionDiscovery how often to look for new partitions
 * @param outOfOrder how much later than its neighbours a point may come and still be in time
 * @param idleAfter how long a partition may say nothing before the others no longer wait for it
 * @param silenceAfter how long nobody may write any point before silence is judged
 * @param maxGroupsPerRule most groups of a rule in each task
 * @param alertmanager whom to tell; empty to tell nobody
 * @param webhooks whom else to tell; empty to tell nobody
 * @param shown every option in force as text, secrets hidden, for the log
 */
public record AlertsJobOptions(
    Map<String, String> client,
    Topics topics,
    String groupId,
    StartFrom startFrom,
    ExpiredOffsets expiredOffsets,
    CreateTimePolicy createTime,
    Duration partitionDiscovery,
    Duration outOfOrder,
    Duration idleAfter,
    Duration silenceAfter,
    int maxGroupsPerRule,
    Optional<Alertmanager> alertmanager,
    Optional<WebhookTargets> webhooks,
    Map<String, String> shown) {

  /**
   * Topics of the job.
   *
   * @param points metric points, read
   * @param rules alert rules, read
   * @param states latest state of each alert, written
   * @param history every transition, written
   */
  public record Topics(String points, String rules, String states, String history) {}

  /**
   * How Alertmanagers are told.
   *
   * @param connection where they are
   * @param resendEvery how often a firing alert is told again
   * @param endsAfter how far away the end of a firing alert is
   * @param gatewayUrl where people find the gateway, if anybody says so
   */
  public record Alertmanager(
      AlertmanagerConnection connection,
      Duration resendEvery,
      Duration endsAfter,
      Optional<String> gatewayUrl) {}

  private static final Option<String> POINTS_TOPIC =
      Option.of(
          "alerts.metrics-topic", OptionType.TEXT, "metrics", "Topic of metric points, read.");

  private static final Option<String> RULES_TOPIC =
      Option.of(
          "alerts.rules-topic",
          OptionType.TEXT,
          "alert-rules",
          "Topic of alert rules, read from its beginning at each start.");

  private static final Option<String> STATE_TOPIC =
      Option.of(
          "alerts.state-topic",
          OptionType.TEXT,
          "alert-state",
          "Topic that holds the latest state of each alert, written.");

  private static final Option<String> HISTORY_TOPIC =
      Option.of(
          "alerts.history-topic",
          OptionType.TEXT,
          "alert-history",
          "Topic of every transition of every alert, written.");

  private static final Option<String> GROUP_ID =
      Option.of(
          "alerts.group-id",
          OptionType.TEXT,
          "weir-alerts",
          "Consumer group under which each completed checkpoint commits its offsets, so that usual"
              + " tools show the lag. A job never starts from them.");

  private static final Option<StartFrom> START_FROM =
      Option.of(
          "alerts.start-from",
          StartFrom.TYPE,
          "latest",
          "Where to start in partitions for which there is no checkpoint or savepoint. `latest`,"
              + " because an alert about yesterday helps nobody; a resumed job ignores it and"
              + " catches up.");

  private static final Option<Duration> OUT_OF_ORDER =
      Option.of(
          "alerts.out-of-order",
          OptionType.DURATION,
          "5 s",
          "How much later than the newest point of its partition a point may come and still be"
              + " counted in all of its windows. Every evaluation waits that long.");

  private static final Option<Duration> IDLE_AFTER =
      Option.of(
          "alerts.idle-after",
          OptionType.DURATION,
          "15 s",
          "How long a partition of points may say nothing before evaluations no longer wait for"
              + " it.");

  private static final Option<Duration> SILENCE_AFTER =
      Option.of(
          "alerts.silence-after",
          OptionType.DURATION,
          "30 s",
          "How long nobody may write any point before time goes on without points, so that absence"
              + " and missing data are noticed.");

  private static final Option<Integer> MAX_GROUPS =
      Option.of(
          "alerts.max-groups-per-rule",
          OptionType.integer(1, Integer.MAX_VALUE),
          "10000",
          "Most groups of a rule in each task, so that a tag with a value for each request cannot"
              + " fill its memory. Points of further groups are counted as `pointsOfRefusedGroups`"
              + " and evaluated no more.");

  private static final Option<String> GATEWAY_URL =
      Option.of(
          "alerts.gateway-url",
          OptionType.TEXT,
          "Where people find the gateway, for example `https://weir.example.org`: alerts get a link"
              + " to their state there.");

  /** The options that are the job's own. */
  public static final OptionGroup GROUP =
      OptionGroup.of(
          "Alerts job",
          "`io.weir.jobs.AlertsJob` reads points and rules and tells where alerts stand. Of the group"
              + " Kafka it takes `kafka.bootstrap-servers`, `kafka.expired-offsets`,"
              + " `kafka.create-time`, `kafka.partition-discovery` and `kafka.properties.*`.",
          POINTS_TOPIC,
          RULES_TOPIC,
          STATE_TOPIC,
          HISTORY_TOPIC,
          GROUP_ID,
          START_FROM,
          OUT_OF_ORDER,
          IDLE_AFTER,
          SILENCE_AFTER,
          MAX_GROUPS,
          GATEWAY_URL);

  /** What the alerts job knows, in the order of the reference. */
  public static final List<OptionGroup> GROUPS =
      List.of(GROUP, KafkaOptions.GROUP, AlertmanagerOptions.GROUP, WebhookOptions.GROUP);

  /**
   * Reads arguments and the file that they name.
   *
   * @throws InvalidOptionsException listing everything that is wrong
   */
  public static AlertsJobOptions parse(String... args) {
    OptionValues values = OptionValues.read(args, GROUPS, AllOptions.GROUPS);
    KafkaOptions kafka = KafkaOptions.read(values);
    Topics topics =
        new Topics(
            values.require(POINTS_TOPIC),
            values.require(RULES_TOPIC),
            values.require(STATE_TOPIC),
            values.require(HISTORY_TOPIC));
    String groupId = values.require(GROUP_ID);
    StartFrom startFrom = values.require(START_FROM);
    Duration outOfOrder = values.require(OUT_OF_ORDER);
    Duration idleAfter = values.require(IDLE_AFTER);
    Duration silenceAfter = values.require(SILENCE_AFTER);
    values.check(idleAfter.toMillis() > 0, IDLE_AFTER.key() + ": must be longer than nothing");
    values.check(
        silenceAfter.toMillis() > 0, SILENCE_AFTER.key() + ": must be longer than nothing");
    int maxGroups = values.require(MAX_GROUPS);
    Optional<String> gatewayUrl = values.find(GATEWAY_URL);
    Optional<Alertmanager> alertmanager = AlertmanagerOptions.read(values, gatewayUrl);
    Optional<WebhookTargets> webhooks = WebhookOptions.read(values);
    values.throwIfInvalid();
    return new AlertsJobOptions(
        kafka.clientProperties(),
        topics,
        groupId,
        startFrom,
        kafka.expiredOffsets(),
        kafka.createTime(),
        kafka.partitionDiscovery(),
        outOfOrder,
        idleAfter,
        silenceAfter,
        maxGroups,
        alertmanager,
        webhooks,
        values.shown());
  }
}
