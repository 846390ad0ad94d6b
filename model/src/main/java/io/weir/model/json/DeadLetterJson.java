package io.weir.model.json;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.weir.model.deadletter.DeadLetter;
import io.weir.model.kafka.RecordOrigin;
import io.weir.model.validation.FieldError;
import io.weir.model.validation.InvalidRecordException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * A {@link DeadLetter} as JSON for people and for redrive. The payload is text where it is valid
 * UTF-8 and base64 where it is not; {@code payload_encoding} says which, and either way the very
 * bytes come back. Text that is mostly escapes is written as base64 too, so that a letter is never
 * much longer than four thirds of its payload.
 *
 * <pre>{@code
 * {"topic":"logs","topic_code":"0a1b2","partition":3,"offset":42,"append_time":1774778400000,
 *  "stage":"parse","store":"all","reason":"missing_service","detail":"service: ...",
 *  "payload_kind":"record","payload_encoding":"utf-8","payload":"{\"message\":\"hi\"}"}
 * }</pre>
 */
public final class DeadLetterJson {
  private static final String TOPIC = "topic";
  private static final String TOPIC_CODE = "topic_code";
  private static final String PARTITION = "partition";
  private static final String OFFSET = "offset";
  private static final String APPEND_TIME = "append_time";
  private static final String STAGE = "stage";
  private static final String STORE = "store";
  private static final String REASON = "reason";
  private static final String DETAIL = "detail";
  private static final String PAYLOAD_KIND = "payload_kind";
  private static final String PAYLOAD_ENCODING = "payload_encoding";
  private static final String PAYLOAD = "payload";
  private static final String UTF_8 = "utf-8";
  private static final String BASE64 = "base64";

  private DeadLetterJson() {}

  /**
   * Returns the key of the letters of one record, {@code topic-partition-offset}: repeats of a
   * letter meet in one partition.
   */
  public static String key(RecordOrigin origin) {
    return origin.topic() + "-" + origin.partition() + "-" + origin.offset();
  }

  /** Returns the JSON of a letter. */
  public static byte[] encode(DeadLetter letter) {
    JsonBytes json = new JsonBytes(letter.payload().length + 512);
    RecordOrigin origin = letter.origin();
    char before = '{';
    before = text(json, before, TOPIC, origin.topic());
    before = text(json, before, TOPIC_CODE, origin.topicCode());
    before = number(json, before, PARTITION, origin.partition());
    before = number(json, before, OFFSET, origin.offset());
    before = number(json, before, APPEND_TIME, origin.appendTimeMillis());
    before = text(json, before, STAGE, lowerCase(letter.stage()));
    before = text(json, before, STORE, lowerCase(letter.store()));
    before = text(json, before, REASON, letter.reason());
    before = text(json, before, DETAIL, letter.detail());
    text(json, before, PAYLOAD_KIND, lowerCase(letter.payloadKind()));
    payload(json, letter.payload());
    json.raw('}');
    return json.toByteArray();
  }

  /** Text where it is text, unless its escapes would make it longer than base64 is. */
  private static void payload(JsonBytes json, byte[] payload) {
    int start = json.length;
    String decoded = decodeUtf8(payload);
    if (decoded != null) {
      text(json, ',', PAYLOAD_ENCODING, UTF_8);
      int valueStart = json.length;
      text(json, ',', PAYLOAD, decoded);
      if (json.length - valueStart <= maxTextLength(payload.length)) {
        return;
      }
      json.length = start;
    }
    text(json, ',', PAYLOAD_ENCODING, BASE64);
    text(json, ',', PAYLOAD, Base64.getEncoder().encodeToString(payload));
  }

  /** What base64 would take, and a little, so that a short text is always readable. */
  private static int maxTextLength(int bytes) {
    return bytes / 3 * 4 + 256;
  }

  /**
   * Returns the letter of a record of its topic; empty if the record is none.
   *
   * @param valueOrNull value of the record
   */
  public static Optional<DeadLetter> find(byte[] valueOrNull) {
    if (valueOrNull == null) {
      return Optional.empty();
    }
    try {
      return Optional.of(decode(valueOrNull));
    } catch (InvalidRecordException e) {
      return Optional.empty();
    }
  }

