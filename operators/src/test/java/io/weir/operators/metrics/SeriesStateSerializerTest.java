package io.weir.operators.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.HexFormat;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataOutputSerializer;
import org.junit.jupiter.api.Test;

class SeriesStateSerializerTest {
  /** A state of version 1 as a savepoint holds it: it must be readable for ever. */
  private static final String VERSION_1 =
      "01"
          // running totals
          + "40290000000000004008000000000000"
          // windows emitted: all but two intervals
          + "020206"
          // two windows that are not over: a gauge, a distribution
          + "0490bf05010002c0af053ff8000000000000"
          + "c0a907b0ea010402f0990740140000000000000a0501a00102";

  /** The same, of version 2: with the window until which totals have been told, or 0. */
  private static final String VERSION_2 =
      VERSION_1.replaceFirst("^01", "02").replace("4008000000000000", "400800000000000000");

  private static SeriesState state() {
    SeriesState state = new SeriesState();
    state.addToTotals(12.5, 3);
    state.open().emitted(30_000);
    state.add(
        new SeriesState.Pending(
            60_000, 75_000, WindowAggregate.of(WindowAggregate.Kind.DISTRIBUTION, 5, 59_000)));
    state.add(
        new SeriesState.Pending(
            45_000, 44_999, WindowAggregate.of(WindowAggregate.Kind.GAUGE, 1.5, 44_000)));
    return state;
  }

  private static byte[] bytes(SeriesState state) throws IOException {
    DataOutputSerializer out = new DataOutputSerializer(64);
    SeriesStateSerializer.INSTANCE.serialize(state, out);
    return out.getCopyOfBuffer();
  }

  private static SeriesState read(byte[] bytes) throws IOException {
    return SeriesStateSerializer.INSTANCE.deserialize(new DataInputDeserializer(bytes));
  }

  @Test
  void comesBack() throws IOException {
    SeriesState back = read(bytes(state()));

    assertThat(back.totalSum()).isEqualTo(12.5);
    assertThat(back.totalCount()).isEqualTo(3);
    assertThat(back.open().isOpen(30_000)).isFalse();
    assertThat(back.pending())
        .extracting(SeriesState.Pending::windowEndMillis)
        .containsExactly(45_000L, 60_000L);
    assertThat(back.pending())
        .extracting(SeriesState.Pending::dueMillis)
        .containsExactly(44_999L, 75_000L);
    assertThat(bytes(back)).isEqualTo(bytes(state()));
  }

  @Test
  void readsWhatThisVersionWroteWhenItWasNew() throws IOException {
    assertThat(HexFormat.of().formatHex(bytes(state()))).isEqualTo(VERSION_2);
    assertThat(bytes(read(HexFormat.of().parseHex(VERSION_2)))).isEqualTo(bytes(state()));
  }

  @Test
  void readsWhatVersion1Wrote() throws IOException {
    assertThat(bytes(read(HexFormat.of().parseHex(VERSION_1)))).isEqualTo(bytes(state()));
  }

  @Test
  void remembersUntilWhenTotalsHaveBeenTold() throws IOException {
    SeriesState state = state();
    state.shown(90_000);

    SeriesState back = read(bytes(state));

    assertThat(back.isBehind(90_000)).isTrue();
    assertThat(back.isBehind(105_000)).isFalse();
    assertThat(back.open().isOpen(90_000)).isTrue();
    assertThat(SeriesStateSerializer.INSTANCE.copy(state).isBehind(90_000)).isTrue();
  }

  @Test
  void aCopyHasALifeOfItsOwn() throws IOException {
    SeriesState original = state();
    SeriesState copy = SeriesStateSerializer.INSTANCE.copy(original);

    original.open().emitted(90_000);
    original.pending(45_000).aggregate().add(WindowAggregate.Kind.GAUGE, 7, 44_500);
    original.pending().remove(1);

    assertThat(bytes(copy)).isEqualTo(bytes(state()));
  }

  @Test
  void refusesAVersionThatItDoesNotKnow() {
    assertThatThrownBy(() -> read(new byte[] {9})).hasMessageContaining("version 9");
  }
}
