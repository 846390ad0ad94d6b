package io.weir.jobs;

import io.weir.jobs.audit.BatchEnvironment;
import io.weir.jobs.audit.RedrivePlan;
import io.weir.jobs.audit.RepairPlan;
import io.weir.jobs.audit.SelectedLetters;
import io.weir.jobs.options.OptionGroup;
import io.weir.jobs.options.RedriveJobOptions;
import io.weir.jobs.tasks.JudgingTask;
import io.weir.jobs.tasks.TaskRunner;
import io.weir.operators.audit.OffsetSelection;
import java.io.PrintStream;
import java.time.Clock;
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
    RedrivePlan plan = RedrivePlan.of(options);
    SelectedLetters selected = plan.selected();
    if (selected.ofEarlierTopics() > 0) {
      out.println(
          selected.ofEarlierTopics()
              + " letters are about topics that were deleted since; they are left alone");
    }
    if (selected.full()) {
      out.println("there are more letters than one run takes; run it again for the others");
    }
    if (selected.records() == 0) {
      out.println("no letter of a record that a store lacks is selected");
      return new Verdict(true, Map.of("selected", 0L), Map.of());
    }
    RepairPlan before = plan.lacking(clock.instant());
    RepairPlan after = before;
    boolean dryRun = options.stores().audit().dryRun();
    if (!before.isEmpty() && !dryRun) {
      StreamExecutionEnvironment env = BatchEnvironment.withoutRestarts(options.stores().audit());
      RepairTopology.build(
          env,
          before,
          RepairReaders.of(options.stores(), before, plan.from(), plan.to()),
          false,
          LogsConnectors.sinks(options.stores().logs()));
      env.execute("weir-redrive");
      after = plan.lacking(clock.instant());
    }
    // What is lacking now and was not tried belongs to another run.
    OffsetSelection stillNotHot = after.hot().both(before.hot());
    OffsetSelection stillNotArchived = after.archive().both(before.archive());
    long hot = before.hot().count() - (dryRun ? 0 : stillNotHot.count());
    long archive = before.archive().count() - (dryRun ? 0 : stillNotArchived.count());
    out.println(
        selected.records()
            + " records selected; "
            + (dryRun ? "would try " : "wrote ")
            + hot
            + " to Elasticsearch and "
            + archive
            + " to the archive");
    long refused = dryRun ? 0 : stillNotHot.countWith(stillNotArchived);
    if (refused > 0) {
      out.println(
          refused
              + " of them are still not where they belong: refused for the same reason, too old for"
              + " Elasticsearch, or known by their beginning only");
    }
    if (before.leftOut() > 0) {
      out.println(
          "these hours lack more offsets than one run tells apart, "
              + before.leftOut()
              + " beyond; run it again until none is left");
    }
    return new Verdict(
        refused == 0 && before.leftOut() == 0,
        Map.of(
            "selected",
            (long) selected.records(),
            "redriven_to_elasticsearch",
            dryRun ? 0 : hot,
            "redriven_to_archive",
            dryRun ? 0 : archive,
            "refused",
            refused),
        Map.of());
  }
}
