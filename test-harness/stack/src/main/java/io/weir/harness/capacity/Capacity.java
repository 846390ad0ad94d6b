package io.weir.harness.capacity;

import io.weir.harness.generate.Arguments;
import io.weir.harness.node.HarnessLayout;
import java.io.IOException;
import java.nio.file.Path;

/** Says what a workload needs, from the bench's own results; {@code bin/capacity --help}. */
public final class Capacity {
  /** What {@code bin/capacity --help} says, which is also which options there are. */
  public static final String USAGE =
      """
      Says how much Kafka, Flink, Elasticsearch and S3 a stream of logs needs: arithmetic from costs
      measured by bin/bench, which stand with their commands in docs/figures.yaml. docs/capacity.md
      explains each line, and what it does not know.

      bin/capacity
        --events-per-second N   log events on average (default 10k)
        --bytes N               of an event as JSON (default 1200)
        --peak-factor N         the busiest minutes against the average (default 3)
        --points-per-second N   metric points on average (default 0: not shown)
        --series N              of metrics (default 0)
        --services N            that write logs (default 100)
        --hot-days N            in Elasticsearch (default 30)
        --cold-days N           in the archive (default 365)
        --replicas N            of Elasticsearch (default 1)
        --utilisation N         share of a core that may be busy at the peak (default 0.5)
        --node-cores N          of an Elasticsearch node (default 16)
        --node-disk-tb N        of an Elasticsearch node (default 6)
        --partition-mb N        MB a second for one Kafka partition (default 5; an assumption)
        --broker-mb N           MB a second into one broker, copies included (default 200; likewise)
        --s3-price N            dollars for a GB and month (default 0.023; a list price)
        --s3-put-price N        dollars for 1,000 writing requests (default 0.005; likewise)
        --figures FILE          measured costs (default docs/figures.yaml)
      """;

  private Capacity() {}

  /** Command line; see {@code bin/capacity --help}. */
  public static void main(String[] command) throws IOException {
    try {
      Arguments arguments = Arguments.parse(command, USAGE);
      if (arguments.helpWanted()) {
        System.out.print(USAGE);
        return;
      }
      if (!arguments.rest().isEmpty()) {
        throw new IllegalArgumentException("'" + arguments.rest().get(0) + "' is no option");
      }
      System.out.print(report(arguments));
    } catch (IllegalArgumentException e) {
      System.err.println("capacity: " + e.getMessage());
      System.exit(64);
    }
  }

  static String report(Arguments arguments) throws IOException {
    Workload load = Workload.of(arguments);
    Figures figures = figures(arguments);
    return Report.of(load, figures, Plan.of(load, figures));
  }

  /**
   * Returns what a workload needs.
   *
   * @param arguments the options of {@code bin/capacity}
   * @throws IllegalArgumentException naming the option or the figure that is wrong
   */
  public static Plan plan(Arguments arguments) throws IOException {
    return Plan.of(Workload.of(arguments), figures(arguments));
  }

  private static Figures figures(Arguments arguments) throws IOException {
    String named = arguments.text("figures", null);
    return Figures.read(
        named == null ? HarnessLayout.find().root().resolve("docs/figures.yaml") : Path.of(named));
  }
}
