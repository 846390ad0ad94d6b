package io.weir.gateway.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** Reads events and sends them in batches. */
final class IngestCommand {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int MAX_BATCH_BYTES = 4 << 20;
  private static final int MAX_REASONS = 20;

  private final GatewayClient client;
  private final int batch;
  private final String key;

  private final List<byte[]> waiting = new ArrayList<>();
  private final List<Long> waitingNumbers = new ArrayList<>();
  private int waitingBytes;
  private int batches;
  private long read;
  private long accepted;
  private long rejected;
  private long shed;
  private final List<String> reasons = new ArrayList<>();

  /**
   * @param batch events in one request
   * @param key of idempotency for the whole input, or empty
   */
  IngestCommand(GatewayClient client, int batch, String key) {
    this.client = Objects.requireNonNull(client, "client");
    this.batch = batch;
    this.key = Objects.requireNonNull(key, "key");
  }

  /** What became of the input. */
  record Sent(long accepted, long rejected, long shed, List<String> rejections) {}

  /** Sends everything; the input is JSON lines or one {@code {"events":[...]}} document. */
  Sent send(InputStream input) throws IOException, InterruptedException {
    BufferedReader lines = new BufferedReader(new InputStreamReader(input, StandardCharsets.UTF_8));
    String first = nextLine(lines);
    if (first != null) {
      StringBuilder document = new StringBuilder(first);
      if (!isWholeJson(first)) {
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
          document.append('\n').append(line);
        }
      }
      JsonNode events = events(document.toString());
      if (events == null) {
        add(document.toString());
      } else {
        for (JsonNode event : events) {
          add(event.toString());
        }
      }
      for (String line = nextLine(lines); line != null; line = nextLine(lines)) {
        add(line);
      }
    }
    flush();
    return new Sent(accepted, rejected, shed, reasons);
  }

  private static String nextLine(BufferedReader lines) throws IOException {
    String line = lines.readLine();
    while (line != null && line.isBlank()) {
      line = lines.readLine();
    }
    return line;
  }

  private static boolean isWholeJson(String text) {
    try {
      JSON.readTree(text);
      return true;
    } catch (JsonProcessingException e) {
      return false;
    }
  }

  private static JsonNode events(String document) {
    try {
      JsonNode events = JSON.readTree(document).get("events");
      return events != null && events.isArray() ? events : null;
    } catch (JsonProcessingException e) {
      throw new GatewayCallException("the input is not JSON: " + e.getOriginalMessage());
    }
  }

  private void add(String event) throws InterruptedException {
    read++;
    if (!isWholeJson(event)) {
      // It would spoil the request for the events around it.
      reject(read, "not_json: the line is not JSON");
      return;
    }
    byte[] bytes = event.getBytes(StandardCharsets.UTF_8);
    if (!waiting.isEmpty() && waitingBytes + bytes.length > MAX_BATCH_BYTES) {
      flush();
    }
    waiting.add(bytes);
    waitingNumbers.add(read);
    waitingBytes += bytes.length;
    if (waiting.size() == batch) {
      flush();
    }
  }

  private void reject(long number, String why) {
    rejected++;
    if (reasons.size() < MAX_REASONS) {
      reasons.add("event " + number + ": " + why);
    }
  }

  private void flush() throws InterruptedException {
    if (waiting.isEmpty()) {
      return;
    }
    List<Long> numbers = List.copyOf(waitingNumbers);
    ByteArrayOutputStream body = new ByteArrayOutputStream(waitingBytes + 64);
    body.writeBytes("{\"events\":[".getBytes(StandardCharsets.UTF_8));
    for (int i = 0; i < waiting.size(); i++) {
      if (i > 0) {
        body.write(',');
      }
      body.writeBytes(waiting.get(i));
    }
    body.writeBytes("]}".getBytes(StandardCharsets.UTF_8));
    waiting.clear();
    waitingNumbers.clear();
    waitingBytes = 0;
    JsonNode answer = post(body.toByteArray());
    accepted += answer.path("accepted").asLong();
    for (JsonNode count : answer.path("shed")) {
      shed += count.asLong();
    }
    for (JsonNode rejection : answer.path("rejected")) {
      reject(
          numbers.get(rejection.path("index").asInt()),
          rejection.path("reason").asText() + ": " + rejection.path("detail").asText());
    }
  }

  /** A request of which every event was rejected is a problem that lists them all the same. */
  private JsonNode post(byte[] body) throws InterruptedException {
    try {
      return client.post("ingest/logs", body, key.isEmpty() ? "" : key + "-" + batches++);
    } catch (GatewayCallException e) {
      if (e.problem().has("rejected")) {
        return e.problem();
      }
      throw e;
    }
  }
}
