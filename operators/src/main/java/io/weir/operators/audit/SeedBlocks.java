package io.weir.operators.audit;

import io.weir.model.audit.FactBlock;
import io.weir.model.audit.HourSlice;
import org.apache.flink.api.common.functions.FlatMapFunction;
import org.apache.flink.util.Collector;

/**
 * Names every block of an hour, without knowing anything of it: what no source has seen would
 * otherwise not be missed.
 */
public final class SeedBlocks implements FlatMapFunction<HourSlice, FactBlock> {
  private static final long serialVersionUID = 1;

  @Override
  public void flatMap(HourSlice slice, Collector<FactBlock> out) {
    if (slice.first() == slice.end()) {
      return;
    }
    long last = FactBlock.blockOf(slice.end() - 1);
    for (long block = FactBlock.blockOf(slice.first()); block <= last; block++) {
      out.collect(FactBlock.unknown(slice.topic(), slice.partition(), block));
    }
  }
}
