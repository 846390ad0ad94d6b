package io.weir.operators.audit;

import io.weir.model.audit.FactBlock;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.java.functions.KeySelector;
import org.apache.flink.api.java.typeutils.ResultTypeQueryable;

/**
 * Which offsets a block is about.
 *
 * @param topic name of the topic
 * @param partition Kafka partition
 * @param block number of the block
 */
public record BlockKey(String topic, int partition, long block) {

  /** Reads the key of a block. */
  public static final class Of
      implements KeySelector<FactBlock, BlockKey>, ResultTypeQueryable<BlockKey> {
    private static final long serialVersionUID = 1;

    @Override
    public BlockKey getKey(FactBlock block) {
      return new BlockKey(block.topic(), block.partition(), block.block());
    }

    @Override
    public TypeInformation<BlockKey> getProducedType() {
      return TypeInformation.of(BlockKey.class);
    }
  }
}
