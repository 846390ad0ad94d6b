package io.weir.gateway.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Objects;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Shows what could not be stored. */
@Command(
    mixinStandardHelpOptions = true,
    description = {
      "Shows what could not be stored, and why, the newest first.",
      "bin/redrive tries it again; docs/audit.md says how."
    })
final class DeadLettersCommand implements Callable<Integer> {
  private final Weir weir;

  @Option(
      names = "--of",
      paramLabel = "logs|metrics",
      description = "Which records; logs if absent.")
  String of;

  @Option(names = "--reason", description = "Such as missing_service or mapping_rejected.")
  String reason;

  @Option(
      names = "--store",
      paramLabel = "all|elasticsearch|archive",
      description = "The store that lacks the record; all: it could not be read.")
  String store;

  @Option(names = "--topic", description = "The topic that the record came from.")
  String topic;

  @Option(names = "--partition", description = "Its partition.")
  Integer partition;

  @Option(names = "--offset", description = "Its offset.")
  Long offset;

  @Option(names = "--from", paramLabel = "TIME", description = "Written then or later.")
  String from;

  @Option(names = "--to", paramLabel = "TIME", description = "Written before.")
  String to;

  @Option(names = "--limit", defaultValue = "50", description = "Letters at most.")
  int limit;

  @Option(
      names = "--raw",
      description = "Show the records as they were, whole; at most 10 letters then.")
  boolean raw;

  DeadLettersCommand(Weir weir) {
    this.weir = Objects.requireNonNull(weir, "weir");
  }

  @Override
  public Integer call() throws InterruptedException {
    Terminal output = weir.output();
    JsonNode sample =
        weir.client()
            .get(
                "pipeline/dead-letters",
                new GatewayClient.Query()
                    .add("of", of)
                    .add("reason", reason)
                    .add("store", store)
                    .add("topic", topic)
                    .add("partition", partition)
                    .add("offset", offset)
                    .add("from", from)
                    .add("to", to)
                    .add("limit", raw ? Math.min(limit, 10) : limit)
                    .add("payload", raw ? "whole" : null));
    for (JsonNode letter : sample.path("letters")) {
      if (output.writesJson()) {
        output.json(letter);
      } else {
        output.line(line(letter));
        if (raw) {
          output.line("  " + letter.path("payload").asText());
        }
      }
    }
    if (!output.writesJson()) {
      for (JsonNode count : sample.path("reasons")) {
        weir.warn(
            String.format(
                "%8d %s, missing in %s",
                count.path("count").asInt(),
                count.path("reason").asText(),
                count.path("store").asText()));
      }
      weir.warn(
          sample.path("matching").asInt()
              + " match of the newest "
              + sample.path("looked_at").asInt()
              + "; "
              + sample.path("retained").asLong()
              + " are kept in "
              + sample.path("topic").asText());
    }
    return 0;
  }

  private static String line(JsonNode letter) {
    return String.format(
        "%s %-20s %-13s %s-%d@%d  %s",
        letter.path("written_at").asText(),
        letter.path("reason").asText(),
        letter.path("store").asText(),
        letter.path("topic").asText(),
        letter.path("partition").asInt(),
        letter.path("offset").asLong(),
        letter.path("detail").asText());
  }
}
