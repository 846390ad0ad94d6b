package io.weir.gateway.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The command line of metrics. */
@Command(mixinStandardHelpOptions = true, description = "Queries metrics.")
final class MetricsCommands {
  private final Weir weir;

  MetricsCommands(Weir weir) {
    this.weir = Objects.requireNonNull(weir, "weir");
  }

  @Command(
      name = "query",
      mixinStandardHelpOptions = true,
      description = "Shows a metric, or the ratio a / b of two, over time.")
  int query(
      @Parameters(paramLabel = "METRIC", description = "Such as http_requests_total.")
          String metric,
      @Mixin RangeOptions range,
      @Option(names = "--step", description = "Between two data points, such as 60s or 5m.")
          String step,
      @Option(names = "--window", description = "Samples that a data point is made from.")
          String window,
      @Option(
              names = "--tag",
              paramLabel = "NAME:VALUE",
              description = "Only series with this tag; may be repeated.")
          List<String> tags,
      @Option(
              names = "--agg",
              paramLabel = "HOW",
              description = "avg, sum, min, max, count, last, rate, p50, p90, p95 or p99.")
          String agg,
      @Option(
              names = "--group-by",
              paramLabel = "TAG",
              description = "One series for each value; may be repeated.")
          List<String> groupBy)
      throws InterruptedException {
    Terminal output = weir.output();
    JsonNode answer =
        weir.client()
            .get(
                "metrics/query",
                range
                    .to(new GatewayClient.Query().add("metric", metric))
                    .add("step", step)
                    .add("window", window)
                    .addAll("tags", tags)
                    .add("agg", agg)
                    .addAll("group_by", groupBy));
    if (output.writesJson()) {
      output.json(answer);
      return 0;
    }
    answer.path("datapoints").forEach(point -> output.line(line(point)));
    for (JsonNode series : answer.path("series")) {
      output.line(tags(series.path("tags")));
      series.path("datapoints").forEach(point -> output.line("  " + line(point)));
    }
    int missing = answer.path("series_total").asInt() - answer.path("series").size();
    if (missing > 0) {
      weir.warn(missing + " more series are not shown");
      return Weir.EXIT_FAILED;
    }
    return 0;
  }

  private static String line(JsonNode point) {
    JsonNode value = point.path("value");
    return point.path("timestamp").asText() + " " + (value.isNull() ? "NaN" : value.asText());
  }

  private static String tags(JsonNode tags) {
    List<String> parts = new ArrayList<>();
    tags.fields().forEachRemaining(tag -> parts.add(tag.getKey() + "=" + tag.getValue().asText()));
    return parts.isEmpty() ? "(no tags)" : String.join(" ", parts);
  }
}
