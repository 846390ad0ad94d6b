package io.weir.sinks.elasticsearch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BulkAnswerReaderTest {

  @Test
  void readsNoFurtherThanTheAbsenceOfErrors() throws Exception {
    BulkAnswer.Judged judged =
        BulkAnswerReader.readJudged(stream("{\"errors\":false,\"items\":[{\"create\""), 1);

    assertThat(judged.items()).isEmpty();
  }

  @Test
  void readsStatusAndErrorOfEachItemInOrder() throws Exception {
    BulkAnswer.Judged judged =
        BulkAnswerReader.readJudged(
            stream(
                """
                {"took":3,"errors":true,"items":[
                  {"create":{"status":201,"_shards":{"total":1}}},
                  {"create":{"status":409,"error":{"type":"version_conflict_engine_exception",
                    "reason":"there already","index":"i"}}},
                  {"create":{"error":{"type":"document_parsing_exception","reason":"bad value",
                    "caused_by":{"type":"illegal_argument_exception","reason":"For input string",
                      "caused_by":{"type":"inner","reason":"most"}}},"status":400}}
                ]}"""),
            3);

    assertThat(judged.items())
        .containsExactly(
            new BulkAnswer.Item(201, null),
            new BulkAnswer.Item(
                409, new ErrorCause("version_conflict_engine_exception", "there already")),
            new BulkAnswer.Item(
                400,
                new ErrorCause(
                    "document_parsing_exception",
                    "bad value; caused by illegal_argument_exception: For input string; caused by"
                        + " inner: most")));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "null",
        "[]",
        "<html>welcome</html>",
        "{\"status\":\"ok\"}",
        "{\"errors\":true}",
        "{\"errors\":true,\"items\":[]}",
        "{\"errors\":true,\"items\":[{\"create\":{\"status\":201}},{\"create\":{\"status\":201}}]}",
        "{\"errors\":true,\"items\":[{\"create\":{}}]}",
        "{\"errors\":true,\"items\":[{\"create\":1}]}",
        "{\"errors\":true,\"items\":[{\"create\":{\"status\":201}}",
      })
  void refusesWhatIsNoAnswerForOneDocument(String body) {
    assertThatThrownBy(() -> BulkAnswerReader.readJudged(stream(body), 1))
        .isInstanceOf(IOException.class);
  }

  @Test
  void cutsAReasonThatQuotesALongValue() throws Exception {
    BulkAnswer.Judged judged =
        BulkAnswerReader.readJudged(
            stream(
                "{\"errors\":true,\"items\":[{\"create\":{\"status\":400,\"error\":{\"type\":\"t\","
                    + "\"reason\":\""
                    + "x".repeat(21_000_000)
                    + "\"}}}]}"),
            1);

    assertThat(judged.items().get(0).error().reason())
        .hasSize(ErrorCause.MAX_REASON)
        .endsWith("x...");
  }

  @Test
  void readsTheErrorOfARequest() {
    assertThat(
            BulkAnswerReader.readError(
                stream(
                    "{\"error\":{\"root_cause\":[{\"type\":\"r\"}],\"type\":\"security_exception\","
                        + "\"reason\":\"unable to authenticate\"},\"status\":401}")))
        .isEqualTo(new ErrorCause("security_exception", "unable to authenticate"));
    assertThat(BulkAnswerReader.readError(stream("{\"error\":\"no handler\",\"status\":405}")))
        .isEqualTo(new ErrorCause("", "no handler"));
  }

  @Test
  void takesAProxysPageAsTheReason() {
    assertThat(BulkAnswerReader.readError(stream(" <h1>Bad Gateway</h1>\n")))
        .isEqualTo(new ErrorCause("", "<h1>Bad Gateway</h1>"));
    assertThat(BulkAnswerReader.readError(null)).isEqualTo(ErrorCause.NONE);
  }

  private static InputStream stream(String text) {
    return new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
  }
}
