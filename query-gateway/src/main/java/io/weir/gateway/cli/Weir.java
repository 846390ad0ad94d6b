package io.weir.gateway.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * The command line: {@code weir search --service payments --level ERROR}. Ends with status 0 if
 * everything was answered, 1 if the gateway refused or part of the answer is missing, 2 if the
 * arguments are wrong.
 */
@Command(
    name = "weir",
    mixinStandardHelpOptions = true,
    version = "weir 0.1.0",
    description =
        "Searches, follows and sends logs, queries metrics and keeps alert rules, through a"
            + " gateway.",
    footer = {
      "",
      "Examples:",
      "  weir search --service payments --level ERROR --from now-1h",
      "  weir search '\"connection refused\" -health' --limit 1000 --follow-pages",
      "  weir tail --service payments --since 10m",
      "  weir metrics query http_requests_total --tag service:payments --group-by host",
      "  weir alerts apply rule.json",
      "  echo '{\"service\":\"demo\",\"message\":\"hello\"}' | weir ingest"
    })
public final class Weir {
  static final int EXIT_FAILED = 1;
  private static final String DEFAULT_URL = "http://127.0.0.1:8080/";
  private static final ObjectMapper JSON = new ObjectMapper();

  /** Longer than any gateway leaves a stream without a heartbeat. */
  private static final Duration STREAM_SILENCE = Duration.ofSeconds(90);

  @Option(
      names = "--url",
      scope = CommandLine.ScopeType.INHERIT,
      paramLabel = "URL",
      description = "The gateway; otherwise WEIR_URL, otherwise " + DEFAULT_URL)
  String url;

  @Option(
      names = "--json",
      scope = CommandLine.ScopeType.INHERIT,
      description = "Write JSON, one object a line.")
  boolean json;

  @Option(
      names = "--colour",
      scope = CommandLine.ScopeType.INHERIT,
      negatable = true,
      description = "Colour the text; the default is to do so on a terminal.")
  Boolean colour;

  @Option(
      names = "--key-file",
      scope = CommandLine.ScopeType.INHERIT,
      paramLabel = "FILE",
      description =
          "File that holds the API key or token to present; otherwise WEIR_KEY is it. There is no"
              + " option for the key itself: others could read it in the list of processes.")
  Path keyFile;

  private final Map<String, String> environment;
  private final boolean terminal;
  private final InputStream in;
  private final PrintWriter out;
  private final PrintWriter err;

  /**
   * @param environment of which WEIR_URL, WEIR_KEY and WEIR_KEYS_FILE are looked at
   * @param terminal whether the output is one
   */
  Weir(
      Map<String, String> environment,
      boolean terminal,
      InputStream in,
      PrintWriter out,
      PrintWriter err) {
    this.environment = Map.copyOf(environment);
    this.terminal = terminal;
    this.in = in;
    this.out = out;
    this.err = err;
  }

  public static void main(String[] args) {
    Weir weir =
        new Weir(
            System.getenv(),
            System.console() != null,
            System.in,
            new PrintWriter(new OutputStreamWriter(System.out, StandardCharsets.UTF_8), true),
            new PrintWriter(new OutputStreamWriter(System.err, StandardCharsets.UTF_8), true));
    System.exit(weir.run(args));
  }

  /** Runs a command line and returns its exit status. */
  int run(String... args) {
    CommandLine line = new CommandLine(this);
    line.addSubcommand("metrics", new MetricsCommands(this));
    line.addSubcommand("dead-letters", new DeadLettersCommand(this));
    line.addSubcommand(
        "alerts",
        described(new DocumentCommands(this, "alert"), "Keeps alert rules and shows alerts.")
            .addSubcommand("state", new AlertStateCommand(this)));
    line.addSubcommand(
        "dashboards", described(new DocumentCommands(this, "dashboard"), "Keeps dashboards."));
    line.addSubcommand(
        "keys",
        new KeyCommands(
            this,
            Optional.ofNullable(environment.get("WEIR_KEYS_FILE")),
            Clock.systemUTC(),
            new SecureRandom()::nextBytes));
    line.setOut(out).setErr(err).setExpandAtFiles(false);
    line.setExecutionExceptionHandler(
        (failure, command, parsed) -> {
          if (failure instanceof GatewayCallException) {
            err.println("weir: " + Terminal.printable(failure.getMessage()));
            return EXIT_FAILED;
          }
          throw failure;
        });
    return line.execute(args);
  }

