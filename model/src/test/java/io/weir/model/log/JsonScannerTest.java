package io.weir.model.log;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

/**
 * Holds the scanner to Jackson: the same documents accepted, the same names and strings read, but
 * for unpaired surrogates.
 */
class JsonScannerTest {
  private final JsonScanner.Tables tables = new JsonScanner.Tables();

  @Property(tries = 10_000, edgeCases = EdgeCasesMode.NONE)
  void readsWhatJacksonReads(@ForAll("documents") String document) {
    assertSame(document);
  }

  @Test
  void readsNamesAndStringsOfEveryLength() {
    for (int length = 0; length < 40; length++) {
      for (String end : List.of("", "\\n", "\\u00e9", "é", "\ud83d\ude00", "\\\"", "\\\\")) {
        String text = "x".repeat(length) + end;
        assertSame("{\"" + text + "\":1}");
        assertSame("{\"" + text + "\":\"" + text + "\",\"a\":\"" + text + "\"}          ");
      }
    }
  }

  @Test
  void refusesWhatJacksonRefusesInStrings() {
    for (int length = 0; length < 20; length++) {
      for (String bad :
          List.of("\u0000", "\n", "\u001f", "\\x", "\\u12g4", "\\u123", "\\", "\\u00e9\\")) {
        String text = "x".repeat(length) + bad;
        assertSame("[\"" + text + "\"]");
        assertSame("{\"" + text + "\":1}");
        assertSame("[\"" + text);
      }
    }
  }

  @Test
  void readsSurrogatesInEveryOrder() {
    List<String> pieces = List.of("\\ud800", "\\uDBFF", "\\udc00", "\\uDFFF", "\\ud7ff", "x", "é");
    for (String first : pieces) {
      for (String second : pieces) {
        for (String third : pieces) {
          assertSame("{\"" + first + second + third + "\":\"" + first + second + third + "\"}");
        }
      }
    }
    assertSame("[\"\\ud800\\");
    assertSame("[\"\\ud800\\u");
    assertSame("[\"\\ud800\\udc0");
    assertSame("[\"\\ud800\\udc0\"]");
    assertSame("[\"\\ud800\\udc0x\"]");
  }

  @Test
  void tellsNamesThatFallOnTheSamePlaceApart() {
    List<String> names = new ArrayList<>();
    StringBuilder document = new StringBuilder("{");
    for (int i = 0; i < 5000; i++) {
      names.add("key" + i);
      document.append(i == 0 ? "" : ",").append("\"key").append(i).append("\":").append(i);
    }
    document.append('}');

    assertThat(scan(document.toString())).containsAll(names);
    assertSame(document.toString());
  }

  @Provide
  Arbitrary<String> documents() {
    Arbitrary<String> pieces =
        Arbitraries.of(
            "{",
            "}",
            "[",
            "]",
            ",",
            ":",
            "\"",
            "\"a\"",
            "\"a\":",
            "\"\\n\"",
            "\"\\u00e9\"",
            "1",
            "0",
            "-",
            "-1",
            "01",
            "1.5",
            "1.",
            ".5",
            "1e3",
            "1E+",
            "1e-2",
            "true",
            "false",
            "null",
            "tru",
            "nulll",
            " ",
            "\n",
            "\t",
            "\r",
            "\f",
            "\\",
            "é",
            "\ud83d\ude00",
            "\u0000",
            "NaN",
            "'a'",
            "/**/",
            "{}",
            "[]",
            "{\"a\":1}",
            "[1,2]",
            "\"service\":\"a\"",
            "+1",
            "\"a name that is longer than two words\":");
    Arbitrary<String> values =
        Arbitraries.of(
            "1",
            "-0.5e+7",
            "\"\"",
            "\"x\"",
            "\"\\ud800\"",
            "{}",
            "[]",
            "[1, [2] ]",
            "null",
            "true",
            "{\"a\" : {\"b\":[ ]}}");
    Arbitrary<String> objects =
        values
            .list()
            .ofMaxSize(5)
            .map(
                list -> {
                  StringBuilder object = new StringBuilder("{");
                  for (int i = 0; i < list.size(); i++) {
                    object.append(i == 0 ? " " : " , ").append("\"k").append(i).append("\" :");
                    object.append(list.get(i));
                  }
                  return object.append('}').toString();
                });
    return Arbitraries.oneOf(
        pieces.list().ofMaxSize(10).map(list -> String.join("", list)),
        objects,
        pieces.list().ofMaxSize(6).map(list -> "{\"a\":" + String.join("", list) + "}"));
  }

  private void assertSame(String document) {
    assertThat(scan(document)).as(document).isEqualTo(jackson(document));
  }

  /** Returns all names and strings of a document, or null if it is none. */
  private List<String> scan(String document) {
    byte[] bytes = document.getBytes(StandardCharsets.UTF_8);
    int nonAscii = Utf8.firstNonAscii(bytes, 0, bytes.length);
    JsonScanner scanner = new JsonScanner(tables, bytes, 0, bytes.length, nonAscii == bytes.length);
    List<String> found = new ArrayList<>();
    try {
      if (scanner.atEnd()) {
        return null;
      }
      value(scanner, found);
      return scanner.atEnd() ? found : null;
    } catch (MalformedJsonException | RejectedRecordException e) {
      return null;
    }
  }

  private static void value(JsonScanner scanner, List<String> found)
      throws MalformedJsonException, RejectedRecordException {
    byte first = scanner.peek();
    if (first == '{') {
      boolean more = scanner.enterObject();
      while (more) {
        String name = scanner.name();
        assertThat(scanner.nameAt(scanner.nameStart())).isEqualTo(name);
        found.add(name);
        value(scanner, found);
        more = scanner.nextMember();
      }
    } else if (first == '[') {
      boolean more = scanner.enterArray();
      while (more) {
        value(scanner, found);
        more = scanner.nextElement();
      }
    } else {
      scanner.skipScalar();
      if (first == '"') {
        String text = scanner.string();
        int length = scanner.decodeString();
        assertThat(new String(scanner.characters(), 0, length)).isEqualTo(text);
        found.add(text);
      }
    }
  }

  private static String withoutUnpairedSurrogates(String text) {
    StringBuilder sound = new StringBuilder();
    text.codePoints()
        .map(c -> c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE ? 0xFFFD : c)
        .forEach(sound::appendCodePoint);
    return sound.toString();
  }

  private static List<String> jackson(String document) {
    byte[] bytes = document.getBytes(StandardCharsets.UTF_8);
    if ((bytes.length > 0 && bytes[0] == 0) || (bytes.length > 1 && bytes[1] == 0)) {
      return null; // would be taken for UTF-16; the parser refuses it before it scans
    }
    List<String> found = new ArrayList<>();
    try (JsonParser parser = JsonText.FACTORY.createParser(bytes)) {
      JsonToken token = parser.nextToken();
      int depth = 0;
      int values = 0;
      while (token != null) {
        values += depth == 0 ? 1 : 0;
        if (token.isStructStart()) {
          depth++;
        } else if (token.isStructEnd()) {
          depth--;
        } else if (token == JsonToken.FIELD_NAME || token == JsonToken.VALUE_STRING) {
          found.add(withoutUnpairedSurrogates(parser.getText()));
        }
        parser.finishToken();
        token = parser.nextToken();
      }
      return values == 1 ? found : null;
    } catch (IOException e) {
      return null;
    }
  }
}
