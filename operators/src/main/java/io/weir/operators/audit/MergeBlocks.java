package io.weir.operators.audit;

import io.weir.model.audit.FactBlock;
import org.apache.flink.api.common.functions.ReduceFunction;

/** Puts together what the sources know about the same offsets. */
public final class MergeBlocks implements ReduceFunction<FactBlock> {
  private static final long serialVersionUID = 1;

  @Override
  public FactBlock reduce(FactBlock one, FactBlock other) {
    return one.merge(other);
  }
}
