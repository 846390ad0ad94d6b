package io.weir.jobs;

import io.weir.jobs.audit.AuditReport;
import io.weir.jobs.audit.AuditResult;
import io.weir.jobs.audit.BatchEnvironment;
import io.weir.jobs.audit.RepairPlan;
import io.weir.jobs.options.AuditJobOptions;
import io.weir.jobs.options.OptionGroup;
import io.weir.jobs.tasks.JudgingTask;
import io.weir.jobs.tasks.TaskRunner;
import io.weir.model.audit.HourTally;
import io.weir.model.audit.StoreTally;
import java.io.PrintStream;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/**
 * Audits, writes what is missing into the store that lacks it, and audits again. Elasticsearch
 * takes an event under its own id once. The archive takes whatever it is given, so that each repair
 * begins with an audit, and one that fails is not restarted but run again.
 */
public final class RepairJob implements JudgingTask {
  private final Clock clock;

  /**
   * Creates the job.
   *
   * @param clock says what time it is
   */
  RepairJob(Clock clock) {
    this.clock = clock;
  }

  /** Runs the repair; see {@code --help}. */
  public static void main(String[] args) {
    System.exit(TaskRunner.run(new RepairJob(Clock.systemUTC()), args, System.out, System.err));
  }

  @Override
  public String name() {
    return "RepairJob";
  }

  @Override
  public String summary() {
    return "audits, writes what is missing into the store that lacks it, out of Kafka or, where that"
        + " no longer has it, out of the archive, and audits again. Removes nothing.";
  }

  @Override
  public List<OptionGroup> options() {
    return AuditJobOptions.GROUPS;
  }

  @Override
  public Verdict judge(String[] args, PrintStream out) throws Exception {
    AuditJobOptions options = AuditJobOptions.parse(clock.instant(), args);
    AuditResult before = AuditResult.of(options, clock.instant());
    RepairPlan plan = RepairPlan.of(before, options.logs().archive().isPresent());
    HourTally lacking = before.sum();
    boolean writes = !plan.isEmpty() && !options.audit().dryRun();
    boolean refused = before.plan().lettersCut() && !options.audit().withoutLetters();
    if (writes && refused) {
      if (!options.audit().json()) {
        AuditReport.table(before, out);
      }
      throw new IllegalStateException(
          "nothing was written: dead letters of this time may be gone, and what was dropped as a"
              + " duplicate would be stored. Repair a time whose letters are there, or set"
              + " repair.without-letters");
    }
    AuditResult after = before;
    if (writes) {
      StreamExecutionEnvironment env = BatchEnvironment.withoutRestarts(options.audit());
      RepairTopology.build(
          env,
          plan,
          RepairReaders.of(options, plan, before.plan().from(), before.plan().to()),
          true,
          LogsConnectors.sinks(options.logs()));
      env.execute("weir-repair");
      after = AuditResult.of(options, clock.instant());
    }
    HourTally left = after.sum();
    if (options.audit().json()) {
      AuditReport.json(after, out);
    } else {
      boolean dryRun = options.audit().dryRun();
      long toHot = dryRun ? plan.hot().count() : written(lacking.hot(), left.hot());
      long toArchive = dryRun ? plan.archive().count() : written(lacking.archive(), left.archive());
      out.println(
          (dryRun ? "would write " : "wrote ")
              + toHot
              + " events to Elasticsearch, "
              + toArchive
              + " to the archive");
      if (plan.lost() > 0) {
        out.println(
            plan.lost()
                + " events nobody has any more and stay missing: Kafka has deleted them, and no"
                + " other store has them");
      }
      if (plan.leftOut() > 0) {
        out.println(plan.leftOut() + " offsets are left for another repair");
      }
      AuditReport.table(after, out);
    }
    Map<String, Long> counts = new TreeMap<>(after.counts());
    counts.put("repaired_in_elasticsearch", written(lacking.hot(), left.hot()));
    counts.put("repaired_in_archive", written(lacking.archive(), left.archive()));
    return new Verdict(after.complete(), counts, after.ratios());
  }

  private static long written(StoreTally before, StoreTally after) {
    return before.missing().count() - after.missing().count();
  }
}