  private static CommandLine described(Object command, String description) {
    CommandLine line = new CommandLine(command);
    line.getCommandSpec().usageMessage().description(description);
    return line;
  }

  /** Returns what reads the standard input. */
  InputStream in() {
    return in;
  }

  GatewayClient client() {
    String address = url != null ? url : environment.getOrDefault("WEIR_URL", DEFAULT_URL);
    try {
      return new GatewayClient(URI.create(address), key());
    } catch (IllegalArgumentException e) {
      throw new GatewayCallException("'" + address + "' is not a URL");
    }
  }

  private Optional<String> key() {
    if (keyFile == null) {
      return Optional.ofNullable(environment.get("WEIR_KEY")).filter(key -> !key.isBlank());
    }
    try {
      return Optional.of(Files.readString(keyFile).strip());
    } catch (IOException e) {
      throw new GatewayCallException("cannot read the key in " + keyFile);
    }
  }

  Terminal output() {
    return new Terminal(out, json, colour != null ? colour : terminal && !json);
  }

  void warn(String text) {
    err.println("weir: " + Terminal.printable(text));
  }

  @Command(
      name = "search",
      mixinStandardHelpOptions = true,
      description = "Finds log events, newest first.")
  int search(
      @Mixin FilterOptions filter,
      @Mixin RangeOptions range,
      @Option(names = "--limit", defaultValue = "100", description = "Events at most.") int limit,
      @Option(names = "--order", paramLabel = "desc|asc", description = "Newest or oldest first.")
          String order,
      @Option(
              names = "--follow-pages",
              description = "Go on to the end of the range, whatever the limit.")
          boolean followPages,
      @Option(names = "--cursor", description = "Go on where a page ended.") String cursor)
      throws InterruptedException {
    GatewayClient client = client();
    Terminal output = output();
    Set<String> shownOfPartial = new LinkedHashSet<>();
    String next = cursor;
    int left = limit;
    int partialInARow = 0;
    while (true) {
      int page = Math.min(1_000, followPages ? 1_000 : left);
      JsonNode answer =
          client.get(
              "logs/search",
              range
                  .to(filter.to(new GatewayClient.Query()))
                  .add("order", order)
                  .add("limit", page)
                  .add("cursor", next));
      boolean partial = answer.path("partial").asBoolean();
      for (JsonNode event : answer.path("logs")) {
        if (shownOfPartial.add(event.path("event_id").asText())) {
          output.log(event);
          left--;
        }
      }
      answer.path("warnings").forEach(warning -> warn(warning.asText()));
      if (partial) {
        partialInARow++;
        warn("part of the answer is missing: " + failures(answer));
      } else {
        partialInARow = 0;
        shownOfPartial.clear();
      }
      boolean end = answer.path("next_cursor").isNull();
      next = answer.path("next_cursor").asText(null);
      // A shard that keeps failing would be asked for ever.
      boolean stuck = partialInARow >= 3;
      if (end || stuck || (!followPages && (left <= 0 || partial))) {
        summary(output, answer, end);
        return partial ? EXIT_FAILED : 0;
      }
    }
  }

  private void summary(Terminal output, JsonNode answer, boolean end) {
    if (output.writesJson()) {
      return;
    }
    err.println(
        "-- "
            + (answer.path("total_relation").asText().equals("eq") ? "" : "at least ")
            + answer.path("total_matched").asLong()
            + " events match"
            + (end
                ? ""
                : "; more with --follow-pages or --cursor " + answer.path("next_cursor").asText()));
  }

