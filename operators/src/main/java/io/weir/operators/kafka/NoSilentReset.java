package io.weir.operators.kafka;

import static java.util.Objects.requireNonNull;

import java.util.Collection;
import java.util.Map;
import org.apache.flink.connector.kafka.source.enumerator.initializer.OffsetsInitializer;
import org.apache.kafka.clients.consumer.OffsetResetStrategy;
import org.apache.kafka.common.TopicPartition;

/**
 * Starts where another initializer says, but forbids Kafka's consumer to jump by itself when an
 * offset is out of range: {@code auto.offset.reset}, which the source takes from the initializer
 * and which therefore cannot be configured, becomes {@code none}. The consumer then throws, the job
 * restarts, and {@link OffsetGuardedSource} decides.
 */
public final class NoSilentReset implements OffsetsInitializer {
  private static final long serialVersionUID = 1;

  private final OffsetsInitializer start;

  /** Creates an initializer that starts where {@code start} says. */
  public NoSilentReset(OffsetsInitializer start) {
    this.start = requireNonNull(start, "start");
  }

  @Override
  public Map<TopicPartition, Long> getPartitionOffsets(
      Collection<TopicPartition> partitions, PartitionOffsetsRetriever retriever) {
    return start.getPartitionOffsets(partitions, retriever);
  }

  @Override
  public OffsetResetStrategy getAutoOffsetResetStrategy() {
    return OffsetResetStrategy.NONE;
  }
}
