package io.weir.harness.deploy;

import io.weir.harness.node.CheckpointStatistics;
import io.weir.harness.node.FlinkRest;
import io.weir.harness.node.HttpStatusException;
import io.weir.harness.node.JobSubmission;
import io.weir.harness.node.JobSummary;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Replaces a running job by another version of it, with its state: checks that the new one can be
 * built, stops the old one with a savepoint, starts the new one from it and waits until that has
 * run for a while and then completed a checkpoint, which proves that its state has a place and its
 * sinks accept. If it does not, the old one is started again from where the state stands then.
 *
 * <p>An operator whose state has no place in the new version fails the start; nothing here ever
 * allows to leave state behind.
 *
 * <p>A cluster that does not answer for a while is asked again. One that stays silent ends a
 * replacement as {@link End#UNKNOWN}: a second job is never started beside one that may run,
 * because both would write the same events into the archive.
 */
public final class JobReplacement {
  /** A job that failed this often before its first checkpoint will not get there by itself. */
  private static final int HOPELESS_RESTARTS = 5;

  private static final String ABSENT = "";

  private final FlinkRest rest;
  private final Patience patience;
  private final Insistence insistence;
  private final JobStop stop;
  private final Consumer<String> progress;

  /**
   * @param savepoints URI of the folder for savepoints
   * @param savepointTimeout how long stopping with a savepoint may take; the timeout of the job's
   *     checkpoints counts where it is longer
   * @param verifyTimeout how long a new job may take to its first checkpoint
   * @param progress takes a line for each step
   */
  public JobReplacement(
      FlinkRest rest,
      String savepoints,
      Duration savepointTimeout,
      Duration verifyTimeout,
      Consumer<String> progress) {
    this(rest, savepoints, Patience.of(savepointTimeout, verifyTimeout), progress);
  }

  JobReplacement(FlinkRest rest, String savepoints, Patience patience, Consumer<String> progress) {
    this.rest = Objects.requireNonNull(rest, "rest");
    this.patience = Objects.requireNonNull(patience, "patience");
    this.insistence = new Insistence(patience.pause());
    this.stop = new JobStop(rest, savepoints, patience);
    this.progress = Objects.requireNonNull(progress, "progress");
  }

  /** How a replacement ended. */
  public enum End {
    /** The new version runs. */
    REPLACED,
    /** The old version has not been touched, or goes on by itself. */
    UNCHANGED,
    /** The old version runs again, from its own state. */
    ROLLED_BACK,
    /** Neither works. The reason says what to do. */
    DOWN,
    /** The cluster did not say what runs. The reason says where to look, and what to do. */
    UNKNOWN
  }

  /**
   * @param end how it ended
   * @param jobId the job that runs now, or that was started last and does not work; empty when none
   *     was
   * @param from what that job was started from; empty when none was started
   * @param reason why it is not the new version; empty when it is
   */
  public record Result(End end, String jobId, String from, String reason) {}

  /** The job with this name that has not ended. */
  public static Optional<String> liveJob(FlinkRest rest, String name) {
    return rest.jobs().stream()
        .filter(job -> !job.hasEnded() && job.name().equals(name))
        .map(JobSummary::id)
        .findFirst();
  }

  /**
   * Replaces a job.
   *
   * @param jobId the job that runs
   * @param old what runs, for the way back
   * @param fresh what shall run
   */
  public Result replace(String jobId, JobSubmission old, JobSubmission fresh) {
    try {
      progress.accept("the new job has " + rest.plan(fresh) + " nodes");
    } catch (HttpStatusException | UncheckedIOException e) {
      return new Result(
          End.UNCHANGED, jobId, "", "the new job cannot be built: " + FlinkWords.of(e));
    }
    progress.accept("stopping " + jobId + " with a savepoint");
    JobStop.Outcome stopped = stop.stop(jobId);
    return switch (stopped.end()) {
      case GOES_ON -> new Result(End.UNCHANGED, jobId, "", stopped.reason());
      case ENDED -> new Result(End.DOWN, "", "", stopped.reason());
      case UNKNOWN -> new Result(End.UNKNOWN, jobId, "", stopped.reason());
      case STOPPED -> {
        progress.accept(stopped(stopped.savepoint()));
        yield startOrGoBack(old, fresh, stopped.savepoint());
      }
    };
  }

  /** The step after which the job does not run, and its savepoint is all there is of it. */
  static String stopped(String savepoint) {
    return "stopped; the savepoint is " + savepoint;
  }

  private Result startOrGoBack(JobSubmission old, JobSubmission fresh, String savepoint) {
    Attempt attempt = start(fresh, savepoint);
    if (attempt.works()) {
      return new Result(End.REPLACED, attempt.jobId(), savepoint, "");
    }
    progress.accept("the new job does not work: " + attempt.failure());
    return rollBack(attempt, old, savepoint);
  }

  /** Starts a job from a snapshot when nothing runs; there is no way back from this. */
  public Result resume(JobSubmission submission, String snapshot) {
    Attempt attempt = start(submission, snapshot);
    if (attempt.works()) {
      return new Result(End.REPLACED, attempt.jobId(), snapshot, "");
    }
    return attempt.presence() == Presence.UNCERTAIN
        ? uncertain(attempt, snapshot, attempt.failure())
        : new Result(
            End.DOWN, attempt.jobId(), snapshot, attempt.failure() + leftBehind(attempt, snapshot));
  }

  private Attempt start(JobSubmission submission, String snapshot) {
    // Made before the job, so that it is found again when the answer to its submission is lost.
    String jobId = FlinkRest.newJobId();
    progress.accept(
        "starting " + submission.jar().getFileName() + " from " + snapshot + " as job " + jobId);
    Insistence.Answer<String> refusal =
        insistence.ask(
            patience.answer(), () -> refusalOf(submission.restoringFrom(snapshot), jobId));
    if (!refusal.awaited()) {
      return new Attempt(
          jobId, Presence.UNCERTAIN, "its submission has no answer: " + refusal.silence());
    }
    if (!refusal.last().orElseThrow().isEmpty()) {
      return new Attempt(jobId, Presence.NONE, "it was refused: " + refusal.last().get());
    }
    progress.accept("waiting for its first checkpoint");
    return new Attempt(jobId, Presence.SUBMITTED, failureOf(jobId, snapshot));
  }

  /**
   * Submits a job unless the cluster has it, and returns why that is refused; empty if it is not.
   * May be repeated: of two submissions under one id the cluster takes one.
   */
  private String refusalOf(JobSubmission submission, String jobId) {
    if (!Files.isReadable(submission.jar())) {
      return submission.jar() + " cannot be read";
    }
    if (isThere(jobId)) {
      return "";
    }
    try {
      rest.submit(submission, jobId);
      return "";
    } catch (HttpStatusException e) {
      if (e.mayPass()) {
        throw e;
      }
      return isThere(jobId) ? "" : FlinkWords.of(e);
    }
  }

  private boolean isThere(String jobId) {
    return !stateOf(jobId).equals(ABSENT);
  }

  private String stateOf(String jobId) {
    return rest.jobs().stream()
        .filter(job -> job.id().equals(jobId))
        .map(JobSummary::state)
        .findFirst()
        .orElse(ABSENT);
  }

  /** Waits for the proof that a job works; returns why there is none, and nothing if there is. */
  private String failureOf(String jobId, String snapshot) {
    Proof proof = new Proof(jobId, snapshot);
    Insistence.Answer<Look> look =
        insistence.ask(patience.verify(), () -> look(proof), Look::isLast);
    String lacks =
        look.last()
            .map(Look::lacks)
            .orElseGet(() -> "the cluster says nothing of it: " + look.silence());
    return lacks.isEmpty() ? "" : lacks + causeOf(jobId);
  }

  private Look look(Proof proof) {
    String lacks = proof.lacks();
    return new Look(lacks, !lacks.isEmpty() && isHopeless(proof.jobId));
  }

  /**
   * That a job works: all of it runs for a while, it was restored, and it completes a checkpoint
   * after that while. Its first checkpoint may be complete before its sources have read anything,
   * and then proves nothing of its sinks. Not thread-safe.
   */
  private final class Proof {
    private static final long NEVER = -1;

    private final String jobId;
    private final String snapshot;
    private long runsSince;
    private boolean runs;

    /** Checkpoints that were complete or under way at the end of the trial. */
    private long before = NEVER;

    Proof(String jobId, String snapshot) {
      this.jobId = jobId;
      this.snapshot = snapshot;
    }

    /** Returns what a job lacks; empty if nothing. */
    String lacks() {
      String state = rest.jobState(jobId);
      if (!rest.allTasksRunning(jobId)) {
        runs = false;
        before = NEVER;
        return "it is " + state + ", not all of its tasks run";
      }
      if (!runs) {
        runs = true;
        runsSince = System.nanoTime();
      }
      CheckpointStatistics checkpoints = rest.checkpoints(jobId);
      if (checkpoints.completed() == 0) {
        return "it has not completed a checkpoint";
      }
      // The last restore is of its own checkpoint if it failed once after the first.
      if (checkpoints.restored() == 0) {
        return "it does not say that it was restored from " + snapshot;
      }
      return patience.trial().isZero() ? "" : lacksAfterTrial(checkpoints);
    }

    private String lacksAfterTrial(CheckpointStatistics checkpoints) {
      if (System.nanoTime() - runsSince < patience.trial().toNanos()) {
        return "it has not run for " + patience.trial().toSeconds() + " s yet";
      }
      if (before == NEVER) {
        before = checkpoints.completed() + checkpoints.inProgress();
      }
      return checkpoints.completed() > before
          ? ""
          : "it has not completed a checkpoint since it ran for "
              + patience.trial().toSeconds()
              + " s";
    }
  }

  private boolean isHopeless(String jobId) {
    String state = rest.jobState(jobId);
    if (JobSummary.isEnd(state)) {
      return true;
    }
    return !state.equals("RUNNING")
        && rest.lastFailure(jobId).isPresent()
        && restarts(jobId) >= HOPELESS_RESTARTS;
  }

  /** A JobManager whose metrics stand still has no say in this. */
  private int restarts(String jobId) {
    try {
      return rest.restarts(jobId);
    } catch (IllegalStateException e) {
      if (Thread.currentThread().isInterrupted()) {
        throw e;
      }
      return 0;
    }
  }

  /** For people: without an answer the rest has to do. */
  private String causeOf(String jobId) {
    try {
      return rest.lastFailure(jobId).map(trace -> "\n" + FlinkWords.head(trace)).orElse("");
    } catch (HttpStatusException | UncheckedIOException e) {
      return "";
    }
  }

  /**
   * If the new job did complete a checkpoint in the end, what it wrote up to there is committed,
   * and the savepoint is too old: the old job would write the same lines into the archive again. It
   * starts from that checkpoint then.
   */
  private Result rollBack(Attempt attempt, JobSubmission old, String savepoint) {
    String failure = attempt.failure();
    String source = savepoint;
    if (attempt.presence() != Presence.NONE) {
      Insistence.Answer<String> ended =
          insistence.ask(patience.answer(), () -> cancelled(attempt.jobId()), JobSummary::isEnd);
      boolean neverCame =
          attempt.presence() == Presence.UNCERTAIN && ended.last().equals(Optional.of(ABSENT));
      if (!ended.awaited() && !neverCame) {
        return uncertain(attempt, savepoint, failure + "\nand it cannot be ended: " + words(ended));
      }
      if (ended.awaited()) {
        Insistence.Answer<CheckpointStatistics> checkpoints =
            insistence.ask(patience.answer(), () -> lastCheckpoints(attempt.jobId()));
        if (!checkpoints.awaited()) {
          return uncertain(
              attempt,
              savepoint,
              failure
                  + "\nand it was ended, but does not tell its last checkpoint: "
                  + checkpoints.silence());
        }
        source = youngest(checkpoints.last().orElseThrow()).orElse(savepoint);
      }
    }
    progress.accept("rolling back");
    Attempt back = start(old, source);
    if (back.works()) {
      return new Result(End.ROLLED_BACK, back.jobId(), source, failure);
    }
    String both = failure + "\nand the old version does not work either: " + back.failure();
    return back.presence() == Presence.UNCERTAIN
        ? uncertain(back, source, both)
        : new Result(End.DOWN, back.jobId(), source, both + leftBehind(back, source));
  }

  /** Has a job cancelled, and returns the state in which it was. */
  private String cancelled(String jobId) {
    String state = stateOf(jobId);
    if (!state.equals(ABSENT) && !JobSummary.isEnd(state)) {
      rest.requestCancellation(jobId);
    }
    return state;
  }

  /**
   * Checkpoints of a job that has ended. Flink answers with what it fetched last as long as that is
   * not too old, and what it fetched while the job ran may lack its last checkpoint.
   */
  private CheckpointStatistics lastCheckpoints(String jobId) {
    Insistence.pause(rest.refreshInterval().plus(patience.pause()));
    return rest.checkpoints(jobId);
  }

  /** A job that another JobManager took over knows of its last checkpoint as what it restored. */
  private static Optional<String> youngest(CheckpointStatistics checkpoints) {
    return checkpoints.latestPath().or(checkpoints::restoredPath);
  }

  private static String words(Insistence.Answer<String> state) {
    return state
        .last()
        .map(
            last -> last.equals(ABSENT) ? "the cluster does not know it any more" : "it is " + last)
        .orElseGet(() -> "the cluster does not answer: " + state.silence());
  }

  private static Result uncertain(Attempt attempt, String source, String reason) {
    return new Result(
        End.UNKNOWN,
        attempt.jobId(),
        source,
        reason
            + "\n  what to do: look for job "
            + attempt.jobId()
            + " on the cluster. If it runs, it goes on, or cancel it. If it does not, start either"
            + " version with --from and its youngest retained checkpoint; if it has none, with"
            + " --from "
            + source);
  }

  private static String leftBehind(Attempt attempt, String source) {
    String again = "start either version with --from " + source;
    return attempt.presence() == Presence.NONE
        ? "\n  what to do: mend what it says, then " + again
        : "\n  what to do: mend what it says. Job "
            + attempt.jobId()
            + " then goes on by itself if it has not ended; if it has, or once it is cancelled, "
            + again
            + ", or its own youngest retained checkpoint if it has one";
  }

  /**
   * @param lacks what a job lacks to be the proof; empty if nothing
   * @param hopeless whether it will not get there
   */
  private record Look(String lacks, boolean hopeless) {
    boolean isLast() {
      return lacks.isEmpty() || hopeless;
    }
  }

  /** Whether the cluster has a job. */
  private enum Presence {
    NONE,
    SUBMITTED,
    /** Its submission has no answer. */
    UNCERTAIN
  }

  /**
   * @param jobId under which the job was submitted
   * @param failure why it does not work; empty if it does
   */
  private record Attempt(String jobId, Presence presence, String failure) {
    boolean works() {
      return failure.isEmpty();
    }
  }
}
