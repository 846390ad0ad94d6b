package io.weir.gateway.tail;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;

/** Takes and reads what a subscriber gets. */
final class TestingClient {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Subscriber subscriber;
  private final List<Event> events = new ArrayList<>();

  /** One event of the stream; an empty id means that it has none. */
  record Event(String id, String type, JsonNode data) {
    int partition() {
      return data.path("kafka_partition").asInt();
    }

    long offset() {
      return data.path("kafka_offset").asLong();
    }
  }

  TestingClient(Subscriber subscriber) {
    this.subscriber = subscriber;
  }

  /** Takes what there is and returns everything so far. */
  List<Event> take() {
    for (Subscriber.Chunk chunk = subscriber.take(64 << 10);
        chunk.bytes().length > 0;
        chunk = subscriber.take(64 << 10)) {
      for (String event : new String(chunk.bytes(), UTF_8).split("\n\n")) {
        events.add(read(event));
      }
    }
    return events;
  }

  /** Returns the log events so far. */
  List<Event> logs() {
    return take().stream().filter(event -> event.type().equals("log")).toList();
  }

  /** Returns the other events so far, by type. */
  List<Event> of(String type) {
    return take().stream().filter(event -> event.type().equals(type)).toList();
  }

  /** Returns the last id so far. */
  String lastId() {
    return take().stream()
        .map(Event::id)
        .filter(id -> !id.isEmpty())
        .reduce((one, other) -> other)
        .orElse("");
  }

  private static Event read(String text) {
    String id = "";
    String type = "message";
    JsonNode data = null;
    try {
      for (String line : text.split("\n")) {
        if (line.startsWith("id: ")) {
          id = line.substring(4);
        } else if (line.startsWith("event: ")) {
          type = line.substring(7);
        } else if (line.startsWith("data: ")) {
          data = JSON.readTree(line.substring(6));
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new Event(id, type, data);
  }
}
