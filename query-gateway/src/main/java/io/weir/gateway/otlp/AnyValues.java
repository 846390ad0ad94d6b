package io.weir.gateway.otlp;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.Base64;
import java.util.List;

/** Says OTLP's values in plain JSON, as the normaliser of logs does for OTLP's JSON. */
final class AnyValues {
  static final JsonFactory JSON = new JsonFactory();

  private AnyValues() {}

  /** Writes a value: bytes as base64, what is not finite as a string, what is not set as null. */
  static void write(AnyValue value, JsonGenerator json) throws IOException {
    switch (value.getValueCase()) {
      case STRING_VALUE -> json.writeString(value.getStringValue());
      case BOOL_VALUE -> json.writeBoolean(value.getBoolValue());
      case INT_VALUE -> json.writeNumber(value.getIntValue());
      case DOUBLE_VALUE -> {
        double number = value.getDoubleValue();
        if (Double.isFinite(number)) {
          json.writeNumber(number);
        } else {
          json.writeString(Double.toString(number));
        }
      }
      case BYTES_VALUE ->
          json.writeString(Base64.getEncoder().encodeToString(value.getBytesValue().toByteArray()));
      case ARRAY_VALUE -> {
        json.writeStartArray();
        for (AnyValue element : value.getArrayValue().getValuesList()) {
          write(element, json);
        }
        json.writeEndArray();
      }
      case KVLIST_VALUE -> write(value.getKvlistValue().getValuesList(), json);
      default -> json.writeNull(); // not set, or of a kind that came later
    }
  }

  /** Writes attributes as an object. A key that stands twice is left to whoever reads it. */
  static void write(List<KeyValue> attributes, JsonGenerator json) throws IOException {
    json.writeStartObject();
    for (KeyValue attribute : attributes) {
      json.writeFieldName(attribute.getKey());
      write(attribute.getValue(), json);
    }
    json.writeEndObject();
  }

  /** Returns a value as text: strings as they are, anything else as its JSON, nothing as "". */
  static String text(AnyValue value) {
    switch (value.getValueCase()) {
      case STRING_VALUE:
        return value.getStringValue();
      case BYTES_VALUE:
        return Base64.getEncoder().encodeToString(value.getBytesValue().toByteArray());
      case DOUBLE_VALUE:
        return Double.toString(value.getDoubleValue());
      case VALUE_NOT_SET:
        return "";
      default:
        StringWriter text = new StringWriter();
        try (JsonGenerator json = JSON.createGenerator(text)) {
          write(value, json);
        } catch (IOException e) {
          throw new UncheckedIOException("writing to memory", e);
        }
        return text.toString();
    }
  }
}
