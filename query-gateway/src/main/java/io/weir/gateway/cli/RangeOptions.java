package io.weir.gateway.cli;

import picocli.CommandLine.Option;

/** From when to when. */
final class RangeOptions {
  @Option(
      names = "--from",
      paramLabel = "TIME",
      description =
          "Start, such as 2026-03-29T10:00Z or now-1h; 15 minutes before the end if absent.")
  String from;

  @Option(names = "--to", paramLabel = "TIME", description = "End, not included; now if absent.")
  String to;

  GatewayClient.Query to(GatewayClient.Query target) {
    return target.add("from", from).add("to", to);
  }
}