  private static String failures(JsonNode answer) {
    JsonNode shards = answer.path("shards");
    List<String> reasons = new ArrayList<>();
    shards
        .path("failures")
        .forEach(
            failure ->
                reasons.add(
                    failure.path("index").asText() + ": " + failure.path("reason").asText()));
    if (shards.path("timed_out").asBoolean()) {
      reasons.add("a shard ran out of time");
    }
    return shards.path("failed").asInt()
        + " of "
        + shards.path("total").asInt()
        + " shards failed "
        + reasons;
  }

  @Command(
      name = "tail",
      mixinStandardHelpOptions = true,
      description = {
        "Shows log events as they come in.",
        "Goes on where it was when the connection breaks; says what could not be sent."
      })
  int tail(
      @Mixin FilterOptions filter,
      @Option(
              names = "--since",
              paramLabel = "SPAN|TIME",
              description = "Where to begin, such as 10m; now if absent.")
          String since,
      @Option(
              names = "--limit",
              defaultValue = "0",
              paramLabel = "N",
              description = "End after so many events; 0, the default, for never.")
          long limit)
      throws InterruptedException {
    new Tail(client(), output(), filter, STREAM_SILENCE, this::warn).run(since, limit);
    return 0;
  }

  @Command(
      name = "whoami",
      mixinStandardHelpOptions = true,
      description = "Shows who the gateway takes the caller for, and what that allows.")
  int whoami() throws InterruptedException {
    output().json(client().get("whoami", new GatewayClient.Query()));
    return 0;
  }

  @Command(
      name = "context",
      mixinStandardHelpOptions = true,
      description = "Shows the lines around one event.")
  int context(
      @Parameters(paramLabel = "EVENT_ID") String id,
      @Option(names = "--timestamp", description = "The event's time, which is faster.")
          String timestamp,
      @Option(names = "--before", defaultValue = "10") int before,
      @Option(names = "--after", defaultValue = "10") int after)
      throws InterruptedException {
    Terminal output = output();
    JsonNode answer =
        client()
            .get(
                "logs/context",
                new GatewayClient.Query()
                    .add("id", id)
                    .add("timestamp", timestamp)
                    .add("before", before)
                    .add("after", after));
    answer.path("before").forEach(output::log);
    output.log(answer.path("event"), true);
    answer.path("after").forEach(output::log);
    return answer.path("partial").asBoolean() ? EXIT_FAILED : 0;
  }

  @Command(
      name = "histogram",
      mixinStandardHelpOptions = true,
      description = "Counts log events over time, by level.")
  int histogram(
      @Mixin FilterOptions filter,
      @Mixin RangeOptions range,
      @Option(names = "--interval", description = "Such as 30s, 5m, 1h.") String interval)
      throws InterruptedException {
    Terminal output = output();
    JsonNode answer =
        client()
            .get(
                "logs/histogram",
                range.to(filter.to(new GatewayClient.Query())).add("interval", interval));
    if (output.writesJson()) {
      output.json(answer);
    } else {
      long most = 1;
      for (JsonNode bucket : answer.path("buckets")) {
        most = Math.max(most, bucket.path("count").asLong());
      }
      for (JsonNode bucket : answer.path("buckets")) {
        long count = bucket.path("count").asLong();
        output.line(
            String.format(
                "%s %10d %s %s",
                bucket.path("timestamp").asText(),
                count,
                "#".repeat((int) (count * 40 / most)),
                levels(bucket.path("levels"))));
      }
    }
    return answer.path("partial").asBoolean() ? EXIT_FAILED : 0;
  }

  private static String levels(JsonNode levels) {
    List<String> parts = new ArrayList<>();
    Set<String> names = new TreeSet<>();
    levels.fieldNames().forEachRemaining(names::add);
    names.forEach(name -> parts.add(name + "=" + levels.path(name).asLong()));
    return String.join(" ", parts);
  }

