package io.weir.harness.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.harness.node.HarnessLayout;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Every test that a page names as the proof of something is there. */
class DocumentedTestsTest {
  private static final Set<String> NOT_WRITTEN_BY_PEOPLE = Set.of("target", ".git", ".weir");

  private static final Pattern NAMED =
      Pattern.compile("(\\*?)\\b([A-Z]\\w+(?:ITCase|Test))\\b(?:#(\\w+\\*?))?");

  private final Path root = HarnessLayout.find().root();

  @Test
  void everyTestThatIsNamedIsThere() throws IOException {
    Map<String, String> tests = tests();
    List<String> missing = new ArrayList<>();
    int named = 0;
    for (Path page : pages()) {
      Matcher name = NAMED.matcher(Files.readString(page));
      while (name.find()) {
        named++;
        if (!isThere(tests, !name.group(1).isEmpty(), name.group(2), name.group(3))) {
          missing.add(root.relativize(page) + ": " + name.group());
        }
      }
    }
    assertThat(missing).isEmpty();
    assertThat(named).isGreaterThan(50);
  }

  private static boolean isThere(
      Map<String, String> tests, boolean ending, String type, String method) {
    if (ending) {
      return tests.keySet().stream().anyMatch(test -> test.endsWith(type));
    }
    String source = tests.get(type);
    if (source == null || method == null) {
      return source != null;
    }
    return method.endsWith("*")
        ? source.contains("void " + method.substring(0, method.length() - 1))
        : source.contains("void " + method + "(");
  }

  private Map<String, String> tests() throws IOException {
    Map<String, String> tests = new HashMap<>();
    for (Path file : below(root, "Test.java", "ITCase.java")) {
      tests.put(file.getFileName().toString().replace(".java", ""), Files.readString(file));
    }
    return tests;
  }

  private List<Path> pages() throws IOException {
    List<Path> pages = new ArrayList<>(below(root.resolve("docs"), ".md"));
    pages.add(root.resolve("README.md"));
    pages.add(root.resolve("CONTRIBUTING.md"));
    return pages;
  }

  private static List<Path> below(Path folder, String... endings) throws IOException {
    List<Path> found = new ArrayList<>();
    Files.walkFileTree(
        folder,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path entered, BasicFileAttributes unused) {
            // Other modules are being built meanwhile: files come and go in there.
            return NOT_WRITTEN_BY_PEOPLE.contains(entered.getFileName().toString())
                ? FileVisitResult.SKIP_SUBTREE
                : FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes unused) {
            if (Stream.of(endings).anyMatch(file.toString()::endsWith)) {
              found.add(file);
            }
            return FileVisitResult.CONTINUE;
          }
        });
    return found;
  }
}
