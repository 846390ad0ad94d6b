package io.weir.model.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.weir.model.deadletter.DeadLetter;
import io.weir.model.deadletter.DeadLetter.PayloadKind;
import io.weir.model.deadletter.DeadLetter.Stage;
import io.weir.model.deadletter.DeadLetter.Store;
import io.weir.model.kafka.RecordOrigin;
import io.weir.model.validation.InvalidRecordException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

class DeadLetterJsonTest {
  private static final RecordOrigin ORIGIN =
      new RecordOrigin("logs", "0a1b2", 3, 42, 1_774_778_400_000L);

  @Test
  void keepsAPayloadThatIsTextReadable() {
    DeadLetter letter =
        letter("service: is missing", "{\"message\":\"hé\"}".getBytes(StandardCharsets.UTF_8));

    assertThat(new String(DeadLetterJson.encode(letter), StandardCharsets.UTF_8))
        .isEqualTo(
            "{\"topic\":\"logs\",\"topic_code\":\"0a1b2\",\"partition\":3,\"offset\":42,"
                + "\"append_time\":1774778400000,\"stage\":\"parse\",\"store\":\"all\","
                + "\"reason\":\"missing_service\",\"detail\":\"service: is missing\","
                + "\"payload_kind\":\"record\",\"payload_encoding\":\"utf-8\","
                + "\"payload\":\"{\\\"message\\\":\\\"hé\\\"}\"}");
  }

  @Test
  void writesAPayloadThatIsNoTextAsBase64() throws IOException {
    byte[] payload = {(byte) 0xC3, (byte) 0x28, 0, 1};

    JsonNode json = new ObjectMapper().readTree(DeadLetterJson.encode(letter("x", payload)));

    assertThat(json.get("payload_encoding").textValue()).isEqualTo("base64");
    assertThat(json.get("payload").binaryValue()).isEqualTo(payload);
  }

  @Test
  void neverMakesALetterMuchLongerThanItsPayload() {
    byte[] controls = new byte[300_000];

    byte[] json = DeadLetterJson.encode(letter("x", controls));

    assertThat(json.length).isLessThan(controls.length / 3 * 4 + 1024);
    assertThat(DeadLetterJson.decode(json).payload()).isEqualTo(controls);
  }

  @Property
  void readsBackWhatItWrites(
      @ForAll("texts") String detail,
      @ForAll byte[] payload,
      @ForAll Stage stage,
      @ForAll Store store,
      @ForAll PayloadKind kind) {
    DeadLetter letter = new DeadLetter(ORIGIN, stage, store, "r", detail, kind, payload);

    assertThat(DeadLetterJson.decode(DeadLetterJson.encode(letter))).isEqualTo(letter);
  }

  @Test
  void keysLettersByWhereTheRecordStands() {
    assertThat(DeadLetterJson.key(ORIGIN)).isEqualTo("logs-3-42");
  }

  @Test
  void namesEveryMemberThatIsWrong() {
    assertRefused("nonsense", "not JSON");
    assertRefused("[]", "a dead letter is a JSON object");
    assertRefused(
        "{\"topic\":\"logs\",\"topic_code\":\"0a1b2\",\"partition\":\"x\",\"offset\":{},"
            + "\"append_time\":1,\"stage\":\"never\",\"store\":\"all\",\"reason\":\"r\","
            + "\"detail\":\"d\",\"payload_kind\":\"record\",\"payload_encoding\":\"hex\","
            + "\"payload\":\"00\"}",
        "partition: 'x' is no whole number up to 2147483647; offset: is missing;"
            + " stage: 'never' is not known; payload_encoding: 'hex' is neither utf-8 nor base64");
    String good =
        new String(DeadLetterJson.encode(letter("d", new byte[] {-1})), StandardCharsets.UTF_8);
    assertRefused(good.replace("\"/w==\"", "\"?\""), "payload: is no base64");
  }

  @Provide
  Arbitrary<String> texts() {
    return TestingEvents.texts();
  }

  private static void assertRefused(String json, String message) {
    assertThatThrownBy(() -> DeadLetterJson.decode(json.getBytes(StandardCharsets.UTF_8)))
        .isInstanceOf(InvalidRecordException.class)
        .hasMessageContaining(message);
  }

  private static DeadLetter letter(String detail, byte[] payload) {
    return new DeadLetter(
        ORIGIN, Stage.PARSE, Store.ALL, "missing_service", detail, PayloadKind.RECORD, payload);
  }
}
