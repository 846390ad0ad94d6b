package io.weir.harness.stack;

import io.weir.harness.node.FlinkCluster;
import io.weir.harness.node.FlinkRest;
import io.weir.harness.node.JobSubmission;
import io.weir.harness.node.JobSummary;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * One job of the stack over all its restarts. It continues from what it last completed, never from
 * Kafka's group offsets:
 *
 * <ul>
 *   <li>the cluster recovered it (high availability) and nothing changed: it goes on;
 *   <li>the cluster recovered it, but jar, arguments or configuration are others: it is stopped
 *       with a savepoint and submitted anew from that;
 *   <li>the cluster knows nothing of it: it is submitted from its youngest savepoint or retained
 *       checkpoint;
 *   <li>there is none either: it starts anew.
 * </ul>
 */
final class JobDeployment {
  private static final Duration STOP_TIMEOUT = Duration.ofSeconds(30);
  private static final Duration RUNNING_TIMEOUT = Duration.ofSeconds(120);
  private static final long POLL_MILLIS = 100;

  private final String name;
  private final FlinkCluster cluster;
  private final FlinkRest rest;
  private final Path recordFile;

  /**
   * @param name name of the deployment, for folders
   * @param recordFile where it remembers what it deployed
   */
  JobDeployment(String name, FlinkCluster cluster, Path recordFile) {
    this.name = name;
    this.cluster = cluster;
    this.rest = cluster.rest();
    this.recordFile = recordFile;
  }

  /**
   * Brings the job to run and waits until all its tasks do.
   *
   * @return how it came to run, for people
   */
  Outcome deploy(JobSubmission submission) {
    DeploymentRecord record = DeploymentRecord.read(recordFile);
    String fingerprint = fingerprint(submission);
    Optional<String> live = liveJob(record);
    if (live.isPresent() && record.fingerprint().equals(fingerprint)) {
      awaitRunning(live.get());
      return new Outcome(live.get(), "recovered by the cluster");
    }
    live.ifPresent(this::stopForUpgrade);
    Optional<String> snapshot = latestSnapshot(record).map(path -> path.toUri().toString());
    String jobId = rest.submit(snapshot.map(submission::claiming).orElse(submission));
    record.deployed(jobId, fingerprint).write(recordFile);
    awaitRunning(jobId);
    return new Outcome(
        jobId,
        snapshot
            .map(path -> "resumed from " + fileName(path))
            .orElse("started, nothing to resume"));
  }

  /** Stops the job, if it runs, with a savepoint, so that everything up to it is committed. */
  Stop stop() {
    try {
      Optional<String> live = liveJob(DeploymentRecord.read(recordFile));
      if (live.isEmpty()) {
        return new Stop(true, "was not running");
      }
      return new Stop(true, "with " + fileName(stopWithSavepoint(live.get())));
    } catch (RuntimeException e) {
      String reason = String.valueOf(e.getMessage()).lines().findFirst().orElse("unknown reason");
      return new Stop(
          false, "without a savepoint (" + reason + "); it continues from its last checkpoint");
    }
  }

  private Optional<String> liveJob(DeploymentRecord record) {
    return rest.jobs().stream()
        .filter(job -> !job.hasEnded())
        .map(JobSummary::id)
        .filter(id -> record.currentJobId().filter(id::equals).isPresent())
        .findFirst();
  }

  /** A job that cannot take a savepoint is cancelled: it retains its last checkpoint. */
  private void stopForUpgrade(String jobId) {
    try {
      stopWithSavepoint(jobId);
    } catch (IllegalStateException e) {
      rest.cancel(jobId, STOP_TIMEOUT);
    }
  }

  private String stopWithSavepoint(String jobId) {
    return rest.stopWithSavepoint(jobId, savepoints().toUri().toString(), STOP_TIMEOUT);
  }

  private Optional<Path> latestSnapshot(DeploymentRecord record) {
    Path checkpoints = Path.of(cluster.checkpointDirectory());
    List<Path> folders = record.jobIds().stream().map(checkpoints::resolve).toList();
    return Snapshots.latest(folders, savepoints());
  }

  private Path savepoints() {
    return Path.of(cluster.savepointDirectory()).resolve(name);
  }

  private void awaitRunning(String jobId) {
    long deadline = System.nanoTime() + RUNNING_TIMEOUT.toNanos();
    while (!rest.allTasksRunning(jobId)) {
      String state = rest.jobState(jobId);
      if (state.equals("FAILED") || System.nanoTime() > deadline) {
        throw new IllegalStateException(
            "job "
                + name
                + " ("
                + jobId
                + ") is "
                + state
                + rest.lastFailure(jobId).map(cause -> ":\n" + head(cause)).orElse("")
                + "\n  what to do: see flink-taskmanager.log and "
                + cluster.restUri()
                + "#/job/"
                + jobId);
      }
      try {
        TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException("interrupted while waiting for job " + name, e);
      }
    }
  }

  private static String head(String stackTrace) {
    StringBuilder text = new StringBuilder();
    stackTrace
        .lines()
        .filter(line -> !line.startsWith("\tat "))
        .limit(8)
        .forEach(line -> text.append("    ").append(line).append('\n'));
    return text.toString().stripTrailing();
  }

  private static String fingerprint(JobSubmission submission) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      try (InputStream jar =
          new DigestInputStream(Files.newInputStream(submission.jar()), digest)) {
        jar.transferTo(OutputStream.nullOutputStream());
      }
      String rest =
          submission.mainClass()
              + submission.arguments()
              + submission.parallelism()
              + submission.flinkConfiguration();
      digest.update(rest.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(digest.digest());
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + submission.jar(), e);
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every JDK has SHA-256", e);
    }
  }

  private static String fileName(String uri) {
    String path = uri.endsWith("/") ? uri.substring(0, uri.length() - 1) : uri;
    return path.substring(path.lastIndexOf('/') + 1);
  }

  /**
   * @param jobId the running job
   * @param how for people
   */
  record Outcome(String jobId, String how) {}

  /**
   * @param clean false when the job could not be stopped: high availability keeps its place
   * @param how for people
   */
  record Stop(boolean clean, String how) {}
}
