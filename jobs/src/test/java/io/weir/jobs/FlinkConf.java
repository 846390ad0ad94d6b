package io.weir.jobs;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** The configuration files that ship, as a cluster would read them. */
final class FlinkConf {
  private FlinkConf() {}

  static Map<String, String> read(String name) {
    Path file = Path.of("..", "flink-conf", name);
    try {
      Map<?, ?> yaml =
          (Map<?, ?>)
              new Load(LoadSettings.builder().build()).loadFromString(Files.readString(file));
      Map<String, String> options = new LinkedHashMap<>();
      yaml.forEach((key, value) -> options.put(key.toString(), value.toString()));
      return options;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
