package io.weir.sinks.prometheus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weir.model.metric.Sample;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Map;
import org.apache.flink.connector.base.sink.writer.BufferedRequestState;
import org.apache.flink.connector.base.sink.writer.RequestEntryWrapper;
import org.junit.jupiter.api.Test;

class SeriesSampleStateSerializerTest {
  private static final List<SeriesSample> SAMPLES =
      List.of(
          SeriesSample.of(
              new Sample("requests_total", Map.of("Zone", "\u00e4\u20ac", "code", "500"), 1.5, 1)),
          SeriesSample.of(
              new Sample(
                  "up", Map.of(), Double.longBitsToDouble(0x7ff0000000000002L), Long.MIN_VALUE)));

  private final SeriesSampleStateSerializer serializer = new SeriesSampleStateSerializer();

  @Test
  void restoresWhatItWrote() throws Exception {
    assertThat(samples(serializer.deserialize(1, serializer.serialize(state()))))
        .isEqualTo(SAMPLES);
  }

  @Test
  void restoresNothingFromNothing() throws Exception {
    byte[] bytes = serializer.serialize(new BufferedRequestState<>(List.of()));

    assertThat(samples(serializer.deserialize(1, bytes))).isEmpty();
  }

  /** The bytes are checked in: a release must go on reading what an earlier one has written. */
  @Test
  void restoresTheBytesOfVersion1() throws Exception {
    byte[] released;
    try (InputStream in = getClass().getResourceAsStream("series-sample-state-v1.bin")) {
      released = in.readAllBytes();
    }

    assertThat(samples(serializer.deserialize(1, released))).isEqualTo(SAMPLES);
    assertThat(serializer.serialize(state())).as("still version 1").isEqualTo(released);
    assertThat(serializer.getVersion()).isEqualTo(1);
  }

  @Test
  void refusesAVersionItDoesNotKnow() {
    assertThatThrownBy(() -> serializer.deserialize(2, serializer.serialize(state())))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("version 2");
  }

  private static BufferedRequestState<SeriesSample> state() {
    return new BufferedRequestState<>(
        SAMPLES.stream().map(s -> new RequestEntryWrapper<>(s, s.sizeInBytes())).toList());
  }

  private static List<SeriesSample> samples(BufferedRequestState<SeriesSample> state) {
    return state.getBufferedRequestEntries().stream()
        .map(RequestEntryWrapper::getRequestEntry)
        .toList();
  }
}
