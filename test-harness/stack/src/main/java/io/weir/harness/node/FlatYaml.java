package io.weir.harness.node;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/** Reads files of {@code key: value} lines with comments, as those in {@code flink-conf} are. */
final class FlatYaml {
  private FlatYaml() {}

  static Map<String, String> read(Path file) {
    Map<String, String> values = new LinkedHashMap<>();
    try {
      for (String line : Files.readAllLines(file)) {
        String entry = line.strip();
        if (entry.isEmpty() || entry.startsWith("#")) {
          continue;
        }
        int colon = entry.indexOf(": ");
        if (colon < 0) {
          throw new IllegalStateException(file + ": '" + entry + "' is not 'key: value'");
        }
        values.put(entry.substring(0, colon).strip(), entry.substring(colon + 2).strip());
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + file, e);
    }
    return values;
  }
}
