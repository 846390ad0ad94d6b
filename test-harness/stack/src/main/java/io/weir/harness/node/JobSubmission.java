package io.weir.harness.node;

import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;

/**
 * A job to run.
 *
 * @param jar fat jar
 * @param mainClass class whose main builds the job
 * @param arguments arguments of that main
 * @param flinkConfiguration Flink keys of this job, over those of the cluster
 * @param parallelism default parallelism; empty for the cluster's
 * @param restoreFrom savepoint or retained checkpoint to start from; empty to start anew
 * @param claim true when the job takes over that snapshot and deletes it once it has newer ones
 */
public record JobSubmission(
    Path jar,
    String mainClass,
    List<String> arguments,
    Map<String, String> flinkConfiguration,
    OptionalInt parallelism,
    Optional<String> restoreFrom,
    boolean claim) {
  public JobSubmission {
    Objects.requireNonNull(jar, "jar");
    Objects.requireNonNull(mainClass, "mainClass");
    arguments = List.copyOf(arguments);
    flinkConfiguration = Collections.unmodifiableSortedMap(new TreeMap<>(flinkConfiguration));
    Objects.requireNonNull(parallelism, "parallelism");
    Objects.requireNonNull(restoreFrom, "restoreFrom");
  }

  /** A new job with the cluster's configuration. */
  public static JobSubmission of(Path jar, String mainClass, List<String> arguments) {
    return new JobSubmission(
        jar, mainClass, arguments, Map.of(), OptionalInt.empty(), Optional.empty(), false);
  }

  /** The same job with Flink keys of its own, for example read from {@link FlinkYaml}. */
  public JobSubmission withFlinkConfiguration(Map<String, String> keys) {
    return new JobSubmission(jar, mainClass, arguments, keys, parallelism, restoreFrom, claim);
  }

  /** The same job out of another jar. */
  public JobSubmission withJar(Path other) {
    return new JobSubmission(
        other, mainClass, arguments, flinkConfiguration, parallelism, restoreFrom, claim);
  }

  public JobSubmission withParallelism(int value) {
    return new JobSubmission(
        jar, mainClass, arguments, flinkConfiguration, OptionalInt.of(value), restoreFrom, claim);
  }

  /** The same job, starting from a snapshot that stays untouched. */
  public JobSubmission restoringFrom(String snapshot) {
    return restoring(snapshot, false);
  }

  /** The same job, taking over a snapshot that nobody else needs. */
  public JobSubmission claiming(String snapshot) {
    return restoring(snapshot, true);
  }

  private JobSubmission restoring(String snapshot, boolean claimed) {
    return new JobSubmission(
        jar, mainClass, arguments, flinkConfiguration, parallelism, Optional.of(snapshot), claimed);
  }
}
