package io.weir.jobs;

import io.weir.jobs.audit.AuditReport;
import io.weir.jobs.audit.AuditResult;
import io.weir.jobs.options.AuditJobOptions;
import io.weir.jobs.options.OptionGroup;
import io.weir.jobs.tasks.JudgingTask;
import io.weir.jobs.tasks.TaskRunner;
import java.io.PrintStream;
import java.time.Clock;
import java.util.List;

/**
 * Compares, for every hour and partition, what Kafka took with what Elasticsearch, the archive and
 * the dead letters hold, as a bounded job that ends with a report. Reads only.
 */
public final class AuditJob implements JudgingTask {
  private final Clock clock;

  /**
   * Creates the job.
   *
   * @param clock says what time it is
   */
  AuditJob(Clock clock) {
    this.clock = clock;
  }

  /** Runs the audit; see {@code --help}. */
  public static void main(String[] args) {
    System.exit(TaskRunner.run(new AuditJob(Clock.systemUTC()), args, System.out, System.err));
  }

  @Override
  public String name() {
    return "AuditJob";
  }

  @Override
  public String summary() {
    return "compares what Kafka took with what Elasticsearch, the archive and the dead letters hold,"
        + " and names every offset that is missing or doubled. Reads only.";
  }

  @Override
  public List<OptionGroup> options() {
    return AuditJobOptions.GROUPS;
  }

  @Override
  public Verdict judge(String[] args, PrintStream out) throws Exception {
    AuditJobOptions options = AuditJobOptions.parse(clock.instant(), args);
    AuditResult result = AuditResult.of(options, clock.instant());
    if (options.audit().json()) {
      AuditReport.json(result, out);
    } else {
      AuditReport.table(result, out);
    }
    return new Verdict(result.complete(), result.counts(), result.ratios());
  }
}
