package io.weir.harness.deploy;

import io.weir.harness.node.FlinkCluster;
import io.weir.harness.node.FlinkRest;
import io.weir.harness.node.JobSubmission;
import io.weir.harness.node.JobSummary;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
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
public final class JobDeployment {
  private static final Duration STOP_TIMEOUT = Duration.ofSeconds(30);
  private static final Duration RUNNING_TIMEOUT = Duration.ofSeconds(120);
  private static final long POLL_MILLIS = 100;

  private final String name;
  private final FlinkCluster cluster;
  private final FlinkRest rest;
  private final Deployments deployments;

  /**
   * @param name name of the deployment, for folders
   * @param deployments where it remembers what it deployed
   */
  public JobDeployment(String name, FlinkCluster cluster, Deployments deployments) {
    this.name = name;
    this.cluster = cluster;
    this.rest = cluster.rest();
    this.deployments = deployments;
  }

  /**
   * Brings the job to run and waits until all its tasks do.
   *
   * @return how it came to run, for people
   */
  public Outcome deploy(JobSubmission submission) {
    DeploymentRecord record = DeploymentRecord.read(deployments.record(name));
    Fingerprint fingerprint = Fingerprint.of(submission);
    Optional<String> live = liveJob(record, submission.flinkConfiguration().get(JobFile.NAME_KEY));
    if (live.isPresent() && record.fingerprint().equals(fingerprint.job())) {
      deployments.remember(name, live.get(), jobFile(submission), fingerprint);
      awaitRunning(live.get());
      return new Outcome(live.get(), "recovered by the cluster");
    }
    if (live.isPresent()) {
      stopForUpgrade(live.get());
      // Its checkpoints are among those to resume from, whoever deployed it.
      record = record.deployed(live.get(), record.fingerprint());
    }
    Optional<String> snapshot = latestSnapshot(record).map(path -> path.toUri().toString());
    // Remembered before it exists: an interrupted start must not leave a job that high availability
    // recovers and nobody knows, beside which the next start would submit a second one.
    String jobId = FlinkRest.newJobId();
    deployments.remember(name, jobId, jobFile(submission), fingerprint);
    rest.submit(snapshot.map(submission::claiming).orElse(submission), jobId);
    awaitRunning(jobId);
    return new Outcome(
        jobId,
        snapshot
            .map(path -> "resumed from " + fileName(path))
            .orElse("started, nothing to resume"));
  }

  /** Stops the job, if it runs, with a savepoint, so that everything up to it is committed. */
  public Stop stop() {
    try {
      DeploymentRecord record = DeploymentRecord.read(deployments.record(name));
      Optional<String> live = liveJob(record, deployedName());
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

  /** By its id, or by its name if somebody else has deployed it meanwhile. */
  private Optional<String> liveJob(DeploymentRecord record, String jobName) {
    List<JobSummary> live = rest.jobs().stream().filter(job -> !job.hasEnded()).toList();
    return live.stream()
        .map(JobSummary::id)
        .filter(id -> record.currentJobId().filter(id::equals).isPresent())
        .findFirst()
        .or(
            () ->
                live.stream()
                    .filter(job -> job.name().equals(jobName))
                    .map(JobSummary::id)
                    .findFirst());
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

  private String deployedName() {
    Path file = deployments.jobFile(name);
    return Files.exists(file) ? JobFile.read(file).name() : "";
  }

  private JobFile jobFile(JobSubmission submission) {
    return new JobFile(cluster.restUri(), savepoints().toUri().toString(), submission);
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

  private static String fileName(String uri) {
    String path = uri.endsWith("/") ? uri.substring(0, uri.length() - 1) : uri;
    return path.substring(path.lastIndexOf('/') + 1);
  }

  /**
   * @param jobId the running job
   * @param how for people
   */
  public record Outcome(String jobId, String how) {}

  /**
   * @param clean false when the job could not be stopped: high availability keeps its place
   * @param how for people
   */
  public record Stop(boolean clean, String how) {}
}
