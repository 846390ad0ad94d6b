package io.weir.gateway.otlp;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import java.io.IOException;
import java.util.Base64;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * JSON, as protobuf maps it with OTLP's differences: ids of traces and spans are hexadecimal, enums
 * are numbers (names are read too), unknown members are passed over.
 *
 * @see <a href="https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding">OTLP, JSON
 *     Protobuf Encoding</a>
 */
final class JsonEncoding implements OtlpEncoding {
  private static final JsonFactory JSON = new JsonFactory();
  private static final Set<String> HEXADECIMAL = Set.of("trace_id", "span_id", "parent_span_id");

  /** Digits of a 64-bit integer, with a sign. */
  private static final int MAX_INTEGER = 20;

  /** By type and name: both {@code timeUnixNano} and {@code time_unix_nano} are names. */
  private final Map<Descriptor, Map<String, FieldDescriptor>> fields = new ConcurrentHashMap<>();

  @Override
  public void members(byte[] body, Slice message, Descriptor type, Members members)
      throws MalformedOtlpException {
    try (JsonParser parser = open(body, message)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        throw new MalformedOtlpException("is not a JSON object");
      }
      for (String name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
        FieldDescriptor field = field(type, name);
        JsonToken token = parser.nextToken();
        if (field == null || token == JsonToken.VALUE_NULL) {
          parser.skipChildren();
        } else if (!field.isRepeated()) {
          members.member(field, slice(parser, message));
        } else if (token == JsonToken.START_ARRAY) {
          while (parser.nextToken() != JsonToken.END_ARRAY) {
            members.member(field, slice(parser, message));
          }
        } else {
          throw wrong(parser, "an array");
        }
      }
      if (parser.nextToken() != null) {
        throw new MalformedOtlpException("goes on after the end of its JSON object");
      }
    } catch (IOException e) {
      throw malformed(e);
    }
  }

  private static JsonParser open(byte[] body, Slice part) throws IOException {
    return JSON.createParser(body, part.from(), part.length());
  }

  private static Slice slice(JsonParser parser, Slice message)
      throws IOException, MalformedOtlpException {
    long from = parser.currentTokenLocation().getByteOffset();
    parser.skipChildren();
    parser.finishToken();
    long to = parser.currentLocation().getByteOffset();
    if (from < 0 || to < 0) {
      throw new MalformedOtlpException("is not UTF-8");
    }
    return new Slice(message.from() + (int) from, message.from() + (int) to);
  }

  @Override
  public Object scalar(byte[] body, Slice at, FieldDescriptor field) throws MalformedOtlpException {
    try (JsonParser parser = open(body, at)) {
      parser.nextToken();
      Object value = value(parser, field);
      return value instanceof EnumValueDescriptor constant ? (Object) constant.getNumber() : value;
    } catch (IOException e) {
      throw malformed(e);
    }
  }

  @Override
  @SuppressWarnings("unchecked") // a message's builder builds messages of its type
  public <M extends Message> M parse(byte[] body, Slice message, M prototype)
      throws MalformedOtlpException {
    Message.Builder builder = prototype.newBuilderForType();
    try (JsonParser parser = open(body, message)) {
      parser.nextToken();
      merge(parser, builder, 1);
    } catch (IOException e) {
      throw malformed(e);
    }
    return (M) builder.build();
  }

  private void merge(JsonParser parser, Message.Builder builder, int depth)
      throws IOException, MalformedOtlpException {
    if (depth > MAX_DEPTH) {
      throw new MalformedOtlpException("is nested more than " + MAX_DEPTH + " deep");
    }
    if (!parser.hasToken(JsonToken.START_OBJECT)) {
      throw wrong(parser, "an object");
    }
    for (String name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
      FieldDescriptor field = field(builder.getDescriptorForType(), name);
      JsonToken token = parser.nextToken();
      if (field == null || token == JsonToken.VALUE_NULL) {
        parser.skipChildren();
      } else if (!field.isRepeated()) {
        builder.setField(field, value(parser, field, builder, depth));
      } else if (token == JsonToken.START_ARRAY) {
        while (parser.nextToken() != JsonToken.END_ARRAY) {
          builder.addRepeatedField(field, value(parser, field, builder, depth));
        }
      } else {
        throw wrong(parser, "an array");
      }
    }
  }

  private Object value(JsonParser parser, FieldDescriptor field, Message.Builder builder, int depth)
      throws IOException, MalformedOtlpException {
    if (field.getJavaType() != FieldDescriptor.JavaType.MESSAGE) {
      return value(parser, field);
    }
    Message.Builder nested = builder.newBuilderForField(field);
    merge(parser, nested, depth + 1);
    return nested.build();
  }

  private static Object value(JsonParser parser, FieldDescriptor field)
      throws IOException, MalformedOtlpException {
    JsonToken token = parser.currentToken();
    boolean text = token == JsonToken.VALUE_STRING;
    switch (field.getJavaType()) {
      case STRING:
        if (text) {
          return WellFormed.text(parser.getText());
        }
        throw wrong(parser, "a string");
      case BOOLEAN:
        if (token == JsonToken.VALUE_TRUE || token == JsonToken.VALUE_FALSE) {
          return parser.getBooleanValue();
        }
        throw wrong(parser, "true or false");
      case INT:
        return (int) integer(parser, field);
      case LONG:
        return integer(parser, field);
      case FLOAT, DOUBLE:
        return number(parser);
      case ENUM:
        if (!text) {
          return field
              .getEnumType()
              .findValueByNumberCreatingIfUnknown((int) integer(parser, field));
        }
        EnumValueDescriptor constant = field.getEnumType().findValueByName(parser.getText());
        if (constant == null) {
          throw wrong(parser, "one of the numbers of " + field.getEnumType().getName());
        }
        return constant;
      case BYTE_STRING:
        return bytes(parser, field);
      default:
        throw new IllegalArgumentException(field.getFullName());
    }
  }

  /** 64-bit integers are strings in protobuf's JSON, and numbers are read as well. */
  private static long integer(JsonParser parser, FieldDescriptor field)
      throws IOException, MalformedOtlpException {
    JsonToken token = parser.currentToken();
    if (token == JsonToken.VALUE_STRING || token == JsonToken.VALUE_NUMBER_INT) {
      String text = parser.getText();
      boolean unsigned =
          field.getType() == FieldDescriptor.Type.FIXED64
              || field.getType() == FieldDescriptor.Type.UINT64;
      boolean small = field.getJavaType() != FieldDescriptor.JavaType.LONG;
      try {
        if (text.length() <= MAX_INTEGER) {
          long value = unsigned ? Long.parseUnsignedLong(text) : Long.parseLong(text);
          if (!small || (value >= Integer.MIN_VALUE && value <= 0xFFFF_FFFFL)) {
            return value;
          }
        }
      } catch (NumberFormatException e) {
        throw wrong(parser, "an integer");
      }
    }
    throw wrong(parser, "an integer");
  }

  private static double number(JsonParser parser) throws IOException, MalformedOtlpException {
    if (parser.currentToken().isNumeric()) {
      return parser.getDoubleValue();
    }
    if (parser.hasToken(JsonToken.VALUE_STRING)) {
      String text = parser.getText();
      switch (text) {
        case "NaN":
          return Double.NaN;
        case "Infinity":
          return Double.POSITIVE_INFINITY;
        case "-Infinity":
          return Double.NEGATIVE_INFINITY;
        default:
          if (text.length() <= 40 && text.matches("-?[0-9.]+([eE][-+]?[0-9]+)?")) {
            try {
              return Double.parseDouble(text);
            } catch (NumberFormatException e) {
              throw wrong(parser, "a number");
            }
          }
      }
    }
    throw wrong(parser, "a number");
  }

  private static ByteString bytes(JsonParser parser, FieldDescriptor field)
      throws IOException, MalformedOtlpException {
    boolean hexadecimal = HEXADECIMAL.contains(field.getName());
    if (parser.hasToken(JsonToken.VALUE_STRING)) {
      String text = parser.getText();
      try {
        return ByteString.copyFrom(
            hexadecimal
                ? HexFormat.of().parseHex(text)
                : Base64.getDecoder().decode(text.replace('-', '+').replace('_', '/')));
      } catch (IllegalArgumentException e) {
        throw wrong(parser, hexadecimal ? "hexadecimal" : "base64");
      }
    }
    throw wrong(parser, "a string");
  }

  private FieldDescriptor field(Descriptor type, String name) {
    return fields.computeIfAbsent(type, JsonEncoding::names).get(name);
  }

  private static Map<String, FieldDescriptor> names(Descriptor type) {
    Map<String, FieldDescriptor> names = new HashMap<>();
    for (FieldDescriptor field : type.getFields()) {
      names.put(field.getName(), field);
      names.put(field.getJsonName(), field);
    }
    return Map.copyOf(names);
  }

  private static MalformedOtlpException wrong(JsonParser parser, String expected) {
    String path = parser.getParsingContext().pathAsPointer().toString();
    return new MalformedOtlpException(
        (path.isEmpty() ? "the value" : path.length() > 120 ? path.substring(0, 120) : path)
            + " is not "
            + expected);
  }

  private static MalformedOtlpException malformed(IOException e) {
    return new MalformedOtlpException(
        "is not JSON: "
            + (e instanceof JsonProcessingException json
                ? json.getOriginalMessage()
                : e.getMessage()),
        e);
  }
}
