package io.weir.model.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.model.log.FieldAliases.Row;
import io.weir.model.log.FieldAliases.Target;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * Keeps {@code docs/log-normalisation.md} equal to the tables in code. With {@code
 * -Dweir.docs.write=true} it writes them.
 */
class NormalisationDocumentTest {
  private static final Path DOCUMENT = Path.of("..", "docs", "log-normalisation.md");

  @Test
  void documentShowsTheNamesThatTheParserKnows() throws IOException {
    List<String> lines = new ArrayList<>();
    lines.add("| target | name | read as | written by |");
    lines.add("|---|---|---|---|");
    for (Row row : FieldAliases.rows()) {
      lines.add(
          "| %s | %s | %s | %s |"
              .formatted(
                  row.rank() == 0 ? row.target().name().toLowerCase(Locale.ROOT) : "",
                  row.path().stream().collect(Collectors.joining("` . `", "`", "`")),
                  reading(row),
                  row.producers()));
    }
    assertShown("names", lines);
  }

  @Test
  void documentShowsTheWordsThatNameALevel() throws IOException {
    Map<LogLevel, List<String>> words = new LinkedHashMap<>();
    for (LogLevel level : LogLevel.values()) {
      words.put(level, new ArrayList<>());
    }
    LevelWords.table().forEach((word, level) -> words.get(level).add("`" + word + "`"));
    List<String> lines = new ArrayList<>();
    lines.add("| level | words |");
    lines.add("|---|---|");
    words.forEach((level, of) -> lines.add("| " + level + " | " + String.join(" ", of) + " |"));
    assertShown("words", lines);
  }

  @Test
  void documentShowsTheFlags() throws IOException {
    List<String> lines = new ArrayList<>();
    lines.add("| bit | value | name |");
    lines.add("|---|---|---|");
    for (int i = 0; i < LogFlags.names().size(); i++) {
      lines.add("| %d | %d | `%s` |".formatted(i, 1 << i, LogFlags.names().get(i)));
    }
    assertShown("flags", lines);
  }

  @Test
  void documentShowsEveryReason() throws IOException {
    String document = Files.readString(DOCUMENT);
    for (ParseReason reason : ParseReason.values()) {
      assertThat(document).contains("\n| `" + reason.code() + "` | ");
    }
  }

  @Test
  void everyRowIsReachable() {
    for (Target target : Target.values()) {
      List<List<String>> paths =
          FieldAliases.rows().stream().filter(r -> r.target() == target).map(Row::path).toList();
      assertThat(paths).isNotEmpty().doesNotHaveDuplicates();
    }
    for (Row row : FieldAliases.rows()) {
      FieldAliases.Node node = FieldAliases.root();
      for (String key : row.path()) {
        node = node.child(key);
      }
      assertThat(node.row()).isEqualTo(row);
      assertThat(FieldAliases.root().child(row.dottedPath()).row()).isEqualTo(row);
    }
  }

  private static String reading(Row row) {
    return switch (row.reading()) {
      case PLAIN -> "";
      case LINE -> "line";
      case ZERO_IS_ABSENT -> "0 is absent";
      case WORD_OR_NUMBER -> "word or number";
      case SYSLOG -> "syslog";
      case SYSLOG_PRIORITY -> "syslog priority";
      case OTLP -> "OTLP";
      case PYTHON -> "Python";
    };
  }

  private static void assertShown(String section, List<String> lines) throws IOException {
    String document = Files.readString(DOCUMENT);
    int from = document.indexOf("\n", document.indexOf("<!-- " + section + ": ")) + 1;
    int to = document.indexOf("<!-- end of " + section + " -->");
    String wanted = String.join("\n", lines) + "\n";
    if (Boolean.getBoolean("weir.docs.write")) {
      Files.writeString(DOCUMENT, document.substring(0, from) + wanted + document.substring(to));
      return;
    }
    assertThat(document.substring(from, to)).isEqualTo(wanted);
  }
}
