package io.weir.operators.audit;

import io.weir.model.audit.FactBlock;
import io.weir.model.audit.HourSlice;
import io.weir.model.audit.HourTally;
import io.weir.model.audit.JudgeBlock;
import java.util.List;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.functions.RichFlatMapFunction;
import org.apache.flink.util.Collector;

/**
 * Says of each block what became of its records: blocks of which all sources have told what they
 * know in; a tally for each audited hour that has a part of the block out. Blocks outside of the
 * audited hours vanish.
 */
public final class JudgeBlocks extends RichFlatMapFunction<FactBlock, HourTally> {
  private static final long serialVersionUID = 1;

  /** Taken apart because the model's records do not travel by Java serialization. */
  private final String[] topics;

  private final long[][] numbers;
  private final boolean hot;
  private final boolean archive;

  private transient JudgeBlock judge;

  /**
   * Creates the operator.
   *
   * @param slices the audited hours
   * @param hot whether Elasticsearch should have anything
   * @param archive whether the archive should have anything
   */
  public JudgeBlocks(List<HourSlice> slices, boolean hot, boolean archive) {
    this.hot = hot;
    this.archive = archive;
    topics = slices.stream().map(HourSlice::topic).toArray(String[]::new);
    numbers =
        slices.stream()
            .map(
                slice ->
                    new long[] {
                      slice.partition(),
                      slice.hourMillis(),
                      slice.first(),
                      slice.end(),
                      slice.readUpTo(),
                      slice.retainedFrom()
                    })
            .toArray(long[][]::new);
  }

  @Override
  public void open(OpenContext context) {
    HourSlice[] slices = new HourSlice[topics.length];
    for (int i = 0; i < slices.length; i++) {
      long[] of = numbers[i];
      slices[i] = new HourSlice(topics[i], (int) of[0], of[1], of[2], of[3], of[4], of[5]);
    }
    judge = new JudgeBlock(List.of(slices), hot, archive);
  }

  @Override
  public void flatMap(FactBlock block, Collector<HourTally> out) {
    judge.judge(block, out::collect);
  }
}
