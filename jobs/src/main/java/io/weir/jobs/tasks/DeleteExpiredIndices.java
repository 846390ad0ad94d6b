package io.weir.jobs.tasks;

import io.weir.jobs.options.AllOptions;
import io.weir.jobs.options.ElasticsearchOptions;
import io.weir.jobs.options.ExpiryOptions;
import io.weir.jobs.options.OptionGroup;
import io.weir.jobs.options.OptionValues;
import io.weir.jobs.options.ParseOptions;
import io.weir.jobs.options.RunReportOptions;
import io.weir.sinks.elasticsearch.ElasticsearchConnection;
import io.weir.sinks.elasticsearch.HotRetention;
import io.weir.sinks.elasticsearch.HotRetention.Expired;
import io.weir.sinks.elasticsearch.HotRetention.Failed;
import java.io.IOException;
import java.io.PrintStream;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.elasticsearch.client.RestClient;

/** Deletes hot indices whose time has come. */
public final class DeleteExpiredIndices implements Task {
  private final Clock clock;

  /**
   * Creates the task.
   *
   * @param clock says what time it is
   */
  DeleteExpiredIndices(Clock clock) {
    this.clock = clock;
  }

  /** Runs the task; see {@code --help}. */
  public static void main(String[] args) {
    System.exit(
        TaskRunner.run(new DeleteExpiredIndices(Clock.systemUTC()), args, System.out, System.err));
  }

  @Override
  public String name() {
    return "DeleteExpiredIndices";
  }

  @Override
  public String summary() {
    return "deletes hot indices whose hour ended longer than retention.hot ago, by their names."
        + " Other indices are never touched.";
  }

  @Override
  public List<OptionGroup> options() {
    return List.of(
        ElasticsearchOptions.GROUP,
        ParseOptions.RETENTION,
        ExpiryOptions.GROUP,
        RunReportOptions.GROUP);
  }

  @Override
  public Map<String, Long> run(String[] args, PrintStream out) throws IOException {
    OptionValues values = OptionValues.read(args, options(), AllOptions.GROUPS);
    Optional<ElasticsearchConnection> connection = ElasticsearchOptions.read(values);
    Duration retention = ParseOptions.readHotRetention(values);
    boolean dryRun = ExpiryOptions.readDryRun(values);
    var unused = RunReportOptions.readPushgateway(values);
    values.throwIfInvalid();
    try (RestClient client = connection.orElseThrow().open(1)) {
      HotRetention.Report report = new HotRetention(client, clock, retention).run(dryRun);
      report(report, out);
      return dryRun ? Map.of() : counts(report);
    }
  }

  private static Map<String, Long> counts(HotRetention.Report report) {
    return Map.of(
        "deleted_indices",
        (long) report.expired().size(),
        "deleted_documents",
        report.documents(),
        "deleted_bytes",
        report.bytes(),
        "kept_indices",
        (long) report.kept());
  }

  private static void report(HotRetention.Report report, PrintStream out) throws IOException {
    String verb = report.dryRun() ? "would delete " : "deleted ";
    for (Expired index : report.expired()) {
      out.println(verb + index.name() + ", documents " + index.documents());
    }
    report.unrecognised().forEach(name -> out.println("left alone " + name));
    out.println(
        verb
            + report.expired().size()
            + " indices, "
            + report.documents()
            + " documents, "
            + report.bytes()
            + " bytes; "
            + report.kept()
            + " indices are within their time");
    if (!report.failed().isEmpty()) {
      List<String> reasons = report.failed().stream().map(DeleteExpiredIndices::describe).toList();
      throw new IOException("could not delete " + String.join("; ", reasons));
    }
  }

  private static String describe(Failed failed) {
    return failed.index().name() + ": " + failed.reason();
  }
}
