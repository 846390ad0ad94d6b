package io.weir.harness.deploy;

import io.weir.harness.node.CheckpointStatistics;
import io.weir.harness.node.FlinkRest;
import io.weir.harness.node.HttpStatusException;
import io.weir.harness.node.JobSubmission;
import io.weir.harness.node.JobSummary;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * Replaces a running job by another version of it, with its state: checks that the new one can be
 * built, stops the old one with a savepoint, starts the new one from it and waits until that has
 * completed a checkpoint of its own, which proves that its sources read and its sinks accept. If it
 * does not, the old one is started again from where the state stands then.
 *
 * <p>An operator whose state has no place in the new version fails the start; nothing here ever
 * allows to leave state behind.
 */
public final class JobReplacement {
  private static final long POLL_MILLIS = 200;
  private static final Duration CANCEL_TIMEOUT = Duration.ofSeconds(60);

  private static final int MAX_CAUSES = 4;
  private static final int MAX_LINE = 500;

  /** A job that failed this often before its first checkpoint will not get there by itself. */
  private static final int HOPELESS_RESTARTS = 5;

  private final FlinkRest rest;
  private final String savepoints;
  private final Duration savepointTimeout;
  private final Duration verifyTimeout;
  private final Consumer<String> progress;

  /**
   * @param savepoints URI of the folder for savepoints
   * @param savepointTimeout how long stopping with a savepoint may take
   * @param verifyTimeout how long a new job may take to its first checkpoint
   * @param progress takes a line for each step
   */
  public JobReplacement(
      FlinkRest rest,
      String savepoints,
      Duration savepointTimeout,
      Duration verifyTimeout,
      Consumer<String> progress) {
    this.rest = Objects.requireNonNull(rest, "rest");
    this.savepoints = Objects.requireNonNull(savepoints, "savepoints");
    this.savepointTimeout = Objects.requireNonNull(savepointTimeout, "savepointTimeout");
    this.verifyTimeout = Objects.requireNonNull(verifyTimeout, "verifyTimeout");
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
    /** Neither runs. The reason says what to do. */
    DOWN
  }

  /**
   * @param end how it ended
   * @param jobId the job that runs now; empty when none does
   * @param from what the job that runs now was started from; empty when it never stopped
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
      return new Result(End.UNCHANGED, jobId, "", "the new job cannot be built: " + words(e));
    }
    String savepoint;
    try {
      progress.accept("stopping " + jobId + " with a savepoint");
      savepoint = rest.stopWithSavepoint(jobId, savepoints, savepointTimeout);
    } catch (HttpStatusException | IllegalStateException | UncheckedIOException e) {
      return notStopped(jobId, words(e));
    }
    progress.accept("stopped; the savepoint is " + savepoint);
    Attempt attempt = start(fresh, savepoint);
    if (attempt.failure().isEmpty()) {
      return new Result(End.REPLACED, attempt.jobId(), savepoint, "");
    }
    String failure = attempt.failure().get();
    progress.accept("the new job does not work: " + failure);
    return rollBack(attempt, old, savepoint, failure);
  }

  /** Starts a job from a snapshot when nothing runs; there is no way back from this. */
  public Result resume(JobSubmission submission, String snapshot) {
    Attempt attempt = start(submission, snapshot);
    return attempt.failure().isEmpty()
        ? new Result(End.REPLACED, attempt.jobId(), snapshot, "")
        : new Result(End.DOWN, attempt.jobId(), snapshot, attempt.failure().get());
  }

  private Result notStopped(String jobId, String failure) {
    String state = rest.jobState(jobId);
    if (state.equals("FINISHED") || state.equals("FAILED") || state.equals("CANCELED")) {
      return new Result(
          End.DOWN,
          "",
          "",
          "stopping failed and the job is "
              + state
              + ": "
              + failure
              + "; start it with --from and the youngest snapshot below "
              + savepoints
              + " or its retained checkpoint");
    }
    return new Result(
        End.UNCHANGED, jobId, "", "it could not be stopped with a savepoint: " + failure);
  }

