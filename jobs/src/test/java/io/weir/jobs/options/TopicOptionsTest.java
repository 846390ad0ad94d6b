package io.weir.jobs.options;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class TopicOptionsTest {

  private static Map<String, TopicSpec> topics(String... args) {
    OptionValues values =
        OptionValues.read(
            args,
            List.of(TopicOptions.GROUP, KafkaOptions.GROUP, LogsJobOptions.GROUP),
            AllOptions.GROUPS);
    List<TopicSpec> topics = TopicOptions.read(values);
    values.throwIfInvalid();
    return topics.stream().collect(Collectors.toMap(TopicSpec::name, Function.identity()));
  }

  @Test
  void namesEveryTopicOfTheDesign() {
    assertThat(topics())
        .containsOnlyKeys(
            "logs",
            "metrics",
            "alert-rules",
            "dashboards",
            "alert-state",
            "alert-history",
            "logs-dead-letters",
            "metrics-dead-letters");
  }

  @Test
  void inputsCarryTheAppendTimeAndAreKeptTwoDays() {
    for (String input : List.of("logs", "metrics")) {
      assertThat(topics().get(input).config())
          .containsEntry("message.timestamp.type", "LogAppendTime")
          .containsEntry("retention.ms", "172800000");
    }
  }

  @Test
  void whatIsStateIsCompactedAndNeverExpires() {
    for (String state : List.of("alert-rules", "dashboards", "alert-state")) {
      assertThat(topics().get(state).config())
          .containsEntry("cleanup.policy", "compact")
          .doesNotContainKey("retention.ms");
    }
    assertThat(topics().get("alert-rules").partitions()).isEqualTo(1);
  }

  @Test
  void theTopicTakesTheLargestDeadLetterThatTheJobWrites() {
    for (String size : List.of("4 mb", "5 mb")) {
      LogsJobOptions job =
          LogsJobOptions.parse(
              "--kafka.bootstrap-servers", "x:1",
              "--logs.stores", "none",
              "--dead-letters.max-size", size);

      assertThat(topics("--dead-letters.max-size", size).get("logs-dead-letters").config())
          .containsEntry("max.message.bytes", Integer.toString(job.deadLetters().maxRecordBytes()));
    }
  }

  @Test
  void brokersTakeRecordsThatAreTooLongForTheParser() {
    LogsJobOptions job =
        LogsJobOptions.parse("--kafka.bootstrap-servers", "x:1", "--logs.stores", "none");

    assertThat(Long.parseLong(topics().get("logs").config().get("max.message.bytes")))
        .isGreaterThan(job.limits().maxRecordBytes());
  }

  @Test
  void writesNeedTwoReplicasOnlyWhereThereAreThree() {
    TopicSpec logs = topics().get("logs");

    assertThat(logs.replicated(3).replicationFactor()).isEqualTo((short) 3);
    assertThat(logs.replicated(3).config()).containsEntry("min.insync.replicas", "2");
    assertThat(logs.replicated(1).config()).containsEntry("min.insync.replicas", "1");
  }

  @Test
  void everyTopicThatIsReadIsALogTopic() {
    assertThat(topics("--kafka.topics", "web,audit", "--topics.logs.partitions", "12"))
        .containsKeys("web", "audit")
        .doesNotContainKey("logs")
        .extractingByKey("audit")
        .extracting(TopicSpec::partitions)
        .isEqualTo(12);
  }

  @Test
  void saysHowAnExistingTopicDiffers() {
    TopicSpec wanted =
        new TopicSpec("logs", 4, (short) 3, Map.of("message.timestamp.type", "LogAppendTime"));
    TopicSpec existing =
        new TopicSpec(
            "logs", 2, (short) 3, Map.of("message.timestamp.type", "CreateTime", "other", "x"));

    assertThat(wanted.differencesFrom(existing))
        .containsExactly(
            "partitions is 2, should be 4",
            "message.timestamp.type is CreateTime, should be LogAppendTime");
    assertThat(wanted.differencesFrom(wanted)).isEmpty();
  }
}
