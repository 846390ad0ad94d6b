package io.weir.harness.node;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;

/** Reads files of {@code flink-conf}: flat {@code key: value} lines. */
public final class FlinkYaml {
  private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());

  private FlinkYaml() {}

  /**
   * @throws IllegalArgumentException when a value is not a scalar: keys are written in full
   */
  public static Map<String, String> read(Path file) {
    Map<String, String> keys = new TreeMap<>();
    try {
      YAML.readTree(file.toFile())
          .fields()
          .forEachRemaining(
              entry -> {
                if (!entry.getValue().isValueNode()) {
                  throw new IllegalArgumentException(
                      file + ": " + entry.getKey() + " must be one value, with its key in full");
                }
                keys.put(entry.getKey(), entry.getValue().asText());
              });
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + file, e);
    }
    return keys;
  }
}
