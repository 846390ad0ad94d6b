package io.weir.harness.stack;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.weir.harness.node.GatewayClient;
import io.weir.harness.node.NodeFiles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A few alert rules on what a local stack measures of itself. Posted once for each folder of data:
 * who has changed or deleted one does not get it back.
 */
final class SampleRules {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final GatewayClient gateway;
  private final Path marker;

  /**
   * @param marker exists once the rules were posted
   */
  SampleRules(GatewayClient gateway, Path marker) {
    this.gateway = gateway;
    this.marker = marker;
  }

  /** Posts them unless that was done before. */
  void post() {
    if (Files.exists(marker)) {
      return;
    }
    try {
      for (JsonNode rule :
          JSON.readTree(NodeFiles.readResource(SampleRules.class, "sample-rules.json"))) {
        gateway.post("/alerts", rule);
      }
      Files.createDirectories(marker.getParent());
      Files.createFile(marker);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
