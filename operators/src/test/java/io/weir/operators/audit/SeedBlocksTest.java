package io.weir.operators.audit;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.model.audit.FactBlock;
import io.weir.model.audit.HourSlice;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.api.common.functions.util.ListCollector;
import org.junit.jupiter.api.Test;

class SeedBlocksTest {
  private static List<Long> blocks(long first, long end) {
    List<FactBlock> blocks = new ArrayList<>();
    new SeedBlocks()
        .flatMap(new HourSlice("logs", 1, 0, first, end, end, 0), new ListCollector<>(blocks));
    return blocks.stream().map(FactBlock::block).toList();
  }

  @Test
  void namesEveryBlockThatAnHourHasAPartOf() {
    assertThat(blocks(5, 5)).isEmpty();
    assertThat(blocks(0, 1)).containsExactly(0L);
    assertThat(blocks(0, FactBlock.SIZE)).containsExactly(0L);
    assertThat(blocks(FactBlock.SIZE - 1, FactBlock.SIZE + 1)).containsExactly(0L, 1L);
    assertThat(blocks(2 * FactBlock.SIZE, 4 * FactBlock.SIZE + 1)).containsExactly(2L, 3L, 4L);
  }
}
