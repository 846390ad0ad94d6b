package io.weir.harness.deploy;

import java.time.Duration;
import java.util.Objects;

/**
 * How long a change of a job waits for what.
 *
 * @param stop for a job to end with a savepoint; the timeout of the job's checkpoints counts where
 *     it is longer
 * @param verify for a new job to prove that it works
 * @param trial for which a new job has to run before the checkpoint that proves it: the first one
 *     may be complete before anything was read
 * @param answer for a cluster that does not answer, and for a job that is being cancelled
 * @param pause between two questions
 */
record Patience(Duration stop, Duration verify, Duration trial, Duration answer, Duration pause) {
  /** A TaskManager gives up a task that cannot be cancelled after three minutes. */
  private static final Duration ANSWER = Duration.ofMinutes(4);

  static final Duration TRIAL = Duration.ofSeconds(5);

  private static final Duration PAUSE = Duration.ofMillis(200);

  Patience {
    Objects.requireNonNull(stop, "stop");
    Objects.requireNonNull(verify, "verify");
    Objects.requireNonNull(trial, "trial");
    Objects.requireNonNull(answer, "answer");
    Objects.requireNonNull(pause, "pause");
  }

  static Patience of(Duration stop, Duration verify) {
    return of(stop, verify, TRIAL);
  }

  static Patience of(Duration stop, Duration verify, Duration trial) {
    return new Patience(stop, verify, trial, ANSWER, PAUSE);
  }
}
