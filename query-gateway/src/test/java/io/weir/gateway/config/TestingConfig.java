package io.weir.gateway.config;

import java.util.ArrayList;
import java.util.List;

/** The default configuration with single settings changed, on a free port. */
public final class TestingConfig {
  private TestingConfig() {}

  /** Returns the defaults with some {@code key, value, key, value, ...} changed. */
  public static GatewayConfig with(String... keysAndValues) {
    List<String> arguments = new ArrayList<>(List.of("--http.port", "0"));
    for (int i = 0; i < keysAndValues.length; i += 2) {
      arguments.add("--" + keysAndValues[i]);
      arguments.add(keysAndValues[i + 1]);
    }
    return ConfigReader.read(arguments);
  }
}
