package io.weir.harness.ship;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32C;

/**
 * Writes events as the JSON that Weir reads. A line that is a JSON object already keeps all its
 * members and only gets what it lacks. Every event gets an {@code id} made of its place in the file
 * and its bytes: if a crash makes the shipper send it twice, duplicates can be told.
 */
final class EventEncoder {
  private static final List<String> SERVICE_NAMES =
      List.of("service", "service.name", "service_name", "kubernetes", "resource", "app");
  private static final List<String> HOST_NAMES =
      List.of("host", "hostname", "host.name", "kubernetes", "resource");

  private final ObjectMapper mapper = new ObjectMapper();
  private final String host;

  EventEncoder(String host) {
    this.host = host;
  }

  /**
   * Returns a record for Kafka.
   *
   * @param source where the file was named
   * @param file the file
   * @param fileId what tells the file from others of that name
   */
  Encoded encode(LogText event, LogSource source, Path file, String fileId) {
    String id = fileId + ":" + event.start() + ":" + checksum(event.text());
    String fallback = source.service() == null ? LogSource.serviceOf(file) : source.service();
    ObjectNode object = event.head() == null ? asObject(event.text()) : null;
    if (object != null) {
      return encodeObject(object, source.service(), fallback, id);
    }
    ParsedLine head = event.head();
    String service = source.service() == null && head != null ? head.service() : null;
    service = service == null ? fallback : service;
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(512);
    try (JsonGenerator json = mapper.createGenerator(bytes)) {
      json.writeStartObject();
      if (head != null && head.timestamp() != null) {
        json.writeStringField("timestamp", head.timestamp().toString());
      }
      json.writeStringField("service", service);
      json.writeStringField("host", head == null || head.host() == null ? host : head.host());
      if (head != null && head.level() != null) {
        json.writeStringField("level", head.level());
      }
      json.writeStringField("message", event.text());
      json.writeStringField("id", id);
      json.writeObjectFieldStart("fields");
      if (head != null) {
        for (Map.Entry<String, Object> field : head.fields().entrySet()) {
          json.writeObjectField(field.getKey(), field.getValue());
        }
      }
      json.writeStringField("file", file.toString());
      json.writeEndObject();
      json.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException("writing to memory", e);
    }
    return new Encoded(service, bytes.toByteArray());
  }

  private Encoded encodeObject(ObjectNode object, String givenService, String fallback, String id) {
    String service = givenService;
    if (service == null && SERVICE_NAMES.stream().noneMatch(object::has)) {
      service = fallback;
    }
    if (service != null) {
      object.put("service", service);
    }
    if (HOST_NAMES.stream().noneMatch(object::has)) {
      object.put("host", host);
    }
    if (!object.has("id")) {
      object.put("id", id);
    }
    JsonNode key = object.path("service");
    try {
      return new Encoded(
          key.isTextual() ? key.textValue() : fallback, mapper.writeValueAsBytes(object));
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException("writing to memory", e);
    }
  }

  private ObjectNode asObject(String text) {
    if (!text.startsWith("{")) {
      return null;
    }
    try {
      return mapper.readTree(text) instanceof ObjectNode object ? object : null;
    } catch (JsonProcessingException e) {
      // Looks like JSON and is none: an ordinary line.
      return null;
    }
  }

  private static String checksum(String text) {
    CRC32C crc = new CRC32C();
    crc.update(text.getBytes(StandardCharsets.UTF_8));
    return HexFormat.of().toHexDigits((int) crc.getValue());
  }

  /**
   * A record for Kafka.
   *
   * @param service the key
   * @param json the value
   */
  @SuppressWarnings("ArrayRecordComponent") // a carrier on its way to the producer, never compared
  record Encoded(String service, byte[] json) {

    byte[] key() {
      return service.getBytes(StandardCharsets.UTF_8);
    }
  }
}
