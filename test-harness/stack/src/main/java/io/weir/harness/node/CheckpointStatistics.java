package io.weir.harness.node;

import java.util.Optional;

/**
 * A job's checkpoints since it was submitted or recovered.
 *
 * @param completed number completed
 * @param failed number failed
 * @param inProgress number running now
 * @param restored how often the job was restored from one
 * @param latestPath where the last completed one lies
 * @param restoredPath what the job was last restored from
 */
public record CheckpointStatistics(
    long completed,
    long failed,
    long inProgress,
    long restored,
    Optional<String> latestPath,
    Optional<String> restoredPath) {}
