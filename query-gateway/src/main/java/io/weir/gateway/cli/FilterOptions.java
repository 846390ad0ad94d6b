package io.weir.gateway.cli;

import java.util.List;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** What all calls over logs share. */
final class FilterOptions {
  @Parameters(
      arity = "0..*",
      paramLabel = "QUERY",
      description = "A query such as: level:(ERROR OR WARN) \"connection refused\" -health")
  List<String> query;

  @Option(names = "--service", paramLabel = "NAME", description = "Service; may be repeated.")
  List<String> services;

  @Option(
      names = "--level",
      paramLabel = "LEVEL",
      description = "Level; may be repeated or a list with commas.")
  List<String> levels;

  @Option(names = "--host", paramLabel = "NAME", description = "Host; may be repeated.")
  List<String> hosts;

  /** Adds everything but the time range. */
  GatewayClient.Query to(GatewayClient.Query target) {
    return target
        .addAll("service", services)
        .addAll("level", levels)
        .addAll("host", hosts)
        .add("q", query == null ? null : String.join(" ", query));
  }
}
