package io.weir.gateway.http;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.weir.gateway.operation.AlertHistory;
import io.weir.gateway.operation.DeadLetters;
import io.weir.model.deadletter.DeadLetter;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.Locale;

/** The shape of answers over the pipeline, as the contract describes it. */
final class PipelineJson {
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  private PipelineJson() {}

  static ObjectNode history(AlertHistory.Page page) {
    ObjectNode json = NODES.objectNode();
    ArrayNode list = json.putArray("transitions");
    page.transitions()
        .forEach(
            transition -> {
              ObjectNode entry = AlertsJson.state(transition.state());
              entry.put("from", lowerCase(transition.from()));
              entry.put("reason", lowerCase(transition.reason()));
              list.add(entry);
            });
    json.put("looked_at", page.lookedAt());
    json.put("complete", page.complete());
    return json;
  }

  /**
   * Returns a sample.
   *
   * @param whole whether payloads were asked for as they are
   */
  static ObjectNode letters(DeadLetters.Sample sample, boolean whole) {
    ObjectNode json = NODES.objectNode();
    json.put("topic", sample.topic());
    json.put("retained", sample.retained());
    json.put("looked_at", sample.looked());
    json.put("unreadable", sample.unreadable());
    json.put("matching", sample.matching());
    ArrayNode reasons = json.putArray("reasons");
    sample
        .byReason()
        .forEach(
            (key, count) ->
                reasons
                    .addObject()
                    .put("reason", key.reason())
                    .put("store", lowerCase(key.store()))
                    .put("count", count));
    ArrayNode letters = json.putArray("letters");
    sample.letters().forEach(letter -> letters.add(letter(letter, whole)));
    json.put("complete", sample.complete());
    if (sample.backToMillis().isPresent()) {
      json.put("looked_back_to", time(sample.backToMillis().getAsLong()));
    } else {
      json.putNull("looked_back_to");
    }
    json.put("next_cursor", sample.next().orElse(null));
    return json;
  }

  private static ObjectNode letter(DeadLetters.Letter written, boolean whole) {
    DeadLetter letter = written.letter();
    ObjectNode json = NODES.objectNode();
    json.put("written_at", time(written.writtenMillis()));
    json.put("topic", letter.origin().topic());
    json.put("partition", letter.origin().partition());
    json.put("offset", letter.origin().offset());
    json.put("append_time", time(letter.origin().appendTimeMillis()));
    json.put("stage", lowerCase(letter.stage()));
    json.put("store", lowerCase(letter.store()));
    json.put("reason", letter.reason());
    json.put("detail", letter.detail());
    byte[] payload = letter.payload();
    // What is not UTF-8 shows as replacement characters, and a character may be cut in two.
    String text = new String(payload, StandardCharsets.UTF_8);
    json.put("payload", text);
    boolean all = payload.length == written.payloadBytes();
    if (whole && all && !Arrays.equals(text.getBytes(StandardCharsets.UTF_8), payload)) {
      json.put("payload_base64", Base64.getEncoder().encodeToString(payload));
    }
    json.put("payload_bytes", written.payloadBytes());
    return json;
  }

  private static String time(long millis) {
    return Instant.ofEpochMilli(millis).toString();
  }

  private static String lowerCase(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }
}
