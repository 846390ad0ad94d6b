package io.weir.jobs.audit;

import io.weir.jobs.options.AuditJobOptions;
import io.weir.jobs.options.KafkaOptions;
import io.weir.jobs.tasks.PurgeDeadLetters;
import io.weir.model.audit.HourSlice;
import io.weir.model.audit.TopicSpan;
import io.weir.model.kafka.TopicCode;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.TopicPartitionInfo;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/** Asks Kafka which offsets it took in which hour, and how far the logs job has come. */
public final class AuditPlanner {
  /** Clocks of brokers and producers differ. */
  private static final Duration CLOCK_SKEW = Duration.ofMinutes(5);

  private final AuditJobOptions options;

  public AuditPlanner(AuditJobOptions options) {
    this.options = options;
  }

  /**
   * Makes the plan.
   *
   * @throws IllegalStateException if Kafka does not answer, naming the question
   */
  public AuditPlan plan() {
    KafkaOptions kafka = options.logs().kafka();
    Instant from = options.audit().from();
    Instant to = options.audit().to();
    try (Admin admin = Admin.create(new HashMap<>(kafka.clientProperties()))) {
      Map<String, TopicDescription> topics = describe(admin, topics(admin, kafka));
      List<TopicPartition> partitions = partitions(topics);
      // Before anything is read: what the job passes from now on may be found or not.
      Map<TopicPartition, OffsetAndMetadata> passed =
          await(
              "the offsets of group " + kafka.groupId(),
              admin.listConsumerGroupOffsets(kafka.groupId()).partitionsToOffsetAndMetadata());
      List<String> notes = new ArrayList<>();
      List<HourSlice> slices = slices(admin, partitions, passed, from, to, notes);
      if (slices.stream().allMatch(slice -> slice.first() == slice.end())) {
        notes.add("Kafka took no record in this time: there is nothing to audit");
      }
      Letters letters = letters(admin, from, notes);
      boolean cut = lettersCut(admin, letters, from, notes);
      return new AuditPlan(from, to, codes(topics), slices, letters.spans(), cut, notes);
    }
  }

  /**
   * What is known of the topics without looking at hours.
   *
   * @param codes code of the present incarnation of each topic
   * @param earliest the first offset that Kafka has of each partition
   * @param letters spans of the topic of dead letters
   */
  record Topics(
      Map<String, String> codes, Map<TopicPartition, Long> earliest, List<TopicSpan> letters) {

    /** Returns the first offset of a partition that Kafka has; 0 where nothing is known of it. */
    long retainedFrom(String topic, int partition) {
      return earliest.getOrDefault(new TopicPartition(topic, partition), 0L);
    }
  }

  /**
   * Asks about the topics.
   *
   * @param lettersFrom dead letters before this time are of no interest
   */
  Topics topics(Instant lettersFrom) {
    KafkaOptions kafka = options.logs().kafka();
    try (Admin admin = Admin.create(new HashMap<>(kafka.clientProperties()))) {
      Map<String, TopicDescription> topics = describe(admin, topics(admin, kafka));
      return new Topics(
          codes(topics),
          offsets(admin, partitions(topics), OffsetSpec.earliest()),
          letters(admin, lettersFrom, new ArrayList<>()).spans());
    }
  }

  /**
   * What there is of dead letters.
   *
   * @param there whether there is a topic of them
   * @param spans of the time
   * @param headless first offsets of the partitions before whose first letter others were deleted
   */
  private record Letters(
      boolean there, List<TopicSpan> spans, Map<TopicPartition, Long> headless) {}

  private static List<String> topics(Admin admin, KafkaOptions kafka) {
    if (kafka.topicPattern().isEmpty()) {
      return kafka.topics();
    }
    List<String> topics =
        await("the names of topics", admin.listTopics().names()).stream()
            .filter(name -> kafka.topicPattern().get().matcher(name).matches())
            .sorted()
            .toList();
    if (topics.isEmpty()) {
      throw new IllegalStateException(
          "no topic matches " + kafka.topicPattern().get() + ": is this the right cluster?");
    }
    return topics;
  }

