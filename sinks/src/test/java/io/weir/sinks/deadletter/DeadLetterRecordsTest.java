package io.weir.sinks.deadletter;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weir.model.deadletter.DeadLetter;
import io.weir.model.deadletter.DeadLetter.PayloadKind;
import io.weir.model.deadletter.DeadLetter.Stage;
import io.weir.model.deadletter.DeadLetter.Store;
import io.weir.model.json.DeadLetterJson;
import io.weir.model.kafka.RecordOrigin;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.record.AbstractRecords;
import org.apache.kafka.common.record.CompressionType;
import org.apache.kafka.common.record.RecordBatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DeadLetterRecordsTest {
  private static final int LIMIT = DeadLetterTopic.MIN_RECORD_BYTES;
  private static final RecordOrigin ORIGIN = new RecordOrigin("logs", "a1b2c", 3, 42, 1_000);

  private final DeadLetterRecords records =
      new DeadLetterRecords(
          new DeadLetterTopic("dead", Map.of("bootstrap.servers", "localhost:1"), LIMIT));

  @Test
  void keepsEverythingOfALetterThatFits() {
    DeadLetter letter = letter("{\"message\":\"hi\"}".getBytes(UTF_8), "service: is missing");
    ProducerRecord<byte[], byte[]> record = records.record(letter);
    assertThat(record.topic()).isEqualTo("dead");
    assertThat(new String(record.key(), UTF_8)).isEqualTo("logs-3-42");
    assertThat(DeadLetterJson.decode(record.value())).isEqualTo(letter);
    assertThat(header(record, "stage")).isEqualTo("parse");
    assertThat(header(record, "store")).isEqualTo("all");
    assertThat(header(record, "reason")).isEqualTo("missing_service");
    assertThat(DeadLetterRecords.isCut(record)).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"plain text ", "\"\\\"\\\\\"", "\u0000\u0001", "größer ", "\uD83D\uDD25", "漢字"})
  void cutsTextThatIsTooLargeAtAWholeCharacter(String piece) {
    byte[] payload = piece.repeat(2_000_000 / piece.length()).getBytes(UTF_8);
    DeadLetter kept = checkFits(letter(payload, "too large"));
    assertThat(new String(kept.payload(), UTF_8)).doesNotContain("\uFFFD");
  }

  @ParameterizedTest
  @ValueSource(ints = {LIMIT - 1_500, LIMIT - 1_024, LIMIT, LIMIT + 1, 1 << 20, 8 << 20})
  void cutsBytesThatAreTooMany(int size) {
    byte[] payload = new byte[size];
    new Random(size).nextBytes(payload);
    checkFits(letter(payload, "too large"));
  }

  @Test
  void keepsMostOfWhatFits() {
    byte[] payload = "x".repeat(1 << 20).getBytes(UTF_8);
    DeadLetter kept = checkFits(letter(payload, "too large"));
    assertThat(kept.payload().length).isGreaterThan(LIMIT * 9 / 10);
  }

  @Test
  void shortensWordsWithoutEnd() {
    DeadLetter letter = letter(new byte[0], "\u0000\uD83D\uDD25".repeat(1 << 20));
    ProducerRecord<byte[], byte[]> record = records.record(letter);
    assertThat(size(record)).isLessThanOrEqualTo(LIMIT);
    assertThat(DeadLetterJson.decode(record.value()).detail()).endsWith("…").doesNotContain("?");
  }

  @Test
  void wantsABrokerATopicAndARoomyLimit() {
    assertThatThrownBy(() -> DeadLetterTopic.of("dead", Map.of()))
        .hasMessageContaining("bootstrap.servers");
    assertThatThrownBy(() -> DeadLetterTopic.of(" ", Map.of("bootstrap.servers", "x")))
        .hasMessageContaining("topic");
    assertThatThrownBy(() -> new DeadLetterTopic("d", Map.of("bootstrap.servers", "x"), 1))
        .hasMessageContaining("maxRecordBytes");
  }

  @Test
  void waitsForAllReplicasWhateverTheProperties() {
    DeadLetterTopic topic =
        DeadLetterTopic.of("dead", Map.of("bootstrap.servers", "x", "acks", "0", "linger.ms", "9"));
    assertThat(topic.properties())
        .containsEntry("acks", "all")
        .containsEntry("enable.idempotence", "true")
        .containsEntry("linger.ms", "9");
  }

  private DeadLetter checkFits(DeadLetter letter) {
    ProducerRecord<byte[], byte[]> record = records.record(letter);
    assertThat(size(record)).isLessThanOrEqualTo(LIMIT);
    DeadLetter kept = DeadLetterJson.decode(record.value());
    byte[] beginning = Arrays.copyOf(letter.payload(), kept.payload().length);
    assertThat(kept.payload()).isEqualTo(beginning).isNotEmpty();
    assertThat(kept.origin()).isEqualTo(letter.origin());
    if (DeadLetterRecords.isCut(record)) {
      assertThat(kept.payload().length).isLessThan(letter.payload().length);
      assertThat(header(record, "payload-bytes")).isEqualTo("" + letter.payload().length);
      assertThat(kept.detail())
          .isEqualTo(
              letter.detail()
                  + " [payload cut from "
                  + letter.payload().length
                  + " to "
                  + kept.payload().length
                  + " bytes]");
    } else {
      assertThat(kept).isEqualTo(letter);
    }
    return kept;
  }

  /** What Kafka's producer holds against {@code max.request.size}. */
  private static int size(ProducerRecord<byte[], byte[]> record) {
    return AbstractRecords.estimateSizeInBytesUpperBound(
        RecordBatch.CURRENT_MAGIC_VALUE,
        CompressionType.ZSTD,
        record.key(),
        record.value(),
        record.headers().toArray());
  }

  private static DeadLetter letter(byte[] payload, String detail) {
    return new DeadLetter(
        ORIGIN, Stage.PARSE, Store.ALL, "missing_service", detail, PayloadKind.RECORD, payload);
  }

  private static String header(ProducerRecord<byte[], byte[]> record, String name) {
    return new String(record.headers().lastHeader(name).value(), UTF_8);
  }
}
