package io.weir.sinks.deadletter;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.weir.model.deadletter.DeadLetter;
import io.weir.model.json.DeadLetterJson;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;

/**
 * Makes Kafka records of dead letters: key {@code topic-partition-offset}, value {@link
 * DeadLetterJson}, headers {@code stage}, {@code store} and {@code reason} (for filters that do not
 * want to parse), {@code payload-bytes} with the original size where the payload had to be cut.
 *
 * <p>Every letter fits: of a payload that is too large only its beginning is kept, and the detail
 * says so. A letter that Kafka refused for its size would stop its job for ever.
 */
final class DeadLetterRecords {
  static final String STAGE_HEADER = "stage";
  static final String STORE_HEADER = "store";
  static final String REASON_HEADER = "reason";
  static final String PAYLOAD_BYTES_HEADER = "payload-bytes";

  private static final int MAX_DETAIL_CHARS = 4096;
  private static final int MAX_REASON_CHARS = 128;

  /** Batch and record headers, sizes, our header names. */
  private static final int OVERHEAD = 1024;

  private final String topic;
  private final int maxRecordBytes;

  DeadLetterRecords(DeadLetterTopic topic) {
    this.topic = topic.topic();
    this.maxRecordBytes = topic.maxRecordBytes();
  }

  String topic() {
    return topic;
  }

  /** Returns whether the payload of the letter in a record was cut. */
  static boolean isCut(ProducerRecord<byte[], byte[]> record) {
    return record.headers().lastHeader(PAYLOAD_BYTES_HEADER) != null;
  }

  /** Returns the record of a letter. */
  ProducerRecord<byte[], byte[]> record(DeadLetter original) {
    DeadLetter letter = withShortTexts(original);
    byte[] key = DeadLetterJson.key(letter.origin()).getBytes(UTF_8);
    int room = maxRecordBytes - OVERHEAD - key.length;
    byte[] value = DeadLetterJson.encode(letter);
    boolean cut = value.length > room;
    if (cut) {
      value = cut(letter, value.length, room);
    }
    return new ProducerRecord<>(topic, null, null, key, value, headers(letter, cut));
  }

  private static List<Header> headers(DeadLetter letter, boolean cut) {
    Header stage = header(STAGE_HEADER, letter.stage().name().toLowerCase(Locale.ROOT));
    Header store = header(STORE_HEADER, letter.store().name().toLowerCase(Locale.ROOT));
    Header reason = header(REASON_HEADER, letter.reason());
    return cut
        ? List.of(
            stage,
            store,
            reason,
            header(PAYLOAD_BYTES_HEADER, Integer.toString(letter.payload().length)))
        : List.of(stage, store, reason);
  }

  private static Header header(String name, String value) {
    return new RecordHeader(name, value.getBytes(UTF_8));
  }

  private static DeadLetter withShortTexts(DeadLetter letter) {
    if (letter.detail().length() <= MAX_DETAIL_CHARS
        && letter.reason().length() <= MAX_REASON_CHARS) {
      return letter;
    }
    return new DeadLetter(
        letter.origin(),
        letter.stage(),
        letter.store(),
        head(letter.reason(), MAX_REASON_CHARS),
        head(letter.detail(), MAX_DETAIL_CHARS),
        letter.payloadKind(),
        letter.payload());
  }

  private static String head(String text, int chars) {
    if (text.length() <= chars) {
      return text;
    }
    int end = Character.isHighSurrogate(text.charAt(chars - 2)) ? chars - 2 : chars - 1;
    return text.substring(0, end) + "…";
  }

  /** Shrinks the payload in proportion, until the letter fits; escapes make sizes hard to tell. */
  private static byte[] cut(DeadLetter letter, int size, int room) {
    int keep = letter.payload().length;
    int encoded = size;
    while (true) {
      keep = wholeCharacters(letter.payload(), shorter(keep, room, encoded));
      byte[] value = DeadLetterJson.encode(withPayload(letter, keep));
      if (value.length <= room || keep == 0) {
        return value;
      }
      encoded = value.length;
    }
  }

  private static int shorter(int keep, int room, int encoded) {
    return (int) Math.max(0, Math.min(keep - 1L, (long) keep * room / encoded));
  }

  private static DeadLetter withPayload(DeadLetter letter, int keep) {
    return new DeadLetter(
        letter.origin(),
        letter.stage(),
        letter.store(),
        letter.reason(),
        letter.detail()
            + " [payload cut from "
            + letter.payload().length
            + " to "
            + keep
            + " bytes]",
        letter.payloadKind(),
        Arrays.copyOf(letter.payload(), keep));
  }

  /** Moves the end of a cut before a UTF-8 character that it would split: text remains text. */
  private static int wholeCharacters(byte[] payload, int end) {
    int whole = end;
    while (whole > 0 && end - whole < 4 && (payload[whole] & 0xC0) == 0x80) {
      whole--;
    }
    return whole;
  }
}
