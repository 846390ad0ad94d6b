package io.weir.jobs.tasks;

import io.weir.jobs.options.AllOptions;
import io.weir.jobs.options.KafkaOptions;
import io.weir.jobs.options.LogsJobOptions;
import io.weir.jobs.options.OptionGroup;
import io.weir.jobs.options.OptionValues;
import io.weir.jobs.options.PurgeOptions;
import io.weir.jobs.options.RunReportOptions;
import java.io.IOException;
import java.io.PrintStream;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.DeletedRecords;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;

/**
 * Deletes the oldest dead letters. Kafka deletes from the beginning of a partition up to an offset,
 * so a purge is one of time, not of reason; and what is deleted is gone for good.
 */
public final class PurgeDeadLetters implements Task {
  /**
   * Consumer group whose offsets say up to where letters were purged. What age has deleted no audit
   * of a younger time misses; what was purged it does.
   */
  public static final String PURGED_GROUP = "weir-purged-letters";

  private static final Comparator<TopicPartition> BY_NUMBER =
      Comparator.comparingInt(TopicPartition::partition);

  /** Runs the task; see {@code --help}. */
  public static void main(String[] args) {
    System.exit(TaskRunner.run(new PurgeDeadLetters(), args, System.out, System.err));
  }

  @Override
  public String name() {
    return "PurgeDeadLetters";
  }

  @Override
  public String summary() {
    return "deletes the dead letters that were written before a time. An audit of that time then"
        + " misses what they accounted for.";
  }

  @Override
  public List<OptionGroup> options() {
    // Of the logs job it asks for Kafka and the topic alone, and takes what that job is told.
    List<OptionGroup> groups = new ArrayList<>();
    groups.add(PurgeOptions.GROUP);
    groups.addAll(LogsJobOptions.GROUPS);
    groups.add(RunReportOptions.GROUP);
    return groups;
  }

  @Override
  public Map<String, Long> run(String[] args, PrintStream out) throws Exception {
    OptionValues values = OptionValues.read(args, options(), AllOptions.GROUPS);
    Map<String, String> client = KafkaOptions.readClientProperties(values);
    String topic = values.require(LogsJobOptions.DEAD_LETTERS_TOPIC);
    Instant before = PurgeOptions.readBefore(values);
    boolean dryRun = PurgeOptions.readDryRun(values);
    var unused = RunReportOptions.readPushgateway(values);
    values.throwIfInvalid();
    try (Admin admin = Admin.create(new HashMap<>(client))) {
      return purge(admin, topic, before, dryRun, out);
    }
  }

  private static Map<String, Long> purge(
      Admin admin, String topic, Instant before, boolean dryRun, PrintStream out) throws Exception {
    List<TopicPartition> partitions =
        await(admin.describeTopics(List.of(topic)).allTopicNames()).get(topic).partitions().stream()
            .map(info -> new TopicPartition(topic, info.partition()))
            .toList();
    Map<TopicPartition, Long> begins = offsets(admin, partitions, OffsetSpec.earliest());
    Map<TopicPartition, Long> latest = offsets(admin, partitions, OffsetSpec.latest());
    Map<TopicPartition, Long> firstKept =
        offsets(admin, partitions, OffsetSpec.forTimestamp(before.toEpochMilli()));
    Map<TopicPartition, RecordsToDelete> deletions = new TreeMap<>(BY_NUMBER);
    Map<TopicPartition, String> descriptions = new HashMap<>();
    long letters = 0;
    for (TopicPartition partition : partitions) {
      // Kafka says -1 where no record is that young.
      long end = firstKept.get(partition) < 0 ? latest.get(partition) : firstKept.get(partition);
      long count = end - begins.get(partition);
      if (count > 0) {
        deletions.put(partition, RecordsToDelete.beforeOffset(end));
        descriptions.put(partition, partition + " up to offset " + end + ", letters " + count);
        letters += count;
      }
    }
    if (dryRun) {
      deletions.keySet().forEach(of -> out.println("would delete " + descriptions.get(of)));
      out.println("would delete " + letters + " dead letters");
      return Map.of();
    }
    notePurge(admin, deletions);
    Map<TopicPartition, KafkaFuture<DeletedRecords>> answers =
        deletions.isEmpty() ? Map.of() : admin.deleteRecords(deletions).lowWatermarks();
    List<String> refused = new ArrayList<>();
    Exception cause = null;
    for (TopicPartition partition : deletions.keySet()) {
      try {
        await(answers.get(partition));
        out.println("deleted " + descriptions.get(partition));
      } catch (KafkaException e) {
        refused.add(partition + ": " + e.getMessage());
        cause = e;
      }
    }
    if (!refused.isEmpty()) {
      throw new IOException("could not delete the letters of " + String.join("; ", refused), cause);
    }
    out.println("deleted " + letters + " dead letters");
    return Map.of("deleted_letters", letters);
  }

  /** Before it is done: a purge that nobody knows of would be worse than one that was not done. */
  private static void notePurge(Admin admin, Map<TopicPartition, RecordsToDelete> deletions)
      throws Exception {
    if (deletions.isEmpty()) {
      return;
    }
    Map<TopicPartition, OffsetAndMetadata> upTo = new HashMap<>();
    deletions.forEach(
        (partition, deletion) ->
            upTo.put(partition, new OffsetAndMetadata(deletion.beforeOffset())));
    await(admin.alterConsumerGroupOffsets(PURGED_GROUP, upTo).all());
  }

  private static Map<TopicPartition, Long> offsets(
      Admin admin, List<TopicPartition> partitions, OffsetSpec spec) throws Exception {
    Map<TopicPartition, OffsetSpec> question = new HashMap<>();
    partitions.forEach(partition -> question.put(partition, spec));
    Map<TopicPartition, Long> offsets = new TreeMap<>(BY_NUMBER);
    await(admin.listOffsets(question).all())
        .forEach((partition, result) -> offsets.put(partition, result.offset()));
    return offsets;
  }

  /** Kafka's own exception is what says the reason. */
  private static <T> T await(KafkaFuture<T> future) throws Exception {
    try {
      return future.get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof Exception cause) {
        throw cause;
      }
      throw e;
    }
  }
}
