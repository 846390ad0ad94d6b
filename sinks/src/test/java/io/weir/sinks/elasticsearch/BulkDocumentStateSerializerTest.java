package io.weir.sinks.elasticsearch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weir.model.kafka.RecordOrigin;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.flink.connector.base.sink.writer.BufferedRequestState;
import org.apache.flink.connector.base.sink.writer.RequestEntryWrapper;
import org.junit.jupiter.api.Test;

class BulkDocumentStateSerializerTest {
  private static final List<BulkDocument> DOCUMENTS =
      List.of(
          new BulkDocument(
              "logs-2026-03-29-10",
              "abcde00010000000000001",
              "{\"message\":\"first, with \u00e4\u20ac\"}".getBytes(StandardCharsets.UTF_8),
              1_774_778_400_123_456_789L,
              new RecordOrigin("logs", "abcde", 1, 1, 1_774_778_400_124L),
              0),
          new BulkDocument(
              "logs-late-2026-03-28",
              "vvvvv00020000000000fvv",
              "{}".getBytes(StandardCharsets.UTF_8),
              -1,
              new RecordOrigin("logs-\u00fc", "vvvvv", 2, 16_383, 0),
              3));

  private final BulkDocumentStateSerializer serializer = new BulkDocumentStateSerializer();

  @Test
  void restoresWhatItWrote() throws Exception {
    assertThat(documents(serializer.deserialize(1, serializer.serialize(state()))))
        .isEqualTo(DOCUMENTS);
  }

  @Test
  void restoresNothingFromNothing() throws Exception {
    byte[] bytes = serializer.serialize(new BufferedRequestState<>(List.of()));

    assertThat(documents(serializer.deserialize(1, bytes))).isEmpty();
  }

  /** The bytes are checked in: a release must go on reading what an earlier one has written. */
  @Test
  void restoresTheBytesOfVersion1() throws Exception {
    byte[] released;
    try (InputStream in = getClass().getResourceAsStream("bulk-document-state-v1.bin")) {
      released = in.readAllBytes();
    }

    assertThat(documents(serializer.deserialize(1, released))).isEqualTo(DOCUMENTS);
    assertThat(serializer.serialize(state())).as("still version 1").isEqualTo(released);
    assertThat(serializer.getVersion()).isEqualTo(1);
  }

  @Test
  void refusesAVersionItDoesNotKnow() {
    assertThatThrownBy(() -> serializer.deserialize(2, serializer.serialize(state())))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("version 2");
  }

  private static BufferedRequestState<BulkDocument> state() {
    return new BufferedRequestState<>(
        DOCUMENTS.stream().map(d -> new RequestEntryWrapper<>(d, d.sizeInBytes())).toList());
  }

  private static List<BulkDocument> documents(BufferedRequestState<BulkDocument> state) {
    return state.getBufferedRequestEntries().stream()
        .map(RequestEntryWrapper::getRequestEntry)
        .toList();
  }
}
