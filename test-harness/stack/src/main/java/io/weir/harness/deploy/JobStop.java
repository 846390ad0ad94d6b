package io.weir.harness.deploy;

import io.weir.harness.node.FlinkRest;
import io.weir.harness.node.HttpStatusException;
import io.weir.harness.node.JobSummary;
import io.weir.harness.node.SavepointProgress;
import java.time.Duration;
import java.util.Objects;
import java.util.Set;

/**
 * Ends a job with a savepoint. Flink takes a stop back only when the savepoint fails, at the latest
 * with the timeout of the job's checkpoints: whoever gives up earlier does not know whether the job
 * ends later. So this waits at least that long, and says how it ended although answers get lost.
 */
final class JobStop {
  private static final Duration MARGIN = Duration.ofSeconds(30);
  private static final int NOT_FOUND = 404;

  private static final String NOT_LISTED = "not among its jobs";

  /** What does not last: a JobManager that took over lists a job when it has recovered it. */
  private static final Set<String> PASSING = Set.of("FAILING", "CANCELLING", NOT_LISTED);

  private final FlinkRest rest;
  private final String savepoints;
  private final Patience patience;
  private final Insistence insistence;

  /**
   * @param savepoints URI of the folder for savepoints
   */
  JobStop(FlinkRest rest, String savepoints, Patience patience) {
    this.rest = Objects.requireNonNull(rest, "rest");
    this.savepoints = Objects.requireNonNull(savepoints, "savepoints");
    this.patience = Objects.requireNonNull(patience, "patience");
    this.insistence = new Insistence(patience.pause());
  }

  /** How a stop ended. */
  enum End {
    /** With the savepoint. */
    STOPPED,
    /** Not; the job goes on. */
    GOES_ON,
    /** The job has ended, and it is not known with which savepoint. */
    ENDED,
    /** It may still end, or the cluster does not say. */
    UNKNOWN
  }

  /**
   * @param savepoint where it lies; empty unless the job was stopped
   * @param reason why it was not, and what to do; empty if it was
   */
  record Outcome(End end, String savepoint, String reason) {}

  /** Stops a job and waits until that has come to an end. */
  Outcome stop(String jobId) {
    Duration longest = longest(jobId);
    String operation = FlinkRest.newJobId();
    Insistence.Answer<String> refusal =
        insistence.ask(patience.answer(), () -> request(jobId, operation));
    if (!refusal.last().orElse("").isEmpty()) {
      return notStopped(jobId, refusal.last().get());
    }
    // Without an answer, too: the stop may have been taken all the same.
    Insistence.Answer<SavepointProgress> progress =
        insistence.ask(
            longest,
            () -> progress(jobId, operation),
            seen -> seen.path().isPresent() || seen.failure().isPresent());
    if (!progress.awaited()) {
      return unknown(
          "stopping it has not come to an end after "
              + longest.toSeconds()
              + " s"
              + because(progress.silence()));
    }
    SavepointProgress end = progress.last().orElseThrow();
    return end.path()
        .map(path -> new Outcome(End.STOPPED, path, ""))
        .orElseGet(() -> notStopped(jobId, FlinkWords.head(end.failure().orElseThrow())));
  }

  private Duration longest(String jobId) {
    Duration checkpoint =
        insistence
            .ask(patience.answer(), () -> checkpointTimeout(jobId))
            .last()
            .orElse(Duration.ZERO);
    Duration needed = checkpoint.isZero() ? Duration.ZERO : checkpoint.plus(MARGIN);
    return needed.compareTo(patience.stop()) > 0 ? needed : patience.stop();
  }

  /** Zero for a job without checkpoints. */
  private Duration checkpointTimeout(String jobId) {
    try {
      return rest.checkpointTimeout(jobId);
    } catch (HttpStatusException e) {
      if (e.status() == NOT_FOUND) {
        return Duration.ZERO;
      }
      throw e;
    }
  }

  /** Returns why the cluster refuses the stop; empty if it does not. */
  private String request(String jobId, String operation) {
    try {
      rest.requestStop(jobId, savepoints, operation);
      return "";
    } catch (HttpStatusException e) {
      if (!e.mayPass() && e.status() / 100 == 4) {
        return FlinkWords.of(e);
      }
      throw e;
    }
  }

  /**
   * A JobManager that took over knows nothing of the stop, which has failed with the one before.
   */
  private SavepointProgress progress(String jobId, String operation) {
    try {
      return rest.savepointProgress(jobId, operation);
    } catch (HttpStatusException e) {
      if (e.status() == NOT_FOUND) {
        return SavepointProgress.failed(
            "the JobManager does not know of the stop: " + FlinkWords.of(e));
      }
      throw e;
    }
  }

  private Outcome notStopped(String jobId, String failure) {
    Insistence.Answer<String> state =
        insistence.ask(patience.answer(), () -> stateNow(jobId), seen -> !PASSING.contains(seen));
    if (!state.awaited()) {
      return unknown(
          "stopping it failed: "
              + failure
              + "\n  and since then it is "
              + state.last().orElse("not answered for")
              + because(state.silence()));
    }
    if (JobSummary.isEnd(state.last().orElseThrow())) {
      return new Outcome(
          End.ENDED,
          "",
          "stopping failed and the job is "
              + state.last().get()
              + ": "
              + failure
              + "\n"
              + "  what to do: start it with bin/upgrade --from and the youngest of the savepoints"
              + " below "
              + savepoints
              + " and its retained checkpoints");
    }
    return new Outcome(End.GOES_ON, "", "it could not be stopped with a savepoint: " + failure);
  }

  /**
   * The list of jobs is never old, and a job's own page is: it shows a job that failed as running.
   */
  private String stateNow(String jobId) {
    return rest.jobs().stream()
        .filter(job -> job.id().equals(jobId))
        .map(JobSummary::state)
        .findFirst()
        .orElse(NOT_LISTED);
  }

  private Outcome unknown(String reason) {
    return new Outcome(
        End.UNKNOWN,
        "",
        reason
            + "\n"
            + "  what to do: Flink does not take a stop back. If the job ends, its savepoint is the"
            + " youngest one below "
            + savepoints
            + ": start it with bin/upgrade --from and that. If it goes on, nothing has happened");
  }

  private static String because(String silence) {
    return silence.isEmpty() ? "" : ", and the cluster does not answer: " + silence;
  }
}
