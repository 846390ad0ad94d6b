package io.weir.operators.kafka;

import static java.util.Objects.requireNonNull;

import io.weir.operators.OperatorMetrics;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.connector.source.Boundedness;
import org.apache.flink.api.connector.source.Source;
import org.apache.flink.api.connector.source.SourceReader;
import org.apache.flink.api.connector.source.SourceReaderContext;
import org.apache.flink.api.connector.source.SplitEnumerator;
import org.apache.flink.api.connector.source.SplitEnumeratorContext;
import org.apache.flink.api.java.typeutils.ResultTypeQueryable;
import org.apache.flink.connector.kafka.source.enumerator.KafkaSourceEnumState;
import org.apache.flink.connector.kafka.source.split.KafkaPartitionSplit;
import org.apache.flink.core.io.SimpleVersionedSerializer;

/**
 * A Kafka source that never skips silently: before a reader starts on a split, also on one from a
 * checkpoint, it is checked that Kafka still has the split's offset (see {@link ExpiredOffsets}).
 * The wrapped source must start with {@link NoSilentReset}, so that records which expire while the
 * job runs bring it back here. State is the wrapped source's, unchanged: a savepoint of the one
 * restores in the other.
 *
 * @param <T> type of the elements
 */
public final class OffsetGuardedSource<T>
    implements Source<T, KafkaPartitionSplit, KafkaSourceEnumState>, ResultTypeQueryable<T> {
  private static final long serialVersionUID = 1;

  private final Source<T, KafkaPartitionSplit, KafkaSourceEnumState> source;
  private final TypeInformation<T> producedType;
  private final ExpiredOffsets policy;
  private final PartitionBounds bounds;

  /**
   * Wraps a source.
   *
   * @param source the Kafka source that reads
   * @param producedType type of its elements
   * @param policy what to do when an offset is gone
   * @param bounds tells which offsets there are
   */
  public OffsetGuardedSource(
      Source<T, KafkaPartitionSplit, KafkaSourceEnumState> source,
      TypeInformation<T> producedType,
      ExpiredOffsets policy,
      PartitionBounds bounds) {
    this.source = requireNonNull(source, "source");
    this.producedType = requireNonNull(producedType, "producedType");
    this.policy = requireNonNull(policy, "policy");
    this.bounds = requireNonNull(bounds, "bounds");
  }

  @Override
  public SourceReader<T, KafkaPartitionSplit> createReader(SourceReaderContext context)
      throws Exception {
    NativeLz4.load();
    OffsetGuard guard =
        new OffsetGuard(
            policy, bounds, context.metricGroup().counter(OperatorMetrics.EXPIRED_RECORDS));
    return new OffsetGuardedReader<>(source.createReader(context), guard);
  }

  @Override
  public SplitEnumerator<KafkaPartitionSplit, KafkaSourceEnumState> createEnumerator(
      SplitEnumeratorContext<KafkaPartitionSplit> context) throws Exception {
    return source.createEnumerator(context);
  }

  @Override
  public SplitEnumerator<KafkaPartitionSplit, KafkaSourceEnumState> restoreEnumerator(
      SplitEnumeratorContext<KafkaPartitionSplit> context, KafkaSourceEnumState state)
      throws Exception {
    return source.restoreEnumerator(context, state);
  }

  @Override
  public Boundedness getBoundedness() {
    return source.getBoundedness();
  }

  @Override
  public SimpleVersionedSerializer<KafkaPartitionSplit> getSplitSerializer() {
    return source.getSplitSerializer();
  }

  @Override
  public SimpleVersionedSerializer<KafkaSourceEnumState> getEnumeratorCheckpointSerializer() {
    return source.getEnumeratorCheckpointSerializer();
  }

  @Override
  public TypeInformation<T> getProducedType() {
    return producedType;
  }
}