  private Attempt start(JobSubmission submission, String snapshot) {
    String jobId;
    try {
      progress.accept("starting " + submission.jar().getFileName() + " from " + snapshot);
      jobId = rest.submit(submission.restoringFrom(snapshot));
    } catch (HttpStatusException | UncheckedIOException e) {
      return new Attempt("", Optional.of("it was refused: " + words(e)));
    }
    progress.accept("job " + jobId + "; waiting for its first checkpoint");
    return new Attempt(jobId, failureOf(jobId, snapshot));
  }

  /** Waits for the proof that a job works. */
  private Optional<String> failureOf(String jobId, String snapshot) {
    long deadline = System.nanoTime() + verifyTimeout.toNanos();
    String lacks;
    do {
      lacks = lacks(jobId, snapshot);
      if (lacks.isEmpty()) {
        return Optional.empty();
      }
      if (isHopeless(jobId)) {
        break;
      }
      pause();
    } while (System.nanoTime() < deadline);
    String cause = rest.lastFailure(jobId).map(trace -> "\n" + head(trace)).orElse("");
    return Optional.of(lacks + cause);
  }

  private String lacks(String jobId, String snapshot) {
    String state = rest.jobState(jobId);
    if (!rest.allTasksRunning(jobId)) {
      return "it is " + state + ", not all of its tasks run";
    }
    CheckpointStatistics checkpoints = rest.checkpoints(jobId);
    if (checkpoints.completed() == 0) {
      return "it has not completed a checkpoint";
    }
    // The last restore is of its own checkpoint if it failed once after the first.
    if (checkpoints.restored() == 0) {
      return "it does not say that it was restored from " + snapshot;
    }
    return "";
  }

  private boolean isHopeless(String jobId) {
    String state = rest.jobState(jobId);
    if (state.equals("FAILED") || state.equals("CANCELED") || state.equals("FINISHED")) {
      return true;
    }
    return !state.equals("RUNNING")
        && rest.lastFailure(jobId).isPresent()
        && rest.restarts(jobId) >= HOPELESS_RESTARTS;
  }

  /**
   * If the new job did complete a checkpoint in the end, what it wrote up to there is committed,
   * and the savepoint is too old: the old job would write the same lines into the archive again. It
   * starts from that checkpoint then.
   */
  private Result rollBack(Attempt attempt, JobSubmission old, String savepoint, String failure) {
    String source = savepoint;
    if (!attempt.jobId().isEmpty()) {
      end(attempt.jobId());
      source = rest.checkpoints(attempt.jobId()).latestPath().orElse(savepoint);
    }
    progress.accept("rolling back");
    Attempt back = start(old, source);
    if (back.failure().isEmpty()) {
      return new Result(End.ROLLED_BACK, back.jobId(), source, failure);
    }
    return new Result(
        End.DOWN,
        back.jobId(),
        source,
        failure
            + "\nand the old version does not work either: "
            + back.failure().get()
            + "\n  what to do: mend what it says, then start either version with --from "
            + source);
  }

  private void end(String jobId) {
    if (rest.jobs().stream().anyMatch(job -> job.id().equals(jobId) && !job.hasEnded())) {
      rest.cancel(jobId, CANCEL_TIMEOUT);
    }
  }

  private static void pause() {
    try {
      TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while waiting for a job", e);
    }
  }

  private static String words(RuntimeException e) {
    String said = e instanceof HttpStatusException http ? http.body() : e.getMessage();
    return head(String.valueOf(said).replace("\\n", "\n").replace("\\t", "\t"));
  }

  /** What happened, and the causes that are nearest to its root; not the stack. */
  private static String head(String trace) {
    List<String> lines =
        trace
            .lines()
            .map(String::strip)
            .filter(line -> !line.isEmpty() && !line.startsWith("at ") && !line.startsWith("... "))
            .toList();
    List<String> causes =
        lines.stream().filter(line -> line.startsWith("Caused by: ")).distinct().toList();
    List<String> shown = new ArrayList<>(lines.subList(0, Math.min(1, lines.size())));
    shown.addAll(causes.subList(Math.max(0, causes.size() - MAX_CAUSES), causes.size()));
    return shown.stream()
        .map(line -> line.length() > MAX_LINE ? line.substring(0, MAX_LINE) + "..." : line)
        .collect(Collectors.joining("\n    "));
  }

  /**
   * @param jobId of the job that was started; empty if it was refused
   * @param failure why it does not work; empty if it does
   */
  private record Attempt(String jobId, Optional<String> failure) {}
}
