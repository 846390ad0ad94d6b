package io.weir.harness.bench;

import io.weir.harness.generate.Arguments;
import io.weir.harness.measure.RunKinds;
import io.weir.harness.node.HarnessLayout;
import io.weir.harness.node.NodeFiles;
import io.weir.sinks.pushgateway.RunReporter;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Measures Weir with processes of its own; nothing here decides whether a test passes. */
public final class Bench {
  private static final String USAGE =
      """
      Measures Weir on this machine. Starts processes of its own on free ports; needs about 5 GB of
      memory and, for the defaults, 5 GB of disk. Figures mean something on an idle machine only.

      bin/bench             what an event costs on its way, part by part
        --events N          events in Kafka (default 2M)
        --bulk-events N     events of the Elasticsearch ceiling, held in memory (default 600k)
        --services N        number of services (default 100)
        --message-length N  characters of a message at least (default 0: as they come, which makes
                            events of 373 bytes; 880 makes them about 1.2 KB)
        --parallelism N     of the job (default 2)
        --profile DIR       writes a flight recording of the TaskManager for each phase there

      bin/bench search      how long searches take under ingest
        --events N          events over all indices (default 5M)
        --hours N           hourly indices (default 720)
        --ingest-rate N     events per second that keep coming (default 2000)
        --searchers N       searches at the same time (default 4)
        --for DURATION      how long each kind of search is repeated (default 60s)
        --probes N          events whose way into a search result is timed (default 50)

      bin/bench tail        how long an event takes to the clients of the live stream
        --subscribers N     clients at the same time (default 1000)
        --rate N            events per second in Kafka (default 20000)
        --for DURATION      how long it is measured, after a warm-up (default 60s)
        --soak DURATION     so long instead, a line and the heap after GC for each minute

      bin/bench metrics     what a metric point costs in the metrics job's operators, step by step;
                            starts nothing; has options of its own, see bin/bench metrics --help

      bin/bench alerts      what evaluating rules costs in the alerts job's graph; likewise

      bin/bench out-of-order   what Prometheus' out-of-order window costs in memory
        --series N          number of series (default 20k)

      All but metrics and alerts:
        --home DIR          where the processes keep their files; emptied first (default .weir/bench)
        --keep              leaves these files
        --elasticsearch-heap N   in MiB (default 1024)
        --pushgateway URL   reports how it ended there (default $WEIR_PUSHGATEWAY_URL, or nowhere)
      """;

  private static final List<String> KINDS = List.of("pipeline", "search", "tail", "out-of-order");

  private Bench() {}

  /** Command line; see {@code bin/bench --help}. */
  public static void main(String[] command) throws Exception {
    Arguments arguments;
    String kind;
    Path home;
    int heap;
    RunReporter reports;
    try {
      arguments = Arguments.parse(command, USAGE);
      if (arguments.helpWanted()) {
        System.out.print(USAGE);
        return;
      }
      kind = arguments.rest().isEmpty() ? "pipeline" : arguments.rest().get(0);
      if (arguments.rest().size() > 1 || !KINDS.contains(kind)) {
        throw new IllegalArgumentException(
            "'" + String.join(" ", arguments.rest()) + "' is no bench; see --help");
      }
      home = HarnessLayout.find().root().resolve(arguments.text("home", ".weir/bench"));
      heap = Math.toIntExact(arguments.number("elasticsearch-heap", 1024));
      reports =
          new RunReporter(
              Optional.ofNullable(
                      arguments.text("pushgateway", System.getenv("WEIR_PUSHGATEWAY_URL")))
                  .map(URI::create),
              Clock.systemUTC(),
              warning -> System.err.println("bench: " + warning));
    } catch (IllegalArgumentException e) {
      System.err.println("bench: " + e.getMessage());
      System.exit(2);
      return;
    }
    System.out.println("command    bin/bench " + String.join(" ", command));
    System.out.print(Machine.describe(HarnessLayout.find().root()));
    empty(home);
    RunReporter.Run run = reports.begin(RunKinds.BENCH);
    boolean done = false;
    try {
      measure(kind, home, heap, arguments);
      done = true;
    } finally {
      if (done) {
        run.succeeded(Map.of());
      } else {
        run.failed();
      }
    }
    if (!arguments.has("keep")) {
      empty(home);
    }
  }

  private static void measure(String kind, Path home, int heap, Arguments arguments)
      throws Exception {
    if (kind.equals("out-of-order")) {
      new OutOfOrderBench(home, arguments, System.out).run();
      return;
    }
    if (kind.equals("tail")) {
      new TailBench(home, arguments, System.out).run();
      return;
    }
    try (BenchNodes nodes = new BenchNodes(home, heap)) {
      nodes.start();
      if (kind.equals("search")) {
        new SearchBench(nodes, arguments, System.out).run();
      } else {
        new PipelineBench(nodes, arguments, System.out).run();
      }
    }
  }

  /** Deletes what an earlier bench has left, and nothing that a bench does not make. */
  private static void empty(Path home) {
    List.of("data", "logs", "run").forEach(part -> NodeFiles.deleteFolder(home.resolve(part)));
  }
}
