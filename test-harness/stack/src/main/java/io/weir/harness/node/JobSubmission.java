package io.weir.harness.node;

import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * A job to run.
 *
 * @param jar fat jar
 * @param mainClass class whose main builds the job
 * @param arguments arguments of that main
 * @param parallelism default parallelism; empty for the cluster's
 * @param restoreFrom savepoint or retained checkpoint to start from; empty to start anew
 * @param claim true when the job takes over that snapshot and deletes it once it has newer ones
 */
public record JobSubmission(
    Path jar,
    String mainClass,
    List<String> arguments,
    OptionalInt parallelism,
    Optional<String> restoreFrom,
    boolean claim) {
  public JobSubmission {
    Objects.requireNonNull(jar, "jar");
    Objects.requireNonNull(mainClass, "mainClass");
    arguments = List.copyOf(arguments);
    Objects.requireNonNull(parallelism, "parallelism");
    Objects.requireNonNull(restoreFrom, "restoreFrom");
  }

  /** A new job with the cluster's parallelism. */
  public static JobSubmission of(Path jar, String mainClass, List<String> arguments) {
    return new JobSubmission(
        jar, mainClass, arguments, OptionalInt.empty(), Optional.empty(), false);
  }

  public JobSubmission withParallelism(int value) {
    return new JobSubmission(jar, mainClass, arguments, OptionalInt.of(value), restoreFrom, claim);
  }

  /** The same job, starting from a snapshot that stays untouched. */
  public JobSubmission restoringFrom(String snapshot) {
    return new JobSubmission(jar, mainClass, arguments, parallelism, Optional.of(snapshot), false);
  }

  /** The same job, taking over a snapshot that nobody else needs. */
  public JobSubmission claiming(String snapshot) {
    return new JobSubmission(jar, mainClass, arguments, parallelism, Optional.of(snapshot), true);
  }
}
