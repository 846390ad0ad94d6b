package io.weir.gateway.ingest;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.weir.gateway.InvalidRequestException;
import io.weir.gateway.auth.Caller;
import io.weir.gateway.config.TestingConfig;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class MetricBodyReaderTest {
  private final MetricBodyReader reader =
      new MetricBodyReader(TestingConfig.with("ingest.max-events", "5").ingest());

  @Test
  void passesPointsOnAsTheyWereWrittenUnderTheNameOfTheMetric() {
    String point =
        "{ \"metric\":\"http.requests\", \"value\": 1.50, \"timestamp\": 1774778400 , \"x\": 1}";
    Batch batch = read("{\"points\":[" + point + "]}");
    assertThat(batch.outgoing()).hasSize(1);
    assertThat(batch.outgoing().get(0).key()).isEqualTo("http_requests");
    assertThat(new String(batch.outgoing().get(0).value(), UTF_8)).isEqualTo(point);
  }

  @Test
  void rejectsSinglePointsAndSaysWhichMemberIsWrong() {
    IngestResult result =
        read("{\"points\":[{\"metric\":\"m\",\"value\":1,\"timestamp\":1774778400},7,"
                + "{\"metric\":\"\",\"value\":1,\"timestamp\":1774778400},"
                + "{\"metric\":\"m\",\"value\":\"x\",\"timestamp\":1774778400},"
                + "{\"metric\":\"m\",\"value\":1,\"timestamp\":1774778400,\"tags\":{\"__a\":\"b\"}}]}")
            .result(Map.of());
    assertThat(result.accepted()).isOne();
    assertThat(result.rejected())
        .extracting(IngestResult.Rejection::reason)
        .containsExactly("not_an_object", "invalid_metric", "invalid_value", "invalid_tags");
    assertThat(result.rejected())
        .extracting(IngestResult.Rejection::index)
        .isEqualTo(List.of(1, 2, 3, 4));
  }

  @Test
  void refusesABodyThatIsNoListOfPoints() {
    for (String body :
        List.of("{\"events\":[]}", "{\"points\":[]}", "{\"points\":[1,2,3,4,5,6]}")) {
      assertThatExceptionOfType(InvalidRequestException.class)
          .isThrownBy(() -> read(body))
          .withMessageContaining("points");
    }
  }

  private Batch read(String body) {
    return reader.read(body.getBytes(UTF_8), Optional.empty(), 0, Caller.ANYONE);
  }
}
