package io.weir.jobs;

import io.weir.jobs.audit.AuditPlan;
import io.weir.jobs.audit.AuditResult;
import io.weir.jobs.audit.BatchEnvironment;
import io.weir.jobs.audit.Redrive;
import io.weir.jobs.audit.RepairPlan;
import io.weir.jobs.options.AuditJobOptions;
import io.weir.jobs.options.OptionGroup;
import io.weir.jobs.options.RedriveJobOptions;
import io.weir.jobs.tasks.JudgingTask;
import io.weir.jobs.tasks.TaskRunner;
import io.weir.model.audit.HourTally;
import java.io.PrintStream;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/**
 * Tries again what dead letters are about, after the reason for them was mended: writes each record
 * under its own identity into the store that lacks it, and into no other. Doing it again changes
 * nothing. The letters stay.
 */
public final class RedriveJob implements JudgingTask {
  private final Clock clock;

  /**
   * Creates the job.
   *
   * @param clock says what time it is
   */
  RedriveJob(Clock clock) {
    this.clock = clock;
  }

  /** Runs the redrive; see {@code --help}. */
  public static void main(String[] args) {
    System.exit(TaskRunner.run(new RedriveJob(Clock.systemUTC()), args, System.out, System.err));
  }

  @Override
  public String name() {
    return "RedriveJob";
  }

  @Override
  public String summary() {
    return "writes the records that selected dead letters are about into the store that lacks them,"
        + " under their own identity. What is there already is left alone; the letters stay.";
  }

  @Override
  public List<OptionGroup> options() {
    return RedriveJobOptions.GROUPS;
  }

  @Override
  public Verdict judge(String[] args, PrintStream out) throws Exception {
    RedriveJobOptions options = RedriveJobOptions.parse(clock.instant(), args);
    boolean dryRun = options.stores().audit().dryRun();
    Redrive.Outcome outcome =
        Redrive.run(
            options,
            new ClusterStores(options.stores(), clock),
            sum -> out.println("so far: " + describe(sum, dryRun)));
    if (outcome.ofEarlierTopics() > 0) {
      out.println(
          outcome.ofEarlierTopics()
              + " letters are about topics that were deleted since; they are left alone");
    }
    out.println(
        outcome.selected() == 0
            ? "no letter of a record that a store lacks is selected"
            : describe(outcome, dryRun));
    if (outcome.refused() > 0) {
      out.println(
          outcome.refused()
              + " of them are still not where they belong: refused for the same reason, or too old"
              + " for Elasticsearch");
    }
    if (outcome.lost() > 0) {
      out.println(
          outcome.lost()
              + " of them nobody has any more: Kafka has deleted them, and neither the archive nor"
              + " a letter has the whole record");
    }
    return new Verdict(
        outcome.complete(),
        Map.of(
            "selected",
            outcome.selected(),
            "redriven_to_elasticsearch",
            dryRun ? 0 : outcome.toHot(),
            "redriven_to_archive",
            dryRun ? 0 : outcome.toArchive(),
            "refused",
            outcome.refused(),
            "lost",
            outcome.lost()),
        Map.of());
  }

  private static String describe(Redrive.Outcome outcome, boolean dryRun) {
    return outcome.selected()
        + " records selected; "
        + (dryRun ? "would try " : "wrote ")
        + outcome.toHot()
        + " to Elasticsearch and "
        + outcome.toArchive()
        + " to the archive";
  }

  /** The stores of the logs job, looked at and written by bounded jobs. */
  private record ClusterStores(AuditJobOptions options, Clock clock) implements Redrive.Stores {
    @Override
    public List<HourTally> look(AuditPlan plan) throws Exception {
      return AuditResult.ofStores(options, plan, clock.instant()).tallies();
    }

    @Override
    public void write(RepairPlan plan, Instant from, Instant to) throws Exception {
      StreamExecutionEnvironment env = BatchEnvironment.withoutRestarts(options.audit());
      RepairTopology.build(
          env,
          plan,
          RepairReaders.of(options, plan, from, to),
          false,
          LogsConnectors.sinks(options.logs()));
      env.execute("weir-redrive");
    }
  }
}
