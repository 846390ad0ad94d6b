package io.weir.gateway.otlp;

import com.fasterxml.jackson.core.JsonGenerator;
import com.google.protobuf.ByteString;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.InstrumentationScope;
import io.opentelemetry.proto.logs.v1.LogRecord;
import io.opentelemetry.proto.resource.v1.Resource;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.HexFormat;

/**
 * Writes a log record as the JSON of one event, under OTLP's own names: what they mean is said in
 * one place, the table of {@code docs/log-normalisation.md}, for records that come through the
 * gateway and for those that an agent puts into Kafka.
 */
final class LogRecordJson {
  private static final int TYPICAL = 1024;

  private LogRecordJson() {}

  /** What all records of a resource or scope share, written once. */
  static String resource(Resource resource) {
    StringWriter text = new StringWriter();
    try (JsonGenerator json = AnyValues.JSON.createGenerator(text)) {
      json.writeStartObject();
      json.writeFieldName("attributes");
      AnyValues.write(resource.getAttributesList(), json);
      json.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException("writing to memory", e);
    }
    return text.toString();
  }

  /** Returns null for a scope that says nothing. */
  static String scope(InstrumentationScope scope) {
    if (scope.getName().isEmpty() && scope.getAttributesCount() == 0) {
      return null;
    }
    StringWriter text = new StringWriter();
    try (JsonGenerator json = AnyValues.JSON.createGenerator(text)) {
      json.writeStartObject();
      text(json, "name", scope.getName());
      text(json, "version", scope.getVersion());
      if (scope.getAttributesCount() > 0) {
        json.writeFieldName("attributes");
        AnyValues.write(scope.getAttributesList(), json);
      }
      json.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException("writing to memory", e);
    }
    return text.toString();
  }

  /**
   * Returns the bytes of a record.
   *
   * @param resource from {@link #resource}; null if there is none
   * @param scope from {@link #scope}; null if there is none
   */
  static byte[] write(LogRecord record, String resource, String scope) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(TYPICAL);
    try (JsonGenerator json = AnyValues.JSON.createGenerator(bytes)) {
      json.writeStartObject();
      time(json, "timeUnixNano", record.getTimeUnixNano());
      time(json, "observedTimeUnixNano", record.getObservedTimeUnixNano());
      text(json, "severityText", record.getSeverityText());
      if (record.getSeverityNumberValue() != 0) {
        json.writeNumberField("severityNumber", record.getSeverityNumberValue());
      }
      body(json, record);
      id(json, "trace_id", record.getTraceId());
      id(json, "span_id", record.getSpanId());
      if (record.getFlags() != 0) {
        json.writeNumberField("trace_flags", record.getFlags());
      }
      text(json, "event_name", record.getEventName());
      if (record.getAttributesCount() > 0) {
        json.writeFieldName("attributes");
        AnyValues.write(record.getAttributesList(), json);
      }
      raw(json, "resource", resource);
      raw(json, "scope", scope);
      json.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException("writing to memory", e);
    }
    return bytes.toByteArray();
  }

  /** An event of OTLP may have a name and no body; then its name is what it says. */
  private static void body(JsonGenerator json, LogRecord record) throws IOException {
    boolean said = record.getBody().getValueCase() != AnyValue.ValueCase.VALUE_NOT_SET;
    if (said) {
      json.writeFieldName("body");
      AnyValues.write(record.getBody(), json);
    } else {
      text(json, "body", record.getEventName());
    }
  }

  private static void time(JsonGenerator json, String name, long nanos) throws IOException {
    if (nanos != 0) {
      json.writeStringField(name, Long.toUnsignedString(nanos));
    }
  }

  private static void text(JsonGenerator json, String name, String text) throws IOException {
    if (!text.isEmpty()) {
      json.writeStringField(name, text);
    }
  }

  private static void id(JsonGenerator json, String name, ByteString id) throws IOException {
    if (!id.isEmpty()) {
      json.writeStringField(name, HexFormat.of().formatHex(id.toByteArray()));
    }
  }

  private static void raw(JsonGenerator json, String name, String text) throws IOException {
    if (text != null) {
      json.writeFieldName(name);
      json.writeRawValue(text);
    }
  }
}