  @Command(
      name = "facets",
      mixinStandardHelpOptions = true,
      description = "Shows the most frequent values of a field.")
  int facets(
      @Option(names = "--field", required = true, description = "Such as service or user_id.")
          String field,
      @Mixin FilterOptions filter,
      @Mixin RangeOptions range,
      @Option(names = "--size", defaultValue = "10") int size)
      throws InterruptedException {
    Terminal output = output();
    JsonNode answer =
        client()
            .get(
                "logs/facets",
                range
                    .to(filter.to(new GatewayClient.Query()))
                    .add("field", field)
                    .add("size", size));
    if (output.writesJson()) {
      output.json(answer);
    } else {
      answer
          .path("values")
          .forEach(
              value ->
                  output.line(
                      String.format(
                          "%10d %s", value.path("count").asLong(), value.path("value").asText())));
      if (answer.path("sampled").asBoolean()) {
        warn("counted in a sample of " + answer.path("sample_size").asInt() + " events");
      }
    }
    return answer.path("partial").asBoolean() ? EXIT_FAILED : 0;
  }

  @Command(
      name = "segments",
      mixinStandardHelpOptions = true,
      description = "Lists what is stored.")
  int segments(
      @Mixin RangeOptions range,
      @Option(names = "--tier", paramLabel = "hot|cold|all") String tier,
      @Option(names = "--limit", defaultValue = "1000", description = "Segments at most.")
          int limit)
      throws InterruptedException {
    Terminal output = output();
    GatewayClient client = client();
    String cursor = null;
    int left = limit;
    do {
      JsonNode answer =
          client.get(
              "segments",
              range
                  .to(new GatewayClient.Query())
                  .add("tier", tier)
                  .add("limit", Math.min(1_000, left))
                  .add("cursor", cursor));
      for (JsonNode segment : answer.path("segments")) {
        left--;
        if (output.writesJson()) {
          output.json(segment);
        } else {
          output.line(
              String.format(
                  "%-4s %-20s %12s docs %14s bytes  %s",
                  segment.path("tier").asText(),
                  segment.path("from").asText("any time"),
                  segment.path("documents").asText("?"),
                  segment.path("bytes").asText("?"),
                  segment.path("name").asText()));
        }
      }
      cursor = answer.path("next_cursor").asText(null);
    } while (cursor != null && left > 0);
    return 0;
  }

  @Command(
      name = "ingest",
      mixinStandardHelpOptions = true,
      description = "Sends events: JSON objects, one a line, or one {\"events\":[...]} document.")
  int ingest(
      @Parameters(
              arity = "0..1",
              paramLabel = "FILE",
              description = "What to read; standard input if absent or -.")
          Path file,
      @Option(names = "--batch", defaultValue = "1000", description = "Events in one request.")
          int batch,
      @Option(
              names = "--idempotency-key",
              defaultValue = "",
              description = "Gives the events stable ids, so that the command can be repeated.")
          String key)
      throws InterruptedException, IOException {
    IngestCommand command = new IngestCommand(client(), batch, key);
    IngestCommand.Sent sent;
    if (file == null || file.toString().equals("-")) {
      sent = command.send(in);
    } else {
      try (InputStream content = Files.newInputStream(file)) {
        sent = command.send(content);
      } catch (java.nio.file.NoSuchFileException e) {
        throw new GatewayCallException("there is no file " + file);
      }
    }
    Terminal output = output();
    if (output.writesJson()) {
      output.json(JSON.valueToTree(sent));
    } else {
      sent.rejections().forEach(this::warn);
      output.line(
          sent.accepted()
              + " accepted, "
              + sent.rejected()
              + " rejected, "
              + sent.shed()
              + " shed");
    }
    return sent.rejected() > 0 ? EXIT_FAILED : 0;
  }
}