  private static Map<String, TopicDescription> describe(Admin admin, List<String> topics) {
    return new TreeMap<>(await("topics " + topics, admin.describeTopics(topics).allTopicNames()));
  }

  private static List<TopicPartition> partitions(Map<String, TopicDescription> topics) {
    List<TopicPartition> partitions = new ArrayList<>();
    topics.forEach(
        (topic, description) ->
            description.partitions().stream()
                .map(TopicPartitionInfo::partition)
                .sorted()
                .forEach(number -> partitions.add(new TopicPartition(topic, number))));
    return partitions;
  }

  private static Map<String, String> codes(Map<String, TopicDescription> topics) {
    Map<String, String> codes = new TreeMap<>();
    topics.forEach(
        (topic, description) ->
            codes.put(
                topic,
                TopicCode.of(
                    description.topicId().getMostSignificantBits(),
                    description.topicId().getLeastSignificantBits())));
    return codes;
  }

  private static List<HourSlice> slices(
      Admin admin,
      List<TopicPartition> partitions,
      Map<TopicPartition, OffsetAndMetadata> passed,
      Instant from,
      Instant to,
      List<String> notes) {
    Map<TopicPartition, Long> earliest = offsets(admin, partitions, OffsetSpec.earliest());
    Map<TopicPartition, Long> latest = offsets(admin, partitions, OffsetSpec.latest());
    List<HourSlice> slices = new ArrayList<>();
    Map<TopicPartition, Long> begins = offsetsAt(admin, partitions, latest, from);
    Map<TopicPartition, Long> firsts = begins;
    for (Instant hour = from; hour.isBefore(to); hour = hour.plus(Duration.ofHours(1))) {
      Instant next = hour.plus(Duration.ofHours(1));
      Instant until = next.isBefore(to) ? next : to;
      Map<TopicPartition, Long> ends = offsetsAt(admin, partitions, latest, until);
      for (TopicPartition partition : partitions) {
        long first = begins.get(partition);
        OffsetAndMetadata committed = passed.get(partition);
        slices.add(
            new HourSlice(
                partition.topic(),
                partition.partition(),
                hour.toEpochMilli(),
                first,
                Math.max(first, ends.get(partition)),
                committed == null ? 0 : committed.offset(),
                earliest.get(partition)));
      }
      begins = ends;
    }
    List<String> cut = names(headless(firsts, earliest));
    if (!cut.isEmpty()) {
      notes.add(
          "Kafka may have deleted the beginning of this time in these partitions; what the archive has"
              + " of it is audited: "
              + cut);
    }
    List<String> unread =
        partitions.stream().filter(p -> !passed.containsKey(p)).map(Object::toString).toList();
    if (!unread.isEmpty()) {
      notes.add("the logs job has committed no offset of these, all of it is pending: " + unread);
    }
    return slices;
  }

  /** Returns the first offset appended at a time or later; the end of the partition if none was. */
  private static Map<TopicPartition, Long> offsetsAt(
      Admin admin,
      List<TopicPartition> partitions,
      Map<TopicPartition, Long> latest,
      Instant time) {
    Map<TopicPartition, Long> offsets =
        offsets(admin, partitions, OffsetSpec.forTimestamp(time.toEpochMilli()));
    offsets.replaceAll((partition, offset) -> offset < 0 ? latest.get(partition) : offset);
    return offsets;
  }

  private static Map<TopicPartition, Long> offsets(
      Admin admin, List<TopicPartition> partitions, OffsetSpec spec) {
    Map<TopicPartition, OffsetSpec> question = new HashMap<>();
    partitions.forEach(partition -> question.put(partition, spec));
    Map<TopicPartition, Long> offsets = new HashMap<>();
    await("the offsets of " + partitions, admin.listOffsets(question).all())
        .forEach((partition, result) -> offsets.put(partition, result.offset()));
    return offsets;
  }

