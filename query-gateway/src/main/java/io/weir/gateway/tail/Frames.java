package io.weir.gateway.tail;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.weir.model.kafka.EventId;
import io.weir.model.log.Timestamps;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Writes what the stream consists of, in the format of server-sent events. */
final class Frames {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final byte[] LOG = ascii("event: log\ndata: ");
  private static final byte[] END = ascii("\n\n");
  private static final byte[] NO_ID = {};

  private Frames() {}

  /** Returns the line that carries a position. */
  static byte[] id(String position) {
    return ascii("id: " + position + "\n");
  }

  /** Returns what follows the id of a log event. */
  static byte[] log(byte[] json) {
    byte[] body = new byte[LOG.length + json.length + END.length];
    System.arraycopy(LOG, 0, body, 0, LOG.length);
    System.arraycopy(json, 0, body, LOG.length, json.length);
    System.arraycopy(END, 0, body, LOG.length + json.length, END.length);
    return body;
  }

  /** Returns what follows the id of a heartbeat. */
  static byte[] heartbeat(Instant now) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("time", now.toString());
    return event("heartbeat", json);
  }

  /** Returns what follows the id of a report of dropped events. */
  static byte[] dropped(Dropped dropped) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("count", dropped.count());
    mark(json.putObject("first"), dropped.first());
    mark(json.putObject("last"), dropped.last());
    return event("dropped", json);
  }

  private static void mark(ObjectNode json, Frame.Mark mark) {
    json.put("event_id", EventId.encode(mark.topicCode(), mark.partition(), mark.offset()));
    json.put("timestamp", Timestamps.format(mark.timestampNanos()));
  }

  /** Returns what follows the id of a report of records that cannot be had any more. */
  static byte[] gap(Gap.Reason reason, List<Gap> gaps) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("reason", reason.lowerCase());
    json.put("detail", reason.detail());
    ArrayNode partitions = json.putArray("partitions");
    for (Gap gap : gaps) {
      ObjectNode entry = partitions.addObject();
      entry.put("partition", gap.partition());
      gap.from().ifPresent(from -> entry.put("from_offset", from));
      entry.put("to_offset", gap.to());
    }
    return event("gap", json);
  }

  /** Returns the last event of a stream that the gateway ends. */
  static Frame bye(Bye reason, Duration retry) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("reason", reason.lowerCase());
    json.put("detail", reason.detail());
    json.put("retry_ms", retry.toMillis());
    byte[] event = event("bye", json);
    byte[] hint = ascii("retry: " + retry.toMillis() + "\n");
    byte[] body = new byte[hint.length + event.length];
    System.arraycopy(hint, 0, body, 0, hint.length);
    System.arraycopy(event, 0, body, hint.length, event.length);
    return new Frame(NO_ID, body, Optional.empty());
  }

  /** Returns a frame that is no log event. */
  static Frame control(String position, byte[] body) {
    return new Frame(id(position), body, Optional.empty());
  }

  private static byte[] event(String name, ObjectNode json) {
    try {
      return ("event: " + name + "\ndata: " + JSON.writeValueAsString(json) + "\n\n")
          .getBytes(StandardCharsets.UTF_8);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a tree of JSON nodes can be written", e);
    }
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
