package io.weir.gateway.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Keeps {@code docs/security.md} true where it names what shows something. */
class SecurityPageTest {
  private static final Path ROOT = Path.of("..");
  private static final Pattern TEST = Pattern.compile("`(\\w+(?:Test|ITCase))#(\\w+)`");
  private static final Pattern SETTING = Pattern.compile("`((?:auth|oidc|http)\\.[a-z.-]+[a-z])`");

  @Test
  void everyTestThatIsNamedExists() throws IOException {
    String page = page();
    List<String> missing = new ArrayList<>();
    Matcher names = TEST.matcher(page);
    int found = 0;
    while (names.find()) {
      found++;
      if (!exists(names.group(1), names.group(2))) {
        missing.add(names.group());
      }
    }
    assertThat(found).isGreaterThan(20);
    assertThat(missing).isEmpty();
  }

  @Test
  void everyRiskOfTheListHasARowWithATest() throws IOException {
    List<String> rows = page().lines().filter(line -> line.startsWith("| API")).toList();
    assertThat(rows).hasSize(10);
    for (int i = 0; i < 10; i++) {
      assertThat(rows.get(i)).startsWith("| API" + (i + 1) + " ").containsPattern(TEST);
    }
  }

  @Test
  void everySettingThatIsNamedExists() throws IOException {
    Set<String> known = new TreeSet<>();
    Settings.ALL.forEach(setting -> known.add(setting.key()));
    Matcher names = SETTING.matcher(page());
    while (names.find()) {
      assertThat(known).contains(names.group(1));
    }
  }

  private static String page() throws IOException {
    return Files.readString(ROOT.resolve("docs/security.md"));
  }

  private static boolean exists(String type, String method) throws IOException {
    for (String module : List.of("query-gateway", "sinks", "model", "test-harness/e2e/tests")) {
      Path tests = ROOT.resolve(module).resolve("src/test/java");
      try (Stream<Path> files = Files.walk(tests)) {
        for (Path file : files.filter(path -> path.endsWith(type + ".java")).toList()) {
          if (Files.readString(file).contains("void " + method + "(")) {
            return true;
          }
        }
      }
    }
    return false;
  }
}