  private Letters letters(Admin admin, Instant from, List<String> notes) {
    String topic = options.logs().deadLetters().topic();
    Map<String, TopicDescription> described;
    try {
      described = describe(admin, List.of(topic));
    } catch (UnknownTopicOrPartitionException e) {
      notes.add("there is no topic of dead letters '" + topic + "'");
      return new Letters(false, List.of(), Map.of());
    }
    List<TopicPartition> partitions = partitions(described);
    Map<TopicPartition, Long> latest = offsets(admin, partitions, OffsetSpec.latest());
    Map<TopicPartition, Long> earliest = offsets(admin, partitions, OffsetSpec.earliest());
    Map<TopicPartition, Long> begins =
        from.equals(Instant.EPOCH)
            ? earliest
            : offsetsAt(admin, partitions, latest, from.minus(CLOCK_SKEW));
    List<TopicSpan> spans = new ArrayList<>();
    String code = codes(described).get(topic);
    for (TopicPartition partition : partitions) {
      spans.addAll(
          AuditPlan.portions(
              topic, code, partition.partition(), begins.get(partition), latest.get(partition)));
    }
    return new Letters(true, spans, headless(begins, earliest));
  }

  /** Returns whether letters of the time may be gone, and notes where. */
  private boolean lettersCut(Admin admin, Letters letters, Instant from, List<String> notes) {
    if (letters.headless().isEmpty()) {
      return !letters.there();
    }
    String topic = options.logs().deadLetters().topic();
    boolean expired = from.minus(CLOCK_SKEW).isBefore(keptFrom(admin, topic));
    Map<TopicPartition, OffsetAndMetadata> purged =
        await(
            "what was purged of " + topic,
            admin
                .listConsumerGroupOffsets(PurgeDeadLetters.PURGED_GROUP)
                .partitionsToOffsetAndMetadata());
    Map<TopicPartition, Long> cut = new HashMap<>(letters.headless());
    cut.entrySet()
        .removeIf(first -> !expired && !isPurged(purged.get(first.getKey()), first.getValue()));
    if (!cut.isEmpty()) {
      notes.add(
          "dead letters of this time may have been purged or have expired in these partitions; what"
              + " they accounted for, duplicates too, looks missing: "
              + names(cut));
    }
    return !cut.isEmpty();
  }

  /**
   * Returns the first offsets of the partitions of which the beginning of a time may be deleted:
   * Kafka deletes from the front, so where a record from before it is left, all of the time are.
   *
   * @param begins first offset of the time
   * @param earliest first offset that is left
   */
  private static Map<TopicPartition, Long> headless(
      Map<TopicPartition, Long> begins, Map<TopicPartition, Long> earliest) {
    Map<TopicPartition, Long> headless = new HashMap<>(earliest);
    headless.entrySet().removeIf(first -> first.getValue() == 0);
    headless.entrySet().retainAll(begins.entrySet());
    return headless;
  }

  private static List<String> names(Map<TopicPartition, Long> partitions) {
    return partitions.keySet().stream().map(TopicPartition::toString).sorted().toList();
  }

  /** Whether it was a purge, and not age, that deleted what is before the first offset. */
  private static boolean isPurged(OffsetAndMetadata purgedTo, long earliest) {
    return purgedTo != null && purgedTo.offset() >= earliest;
  }

  /** Returns since when age has deleted nothing. */
  private static Instant keptFrom(Admin admin, String topic) {
    ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
    ConfigEntry retention =
        await(
                "how long " + topic + " keeps letters",
                admin.describeConfigs(List.of(resource)).values().get(resource))
            .get(TopicConfig.RETENTION_MS_CONFIG);
    long millis = Long.parseLong(retention.value());
    return millis < 0 ? Instant.EPOCH : Instant.now().minusMillis(millis);
  }

  /** Kafka's own exception is what says the reason. */
  private static <T> T await(String question, KafkaFuture<T> future) {
    try {
      return future.get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof UnknownTopicOrPartitionException unknown) {
        throw unknown;
      }
      throw new IllegalStateException(
          "cannot learn " + question + ": " + e.getCause().getMessage(), e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while asking Kafka for " + question, e);
    }
  }
}
