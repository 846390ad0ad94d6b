package io.weir.jobs.tasks;

import io.weir.jobs.options.AllOptions;
import io.weir.jobs.options.KafkaOptions;
import io.weir.jobs.options.LogsJobOptions;
import io.weir.jobs.options.OptionGroup;
import io.weir.jobs.options.OptionValues;
import io.weir.jobs.options.RunReportOptions;
import io.weir.jobs.options.TopicOptions;
import io.weir.jobs.options.TopicSpec;
import java.io.PrintStream;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.TopicExistsException;

/** Creates Weir's topics where they are missing, and reports how those that are there differ. */
public final class CreateTopics implements Task {

  private static final int MAX_REPLICAS = 3;

  /** Runs the task; see {@code --help}. */
  public static void main(String[] args) {
    System.exit(TaskRunner.run(new CreateTopics(), args, System.out, System.err));
  }

  @Override
  public String name() {
    return "CreateTopics";
  }

  @Override
  public String summary() {
    return "creates Weir's topics where they are missing. Changes nothing that is there, and"
        + " reports how it differs.";
  }

  @Override
  public List<OptionGroup> options() {
    return List.of(
        TopicOptions.GROUP, KafkaOptions.GROUP, LogsJobOptions.GROUP, RunReportOptions.GROUP);
  }

  @Override
  public Map<String, Long> run(String[] args, PrintStream out) throws Exception {
    OptionValues values = OptionValues.read(args, options(), AllOptions.GROUPS);
    Map<String, String> client = KafkaOptions.readClientProperties(values);
    Optional<Integer> wantedReplicas = TopicOptions.replicationFactor(values);
    List<TopicSpec> specs = TopicOptions.read(values);
    var unused = RunReportOptions.readPushgateway(values);
    values.throwIfInvalid();
    try (Admin admin = Admin.create(new HashMap<>(client))) {
      int replicas = wantedReplicas.orElseGet(() -> Math.min(MAX_REPLICAS, brokers(admin)));
      List<TopicSpec> topics = specs.stream().map(spec -> spec.replicated(replicas)).toList();
      List<TopicSpec> existing =
          topics.stream().filter(topic -> !create(admin, topic, out)).toList();
      report(admin, existing, out);
      return Map.of(
          "created_topics",
          (long) topics.size() - existing.size(),
          "existing_topics",
          (long) existing.size());
    }
  }

  private static int brokers(Admin admin) {
    return await(admin.describeCluster().nodes()).size();
  }

  /** Returns whether the topic was created; if not, it was there. */
  private static boolean create(Admin admin, TopicSpec topic, PrintStream out) {
    NewTopic wanted =
        new NewTopic(topic.name(), topic.partitions(), topic.replicationFactor())
            .configs(topic.config());
    try {
      await(admin.createTopics(List.of(wanted)).all());
      out.println(
          "created   "
              + topic.name()
              + ", partitions "
              + topic.partitions()
              + ", replicas "
              + topic.replicationFactor());
      return true;
    } catch (TopicExistsException e) {
      return false;
    }
  }

  private static void report(Admin admin, List<TopicSpec> wanted, PrintStream out) {
    Map<String, TopicDescription> descriptions =
        await(admin.describeTopics(wanted.stream().map(TopicSpec::name).toList()).allTopicNames());
    Map<ConfigResource, Config> configs =
        await(
            admin
                .describeConfigs(wanted.stream().map(topic -> resource(topic.name())).toList())
                .all());
    for (TopicSpec topic : wanted) {
      TopicSpec actual =
          actual(descriptions.get(topic.name()), configs.get(resource(topic.name())));
      List<String> differences = topic.differencesFrom(actual);
      out.println((differences.isEmpty() ? "unchanged " : "DIFFERS   ") + topic.name());
      differences.forEach(difference -> out.println("          " + difference));
    }
  }

  private static TopicSpec actual(TopicDescription description, Config config) {
    return new TopicSpec(
        description.name(),
        description.partitions().size(),
        (short) description.partitions().get(0).replicas().size(),
        config.entries().stream()
            .filter(entry -> entry.value() != null)
            .collect(Collectors.toMap(ConfigEntry::name, ConfigEntry::value)));
  }

  private static ConfigResource resource(String topic) {
    return new ConfigResource(ConfigResource.Type.TOPIC, topic);
  }

  /** Kafka's own exception is what says the reason. */
  private static <T> T await(KafkaFuture<T> future) {
    try {
      return future.get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      throw new IllegalStateException(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while waiting for Kafka", e);
    }
  }
}
