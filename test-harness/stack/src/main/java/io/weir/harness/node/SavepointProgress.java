package io.weir.harness.node;

import java.util.Optional;

/**
 * How far a savepoint is; neither a path nor a failure while it is being taken.
 *
 * @param path where it lies; of a stop only once the job has ended with it
 * @param failure why there is none, as Flink says it
 */
public record SavepointProgress(Optional<String> path, Optional<String> failure) {
  static final SavepointProgress RUNNING =
      new SavepointProgress(Optional.empty(), Optional.empty());

  /** One that is done. */
  public static SavepointProgress completed(String path) {
    return new SavepointProgress(Optional.of(path), Optional.empty());
  }

  /** One that will not be. */
  public static SavepointProgress failed(String failure) {
    return new SavepointProgress(Optional.empty(), Optional.of(failure));
  }
}
