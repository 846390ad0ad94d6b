package io.weir.model.json;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.weir.model.index.PromotedFields;
import io.weir.model.log.LogEvent;
import java.io.IOException;
import java.util.List;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PromotedValuesTest {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private final LogDocument document =
      new LogDocument(
          PromotedFields.parse(
              List.of("l=long", "d=double", "k=keyword", "http.status=long", "a=keyword")));

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      quoteCharacter = '`',
      textBlock =
          """
          {"l":200} ~ {"l":200}
          {"l":"200"} ~ {"l":200}
          {"l":-0} ~ {"l":-0}
          {"l":200.0} ~ {"l":200}
          {"l":2e2} ~ {"l":200}
          {"l":9223372036854775807} ~ {"l":9223372036854775807}
          {"l":-9223372036854775808} ~ {"l":-9223372036854775808}
          {"d":1.50} ~ {"d":1.50}
          {"d":"-1E-7"} ~ {"d":-1E-7}
          {"d":9223372036854775808} ~ {"d":9223372036854775808}
          {"k":"gr\\u00f6\\"e"} ~ {"k":"gr\\u00f6\\"e"}
          {"k":1.50} ~ {"k":"1.50"}
          {"k":true} ~ {"k":"true"}
          {"k":""} ~ {"k":""}
          {"http":{"status":500}} ~ {"http.status":500}
          {"http.status":500} ~ {"http.status":500}
          {"http.status":1,"http":{"status":[2,"3"]}} ~ {"http.status":[1,2,3]}
          {"x":[{"l":1}],"l":[[4],5]} ~ {"l":[4,5]}
          {"\\u006c":7} ~ {"l":7}
          {"l":1,"d":2,"k":3,"l2":4} ~ {"d":2,"k":"3","l":1}
          """)
  void writesTypedValues(String fields, String expected) throws IOException {
    String source = encode(fields);

    assertThat(source).contains(",\"promoted\":" + expected + ",");
    assertThat(MAPPER.readTree(source).get("promoted")).isEqualTo(MAPPER.readTree(expected));
    assertThat(document.promotedValuesLeftOut()).isZero();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      quoteCharacter = '`',
      textBlock =
          """
          {"l":1.5}
          {"l":9223372036854775808}
          {"l":1e999999999}
          {"l":1e99999999999999}
          {"l":"0x10"}
          {"l":"007"}
          {"l":" 1"}
          {"l":"1 "}
          {"l":""}
          {"l":"-"}
          {"l":true}
          {"d":1e400}
          {"d":"NaN"}
          {"d":"Infinity"}
          {"d":"1d"}
          {"d":"1."}
          {"d":".5"}
          {"d":"1e"}
          {"d":"+1"}
          {"d":"x"}
          """)
  void leavesOutAndCountsWhatIsNotOfTheType(String fields) throws IOException {
    JsonNode tree = MAPPER.readTree(encode(fields));

    assertThat(tree.has("promoted")).isFalse();
    assertThat(tree.get("fields")).isEqualTo(MAPPER.readTree(fields));
    assertThat(document.promotedValuesLeftOut()).isEqualTo(1);
  }

  @Test
  void leavesOutNoMoreThanTheValueThatDoesNotConvert() throws IOException {
    JsonNode tree = MAPPER.readTree(encode("{\"l\":[1,\"x\",3],\"d\":null,\"k\":[]}"));

    assertThat(tree.get("promoted")).isEqualTo(MAPPER.readTree("{\"l\":[1,3]}"));
    assertThat(document.promotedValuesLeftOut()).isEqualTo(1);
  }

  @Test
  void boundsTextsInCharacters() {
    String longest = "é".repeat(PromotedFields.MAX_KEYWORD_CHARS);

    assertThat(encode("{\"k\":\"" + longest + "\"}")).contains("\"promoted\":");
    assertThat(document.promotedValuesLeftOut()).isZero();
    assertThat(encode("{\"k\":\"" + longest + "x\"}")).doesNotContain("\"promoted\":");
    assertThat(document.promotedValuesLeftOut()).isEqualTo(1);
  }

  @Test
  void boundsTheNumberOfValues() throws IOException {
    String many = "{\"l\":[0" + ",1".repeat(PromotedValues.MAX_VALUES) + "]}";

    JsonNode promoted = MAPPER.readTree(encode(many)).get("promoted");

    assertThat(promoted.get("l")).hasSize(PromotedValues.MAX_VALUES);
    assertThat(document.promotedValuesLeftOut()).isEqualTo(1);
  }

  @Test
  void takesNothingOverFromTheEventBefore() {
    encode("{\"l\":1}");

    assertThat(encode("{\"x\":1}")).doesNotContain("promoted");
    assertThat(encode("{}")).doesNotContain("promoted");
    assertThat(encode("{\"d\":2}")).contains("\"promoted\":{\"d\":2}");
  }

  @Property(tries = 500, edgeCases = EdgeCasesMode.NONE)
  void changesNothingElseOfADocument(@ForAll("events") LogEvent event) throws IOException {
    JsonNode tree = MAPPER.readTree(document.encode(event));

    LogEvent decoded = LogDocument.decode(document.encode(event));
    assertThat(decoded).isEqualTo(event);
    ((com.fasterxml.jackson.databind.node.ObjectNode) tree).remove("promoted");
    assertThat(tree).isEqualTo(MAPPER.readTree(new LogDocument().encode(event)));
  }

  @Provide
  Arbitrary<LogEvent> events() {
    return TestingEvents.events();
  }

  private String encode(String fields) {
    return new String(
        document.encode(TestingEvents.event("m", fields)), java.nio.charset.StandardCharsets.UTF_8);
  }
}
