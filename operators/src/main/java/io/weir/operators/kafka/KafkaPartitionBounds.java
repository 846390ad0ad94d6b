package io.weir.operators.kafka;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/** Asks a Kafka cluster for the bounds of partitions; a client lives for one question. */
public final class KafkaPartitionBounds implements PartitionBounds {
  private static final long serialVersionUID = 1;

  private final HashMap<String, String> clientProperties;

  /**
   * Creates a lookup.
   *
   * @param clientProperties properties of Kafka's admin client, {@code bootstrap.servers} at least
   */
  public KafkaPartitionBounds(Map<String, String> clientProperties) {
    this.clientProperties = new HashMap<>(requireNonNull(clientProperties, "clientProperties"));
  }

  @Override
  public Map<TopicPartition, Range> of(Collection<TopicPartition> partitions) {
    try (Admin admin = Admin.create(new HashMap<>(clientProperties))) {
      List<TopicPartition> existing = existing(admin, partitions);
      Map<TopicPartition, Long> earliest = offsets(admin, existing, OffsetSpec.earliest());
      Map<TopicPartition, Long> end = offsets(admin, existing, OffsetSpec.latest());
      Map<TopicPartition, Range> ranges = new HashMap<>();
      for (TopicPartition partition : existing) {
        ranges.put(partition, new Range(earliest.get(partition), end.get(partition)));
      }
      return ranges;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while asking Kafka for offsets", e);
    } catch (ExecutionException e) {
      throw new IllegalStateException(
          "cannot learn the offsets of " + partitions + ": " + e.getCause().getMessage(),
          e.getCause());
    }
  }

  /** A question about a partition that does not exist would be retried until it times out. */
  private static List<TopicPartition> existing(Admin admin, Collection<TopicPartition> partitions)
      throws InterruptedException, ExecutionException {
    Set<String> topics = new HashSet<>();
    partitions.forEach(partition -> topics.add(partition.topic()));
    Map<String, KafkaFuture<TopicDescription>> answers =
        admin.describeTopics(topics).topicNameValues();
    Map<String, Integer> partitionCounts = new HashMap<>();
    for (String topic : topics) {
      partitionCounts.put(topic, partitionCount(answers.get(topic)));
    }
    List<TopicPartition> existing = new ArrayList<>(partitions);
    existing.removeIf(partition -> partition.partition() >= partitionCounts.get(partition.topic()));
    return existing;
  }

  private static int partitionCount(KafkaFuture<TopicDescription> answer)
      throws InterruptedException, ExecutionException {
    try {
      return answer.get().partitions().size();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof UnknownTopicOrPartitionException) {
        return 0;
      }
      throw e;
    }
  }

  private static Map<TopicPartition, Long> offsets(
      Admin admin, List<TopicPartition> partitions, OffsetSpec spec)
      throws InterruptedException, ExecutionException {
    Map<TopicPartition, OffsetSpec> question = new HashMap<>();
    partitions.forEach(partition -> question.put(partition, spec));
    Map<TopicPartition, Long> offsets = new HashMap<>();
    admin
        .listOffsets(question)
        .all()
        .get()
        .forEach((partition, result) -> offsets.put(partition, result.offset()));
    return offsets;
  }
}
