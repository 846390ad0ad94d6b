package io.weir.operators.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.Random;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataOutputSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class WindowAggregateTest {

  private static WindowAggregate thereAndBack(WindowAggregate aggregate) throws IOException {
    DataOutputSerializer out = new DataOutputSerializer(64);
    aggregate.write(out);
    return WindowAggregate.read(new DataInputDeserializer(out.getCopyOfBuffer()));
  }

  private static byte[] bytes(WindowAggregate aggregate) throws IOException {
    DataOutputSerializer out = new DataOutputSerializer(64);
    aggregate.write(out);
    return out.getCopyOfBuffer();
  }

  @ParameterizedTest
  @EnumSource(WindowAggregate.Kind.class)
  void partsMergeToTheWholeInAnyOrderAlsoAfterTheNetwork(WindowAggregate.Kind kind)
      throws IOException {
    Random random = new Random(kind.ordinal());
    WindowAggregate whole = null;
    WindowAggregate[] parts = new WindowAggregate[3];
    for (int i = 0; i < 600; i++) {
      double value = random.nextInt(1000);
      long time = random.nextInt(1 << 20);
      if (whole == null) {
        whole = WindowAggregate.of(kind, value, time);
      } else {
        whole.add(kind, value, time);
      }
      WindowAggregate part = parts[i % 3];
      if (part == null) {
        parts[i % 3] = WindowAggregate.of(kind, value, time);
      } else {
        part.add(kind, value, time);
      }
    }
    WindowAggregate merged = thereAndBack(parts[2]);
    merged.merge(thereAndBack(parts[0]));
    merged.merge(thereAndBack(parts[1]));

    assertThat(bytes(merged)).isEqualTo(bytes(whole));
    assertThat(merged.points()).isEqualTo(600);
  }

  @Test
  void aCopyHasALifeOfItsOwn() throws IOException {
    WindowAggregate original = WindowAggregate.of(WindowAggregate.Kind.DISTRIBUTION, 5, 1);
    WindowAggregate copy = original.copy();
    byte[] before = bytes(copy);

    original.add(WindowAggregate.Kind.DISTRIBUTION, 7, 2);

    assertThat(bytes(copy)).isEqualTo(before);
  }

  @ParameterizedTest
  @ValueSource(doubles = {Double.MAX_VALUE, -Double.MAX_VALUE, Double.MIN_VALUE, 0, -1, 1e-300})
  void takesEveryFiniteValueOfADistribution(double value) throws IOException {
    WindowAggregate aggregate = WindowAggregate.of(WindowAggregate.Kind.DISTRIBUTION, value, 1);

    double median = thereAndBack(aggregate).quantile(0.5);

    assertThat(median).isFinite();
    assertThat(Math.signum(median)).isIn(Math.signum(value), 0.0);
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 1, -1, 63, 64, -64, -65, 1 << 20, Long.MAX_VALUE, Long.MIN_VALUE})
  void numbersComeBack(long number) throws IOException {
    DataOutputSerializer out = new DataOutputSerializer(16);
    VarNumbers.write(number, out);

    assertThat(VarNumbers.read(new DataInputDeserializer(out.getCopyOfBuffer()))).isEqualTo(number);
  }
}
