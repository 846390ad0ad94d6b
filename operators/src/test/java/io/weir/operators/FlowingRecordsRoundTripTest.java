package io.weir.operators;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.model.log.LogFlags;
import io.weir.model.log.ParsedLog;
import java.io.IOException;
import java.util.stream.Stream;
import org.apache.flink.api.common.serialization.SerializerConfigImpl;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataOutputSerializer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class FlowingRecordsRoundTripTest {
  private final TypeSerializer<ParsedLog> serializer =
      TypeInformation.of(ParsedLog.class).createSerializer(new SerializerConfigImpl());

  static Stream<ParsedLog> outcomes() {
    return Stream.of(
        ParsedLog.of(TestingRecords.event(TestingRecords.origin(7), LogFlags.ARCHIVE_ONLY)),
        ParsedLog.of(TestingRecords.deadLetter(TestingRecords.origin(8), "not_json")));
  }

  @ParameterizedTest
  @MethodSource("outcomes")
  void anOutcomeSurvivesTheNetworkWithAllItsNulls(ParsedLog outcome) throws IOException {
    DataOutputSerializer out = new DataOutputSerializer(64);
    serializer.serialize(outcome, out);

    ParsedLog back = serializer.deserialize(new DataInputDeserializer(out.getCopyOfBuffer()));

    assertThat(back).isEqualTo(outcome);
  }
}
