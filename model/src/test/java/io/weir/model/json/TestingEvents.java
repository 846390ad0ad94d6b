package io.weir.model.json;

import io.weir.model.log.LogEvent;
import io.weir.model.log.LogLevel;
import java.nio.charset.StandardCharsets;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Builders;
import net.jqwik.api.Combinators;

/** Events and arbitrary values for tests of the codecs. */
final class TestingEvents {
  private TestingEvents() {}

  static LogEvent event(String message, String fields) {
    return new LogEvent(
        1_774_778_400_123_456_789L,
        "payments",
        "web-1",
        "eu-central-1",
        LogLevel.ERROR,
        message,
        fields,
        "p-1",
        null,
        0,
        "logs",
        "0a1b2",
        3,
        42L,
        1_774_778_400_500L);
  }

  /** Any text: ASCII, escapes, controls, other planes, lone surrogates. */
  static Arbitrary<String> texts() {
    Arbitrary<String> pieces =
        Arbitraries.oneOf(
            Arbitraries.strings().ascii().ofMaxLength(20),
            Arbitraries.strings().ofMaxLength(10),
            Arbitraries.of(
                "\"",
                "\\",
                "\n",
                "\u0000",
                "\u001f",
                "\u007f",
                "é",
                "€",
                "\ud83d\ude00",
                "\ud83d",
                "\ude00",
                "\u2028"));
    return pieces.list().ofMaxSize(4).map(parts -> String.join("", parts));
  }

  /** Any JSON value whose objects have no key twice, as text. */
  static Arbitrary<String> jsonValues(int depth) {
    Arbitrary<String> scalars =
        Arbitraries.oneOf(
            texts().map(TestingEvents::quoted),
            Arbitraries.longs().map(String::valueOf),
            Arbitraries.of("null", "true", "false", "0", "-0.5", "1e3", "1.25E-7"));
    if (depth == 0) {
      return scalars;
    }
    Arbitrary<String> arrays =
        jsonValues(depth - 1).list().ofMaxSize(3).map(v -> "[" + String.join(" ,", v) + "]");
    return Arbitraries.oneOf(scalars, arrays, jsonObjects(depth));
  }

  /** Any JSON object whose objects have no key twice, as text. */
  static Arbitrary<String> jsonObjects(int depth) {
    Arbitrary<String> keys =
        Arbitraries.oneOf(texts(), Arbitraries.of("a", "b", "a.b", "user_id", "ключ"));
    Arbitrary<String> members =
        Combinators.combine(keys, jsonValues(depth - 1)).as((k, v) -> quoted(k) + ": " + v);
    return members
        .list()
        .uniqueElements(m -> m.substring(0, m.indexOf("\": ")))
        .ofMaxSize(4)
        .map(m -> "{" + String.join(", ", m) + "}");
  }

  static Arbitrary<LogEvent> events() {
    return Builders.withBuilder(EventBuilder::new)
        .use(Arbitraries.longs().greaterOrEqual(Long.MIN_VALUE + 1_000_000_000L))
        .in((b, v) -> b.timestamp(v))
        .use(texts().list().ofSize(8))
        .in((b, v) -> b.texts(v))
        .use(Arbitraries.of(LogLevel.class))
        .in((b, v) -> b.level(v))
        .use(Arbitraries.integers().between(0, 255).filter(f -> (f & 1 << 6) == 0))
        .in((b, v) -> b.flags(v))
        .use(jsonObjects(3))
        .in((b, v) -> b.fields(v))
        .use(Arbitraries.longs().between(0, Long.MAX_VALUE))
        .in((b, v) -> b.offset(v))
        .build(EventBuilder::build);
  }

  static String quoted(String text) {
    JsonBytes json = new JsonBytes(16);
    json.string(text);
    return new String(json.toByteArray(), StandardCharsets.UTF_8);
  }

  private static final class EventBuilder {
    private long timestamp;
    private List<String> texts;
    private LogLevel level;
    private int flags;
    private String fields;
    private long offset;

    EventBuilder timestamp(long value) {
      timestamp = value;
      return this;
    }

    EventBuilder texts(List<String> value) {
      texts = value;
      return this;
    }

    EventBuilder level(LogLevel value) {
      level = value;
      return this;
    }

    EventBuilder flags(int value) {
      flags = value;
      return this;
    }

    EventBuilder fields(String value) {
      fields = value;
      return this;
    }

    EventBuilder offset(long value) {
      offset = value;
      return this;
    }

    LogEvent build() {
      return new LogEvent(
          timestamp,
          texts.get(0),
          orNull(texts.get(1)),
          orNull(texts.get(2)),
          level,
          texts.get(3),
          fields,
          orNull(texts.get(4)),
          orNull(texts.get(5)),
          flags,
          texts.get(6),
          texts.get(7),
          (int) (offset & 0xFFFF),
          offset,
          offset >> 20);
    }

    private static String orNull(String text) {
      return text.isEmpty() ? null : text;
    }
  }
}
