package io.weir.gateway.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
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

  @Option(
      names = "--duplicates",
      description = "Show letters of dropped duplicates, too; --reason duplicate shows them alone.")
  boolean duplicates;

  @Option(
      names = "--cursor",
      description = "Go on where an earlier look ended, which says it; with the same options.")
  String cursor;

  DeadLettersCommand(Weir weir) {
    this.weir = Objects.requireNonNull(weir, "weir");
  }

  @Override
  public Integer call() throws InterruptedException {
    Terminal output = weir.output();
    JsonNode sample = look(cursor);
    // The letters of one record are wanted however old they are.
    while (isOfOneRecord()
        && sample.path("letters").isEmpty()
        && !sample.path("next_cursor").isNull()) {
      sample = look(sample.path("next_cursor").asText());
    }
    for (JsonNode letter : sample.path("letters")) {
      if (output.writesJson()) {
        output.json(letter);
      } else {
        output.line(line(letter));
        if (raw) {
          output.line("  " + letter.path("payload").asText());
          warnOfCut(letter);
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
    warnOfRest(sample);
    return 0;
  }

  private boolean isOfOneRecord() {
    return topic != null && partition != null && offset != null;
  }

  private JsonNode look(String cursorOrNull) throws InterruptedException {
    return weir.client()
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
                .add("duplicates", duplicates ? true : null)
                .add("cursor", cursorOrNull)
                .add("limit", raw ? Math.min(limit, 10) : limit)
                .add("payload", raw ? "whole" : null));
  }

  /** Without it somebody would take the beginning of a record for the record. */
  private void warnOfCut(JsonNode letter) {
    long bytes = letter.path("payload_bytes").asLong();
    if (letter.path("payload").asText().getBytes(StandardCharsets.UTF_8).length < bytes) {
      weir.warn(
          "  the beginning of "
              + bytes
              + " bytes; its --topic, --partition and --offset show it whole");
    }
  }

  /** Without it somebody would take a part for all. */
  private void warnOfRest(JsonNode sample) {
    if (!sample.path("complete").asBoolean()) {
      JsonNode backTo = sample.path("looked_back_to");
      weir.warn(
          "not all were looked at"
              + (backTo.isNull() ? "" : ", only those since " + backTo.asText())
              + "; what is counted is of these");
    }
    if (!sample.path("next_cursor").isNull()) {
      weir.warn("older ones: --cursor " + sample.path("next_cursor").asText());
    }
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
