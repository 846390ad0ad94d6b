package io.weir.gateway.kafka;

import io.weir.gateway.config.GatewayConfig;
import io.weir.gateway.search.StoreException;
import io.weir.gateway.tail.LogReader;
import io.weir.gateway.tail.LogTopic;
import io.weir.gateway.tail.TopicInfo;
import io.weir.model.kafka.TopicCode;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/** The topic of logs in a real Kafka. */
public final class KafkaLogTopic implements LogTopic, AutoCloseable {
  private static final Duration TIMEOUT = Duration.ofSeconds(5);

  private final Admin admin;
  private final Supplier<Consumer<byte[], byte[]>> consumers;
  private final String topic;

  /**
   * @param admin owned from now on
   * @param consumers makes a consumer that is assigned nothing
   */
  KafkaLogTopic(Admin admin, Supplier<Consumer<byte[], byte[]>> consumers, String topic) {
    this.admin = Objects.requireNonNull(admin, "admin");
    this.consumers = Objects.requireNonNull(consumers, "consumers");
    this.topic = Objects.requireNonNull(topic, "topic");
  }

  /** Connects; nothing is sent yet. */
  public static KafkaLogTopic connect(GatewayConfig.Kafka kafka) {
    return new KafkaLogTopic(
        KafkaClients.admin(kafka, TIMEOUT),
        () -> KafkaClients.tailConsumer(kafka),
        kafka.logsTopic());
  }

  @Override
  public TopicInfo describe() {
    TopicDescription description =
        await(admin.describeTopics(List.of(topic)).allTopicNames()).get(topic);
    Uuid id = description.topicId();
    return new TopicInfo(
        topic,
        TopicCode.of(id.getMostSignificantBits(), id.getLeastSignificantBits()),
        description.partitions().size());
  }

  @Override
  public Map<Integer, Long> earliest(Set<Integer> partitions) {
    return offsets(partitions, OffsetSpec.earliest());
  }

  @Override
  public Map<Integer, Long> latest(Set<Integer> partitions) {
    return offsets(partitions, OffsetSpec.latest());
  }

  @Override
  public Map<Integer, Long> since(Set<Integer> partitions, long epochMillis) {
    // Asked before: what comes in between the two questions is not older than the given time.
    Map<Integer, Long> ends = latest(partitions);
    Map<Integer, Long> found = offsets(partitions, OffsetSpec.forTimestamp(epochMillis));
    found.replaceAll((partition, offset) -> offset < 0 ? ends.get(partition) : offset);
    return found;
  }

  private Map<Integer, Long> offsets(Set<Integer> partitions, OffsetSpec which) {
    if (partitions.isEmpty()) {
      return new HashMap<>();
    }
    Map<TopicPartition, ListOffsetsResultInfo> answer =
        await(
            admin
                .listOffsets(
                    partitions.stream()
                        .collect(
                            Collectors.toMap(
                                partition -> new TopicPartition(topic, partition),
                                partition -> which)))
                .all());
    Map<Integer, Long> offsets = new HashMap<>();
    answer.forEach((partition, info) -> offsets.put(partition.partition(), info.offset()));
    return offsets;
  }

  private <T> T await(KafkaFuture<T> future) {
    try {
      return future.get(TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      throw unavailable(
          e.getCause() instanceof UnknownTopicOrPartitionException
              ? "there is no topic '" + topic + "', or not all of its partitions"
              : "topic '" + topic + "': " + e.getCause().getMessage(),
          e.getCause());
    } catch (TimeoutException e) {
      throw unavailable("no broker answered within " + TIMEOUT.toSeconds() + " s", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw unavailable("interrupted", e);
    }
  }

  private static StoreException unavailable(String message, Throwable cause) {
    return new StoreException(StoreException.Kind.UNAVAILABLE, message, cause);
  }

  @Override
  public LogReader reader() {
    return new KafkaLogReader(consumers.get(), topic);
  }

  @Override
  public void close() {
    admin.close(Duration.ofSeconds(1));
  }
}