  /**
   * Returns the letter of its JSON. Members that it does not know are skipped.
   *
   * @throws InvalidRecordException if it is no letter; names every member that is wrong
   */
  public static DeadLetter decode(byte[] source) {
    Map<String, String> members = members(source);
    List<FieldError> errors = new ArrayList<>();
    RecordOrigin origin =
        new RecordOrigin(
            required(members, TOPIC, errors),
            required(members, TOPIC_CODE, errors),
            (int) number(members, PARTITION, Integer.MAX_VALUE, errors),
            number(members, OFFSET, Long.MAX_VALUE, errors),
            number(members, APPEND_TIME, Long.MAX_VALUE, errors));
    DeadLetter.Stage stage = constant(members, STAGE, DeadLetter.Stage.values(), errors);
    DeadLetter.Store store = constant(members, STORE, DeadLetter.Store.values(), errors);
    String reason = required(members, REASON, errors);
    String detail = required(members, DETAIL, errors);
    DeadLetter.PayloadKind kind =
        constant(members, PAYLOAD_KIND, DeadLetter.PayloadKind.values(), errors);
    byte[] payload = payload(members, errors);
    if (!errors.isEmpty()) {
      throw new InvalidRecordException(errors);
    }
    return new DeadLetter(origin, stage, store, reason, detail, kind, payload);
  }

  private static Map<String, String> members(byte[] source) {
    Map<String, String> members = new HashMap<>();
    try (JsonParser parser = Json.FACTORY.createParser(source)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        throw new InvalidRecordException("", "a dead letter is a JSON object");
      }
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        String name = parser.currentName();
        if (parser.nextToken().isScalarValue()) {
          members.put(name, parser.getText());
        } else {
          parser.skipChildren();
        }
      }
    } catch (IOException e) {
      throw new InvalidRecordException("", "not JSON: " + e.getMessage());
    }
    return members;
  }

  private static byte[] payload(Map<String, String> members, List<FieldError> errors) {
    String encoding = required(members, PAYLOAD_ENCODING, errors);
    String payload = required(members, PAYLOAD, errors);
    if (encoding.equals(UTF_8)) {
      return payload.getBytes(StandardCharsets.UTF_8);
    }
    if (encoding.equals(BASE64)) {
      try {
        return Base64.getDecoder().decode(payload);
      } catch (IllegalArgumentException e) {
        errors.add(new FieldError(PAYLOAD, "is no base64: " + e.getMessage()));
      }
    } else if (!encoding.isEmpty()) {
      errors.add(
          new FieldError(PAYLOAD_ENCODING, "'" + encoding + "' is neither utf-8 nor base64"));
    }
    return new byte[0];
  }

  private static String required(
      Map<String, String> members, String name, List<FieldError> errors) {
    String value = members.get(name);
    if (value == null) {
      errors.add(new FieldError(name, "is missing"));
      return "";
    }
    return value;
  }

  private static long number(
      Map<String, String> members, String name, long max, List<FieldError> errors) {
    String value = members.get(name);
    if (value == null) {
      errors.add(new FieldError(name, "is missing"));
      return 0;
    }
    try {
      long number = Long.parseLong(value);
      if (number <= max) {
        return number;
      }
    } catch (NumberFormatException e) {
      // Reported below.
    }
    errors.add(new FieldError(name, "'" + value + "' is no whole number up to " + max));
    return 0;
  }

  private static <E extends Enum<E>> E constant(
      Map<String, String> members, String name, E[] constants, List<FieldError> errors) {
    String value = members.get(name);
    if (value == null) {
      errors.add(new FieldError(name, "is missing"));
      return null;
    }
    for (E constant : constants) {
      if (lowerCase(constant).equals(value)) {
        return constant;
      }
    }
    errors.add(new FieldError(name, "'" + value + "' is not known"));
    return null;
  }

  private static String decodeUtf8(byte[] bytes) {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      return null;
    }
  }

  private static String lowerCase(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }

  private static char text(JsonBytes json, char before, String name, String value) {
    json.raw(before);
    json.string(name);
    json.raw(':');
    json.string(value);
    return ',';
  }

  private static char number(JsonBytes json, char before, String name, long value) {
    json.raw(before);
    json.string(name);
    json.raw(':');
    json.number(value);
    return ',';
  }
}
