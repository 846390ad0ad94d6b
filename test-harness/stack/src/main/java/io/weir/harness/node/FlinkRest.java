package io.weir.harness.node;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.weir.harness.process.Readiness;
import java.io.FileNotFoundException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Flink's REST API, as a person with curl would use it. Every call throws {@link
 * HttpStatusException} with Flink's own words when Flink refuses it.
 */
public final class FlinkRest {
  private static final Duration POLL = Duration.ofMillis(100);
  private static final Duration METRICS_TIMEOUT = Duration.ofSeconds(30);
  private static final Logger LOG = LoggerFactory.getLogger(FlinkRest.class);
  private static final String BOUNDARY = "weir-jar-boundary";

  private final Http http;

  /**
   * @param base for example {@code http://127.0.0.1:8081/}
   */
  public FlinkRest(URI base) {
    this.http = new Http(base);
  }

  /** What is missing until the TaskManager with this resource id offers its slots. */
  Optional<String> whatRegistrationLacks(String resourceId) {
    for (JsonNode taskManager : get("/taskmanagers").path("taskmanagers")) {
      if (taskManager.path("id").asText().equals(resourceId)) {
        return Optional.empty();
      }
    }
    return Optional.of("not registered at the JobManager");
  }

  Readiness answers() {
    return http.answers("/overview");
  }

  /** Number of TaskManagers that the JobManager counts as alive. */
  public int taskManagers() {
    return get("/overview").path("taskmanagers").asInt();
  }

  /**
   * Uploads a jar and runs it.
   *
   * @return the job's id
   */
  public String submit(JobSubmission submission) {
    return submit(submission, newJobId());
  }

  /** An id for {@link #submit(JobSubmission, String)}: 32 hexadecimal digits. */
  public static String newJobId() {
    return UUID.randomUUID().toString().replace("-", "");
  }

  /**
   * Uploads a jar and runs it under an id that the caller knows before: whoever is interrupted
   * while it submits finds the job again.
   *
   * @return the job's id
   */
  public String submit(JobSubmission submission, String jobId) {
    String jarId = upload(submission.jar());
    try {
      ObjectNode request = program(submission);
      request.put("jobId", jobId);
      submission
          .restoreFrom()
          .ifPresent(
              path -> {
                request.put("savepointPath", path);
                // An operator whose state cannot be mapped fails the restore.
                request.put("allowNonRestoredState", false);
                request.put("claimMode", submission.claim() ? "CLAIM" : "NO_CLAIM");
              });
      return http.post("/jars/" + jarId + "/run", request).path("jobid").asText();
    } finally {
      delete(jarId);
    }
  }

  /**
   * Lets the cluster run a job's main up to its graph and nothing further, so that a wrong option
   * or a missing class is known before anything is stopped.
   *
   * @return number of nodes of the graph
   */
  public int plan(JobSubmission submission) {
    String jarId = upload(submission.jar());
    try {
      JsonNode answer = http.post("/jars/" + jarId + "/plan", program(submission));
      return answer.path("plan").path("nodes").size();
    } finally {
      delete(jarId);
    }
  }

  private static ObjectNode program(JobSubmission submission) {
    ObjectNode request = JsonNodeFactory.instance.objectNode();
    request.put("entryClass", submission.mainClass());
    ArrayNode arguments = request.putArray("programArgsList");
    submission.arguments().forEach(arguments::add);
    ObjectNode configuration = request.putObject("flinkConfiguration");
    submission.flinkConfiguration().forEach(configuration::put);
    submission.parallelism().ifPresent(value -> request.put("parallelism", value));
    return request;
  }

  /** A jar that stays behind takes room; what was done with it has been done all the same. */
  private void delete(String jarId) {
    try {
      http.send(HttpRequest.newBuilder(http.resolve("/jars/" + jarId)).DELETE());
    } catch (HttpStatusException | UncheckedIOException e) {
      LOG.warn("the cluster keeps the uploaded jar {}: {}", jarId, e.getMessage());
    }
  }

  /** Slots that no job has. */
  public int freeSlots() {
    return get("/overview").path("slots-available").asInt();
  }

  /** Slots that a job needs: the largest parallelism of its operators, which share slots. */
  public int slotsOf(String jobId) {
    int most = 0;
    for (JsonNode vertex : get("/jobs/" + jobId).path("vertices")) {
      most = Math.max(most, vertex.path("parallelism").asInt());
    }
    return most;
  }

  /** All jobs that the cluster knows, ended ones included, as they are now. */
  public List<JobSummary> jobs() {
    List<JobSummary> jobs = new ArrayList<>();
    for (JsonNode job : get("/jobs/overview").path("jobs")) {
      jobs.add(
          new JobSummary(
              job.path("jid").asText(),
              job.path("name").asText(),
              job.path("state").asText(),
              Instant.ofEpochMilli(job.path("start-time").asLong())));
    }
    return List.copyOf(jobs);
  }

  /** State of a job as Flink names it: {@code RUNNING}, {@code RESTARTING}, {@code FAILED}, ... */
  public String jobState(String jobId) {
    return get("/jobs/" + jobId).path("state").asText();
  }

  /** True when the job is RUNNING with every task running: from then on it reads and writes. */
  public boolean allTasksRunning(String jobId) {
    JsonNode job = get("/jobs/" + jobId);
    for (JsonNode vertex : job.path("vertices")) {
      if (!vertex.path("status").asText().equals("RUNNING")) {
        return false;
      }
    }
    return job.path("state").asText().equals("RUNNING");
  }

  /** Cause of the last failure of a job, as Flink keeps it; empty when there was none. */
  public Optional<String> lastFailure(String jobId) {
    JsonNode entries =
        get("/jobs/" + jobId + "/exceptions").path("exceptionHistory").path("entries");
    return entries.isEmpty()
        ? Optional.empty()
        : Optional.of(entries.get(0).path("stacktrace").asText());
  }

  /**
   * How often the job has been restarted since it was submitted or recovered, not older than the
   * question. Takes up to {@code metrics.fetcher.update-interval}.
   */
  public int restarts(String jobId) {
    awaitFreshMetrics();
    JsonNode metrics = get("/jobs/" + jobId + "/metrics?get=numRestarts");
    return metrics.isEmpty() ? 0 : metrics.get(0).path("value").asInt();
  }

  /**
   * Flink answers with the metrics that it fetched last, however long ago, and only then fetches
   * anew. A clock that is one of them tells when that has happened.
   */
  private void awaitFreshMetrics() {
    String stale = jobManagerClock();
    await(
        METRICS_TIMEOUT,
        "a fresh look at the JobManager's metrics",
        () -> Optional.of(jobManagerClock()).filter(clock -> !clock.equals(stale)));
  }

  private String jobManagerClock() {
    JsonNode clock = get("/jobmanager/metrics?get=Status.JVM.CPU.Time");
    return clock.path(0).path("value").asText();
  }

  /** What has been checkpointed so far. */
  public CheckpointStatistics checkpoints(String jobId) {
    JsonNode stats = get("/jobs/" + jobId + "/checkpoints");
    JsonNode counts = stats.path("counts");
    JsonNode latest = stats.path("latest").path("completed");
    JsonNode restored = stats.path("latest").path("restored");
    return new CheckpointStatistics(
        counts.path("completed").asLong(),
        counts.path("failed").asLong(),
        counts.path("in_progress").asLong(),
        counts.path("restored").asLong(),
        latest.isObject() ? Optional.of(latest.path("external_path").asText()) : Optional.empty(),
        restored.isObject()
            ? Optional.of(restored.path("external_path").asText())
            : Optional.empty());
  }

  /**
   * How old an answer about a job may be ({@code web.refresh-interval}, for checkpoints too unless
   * {@code rest.cache.checkpoint-statistics.timeout} is set). What {@link #jobs()} says is never
   * old.
   */
  public Duration refreshInterval() {
    return Duration.ofMillis(get("/config").path("refresh-interval").asLong());
  }

  /** Longest time that a checkpoint of a job may take; a savepoint is one, too. */
  public Duration checkpointTimeout(String jobId) {
    return Duration.ofMillis(
        get("/jobs/" + jobId + "/checkpoints/config").path("timeout").asLong());
  }

  /**
   * Cancels a job without a savepoint and waits until it has ended, in whichever way it does; its
   * last checkpoint is retained.
   */
  public void cancel(String jobId, Duration timeout) {
    requestCancellation(jobId);
    await(
        timeout,
        "cancellation of job " + jobId,
        () -> Optional.of(jobState(jobId)).filter(JobSummary::isEnd));
  }

  /** Asks for the end of a job and does not wait for it. May be asked again. */
  public void requestCancellation(String jobId) {
    http.send(
        HttpRequest.newBuilder(http.resolve("/jobs/" + jobId + "?mode=cancel"))
            .method("PATCH", BodyPublishers.noBody()));
  }

  /**
   * Takes a savepoint and ends the job with it, so that everything up to it is committed.
   *
   * @param targetDirectory URI of the folder for savepoints
   * @return path of the savepoint
   */
  public String stopWithSavepoint(String jobId, String targetDirectory, Duration timeout) {
    return stop(jobId, targetDirectory, false, timeout);
  }

  /**
   * Ends the job as if its input had ended: what its sinks still hold is written, and not kept for
   * whoever resumes.
   *
   * @param targetDirectory URI of the folder for savepoints; the one of this stop resumes nothing
   */
  public void drain(String jobId, String targetDirectory, Duration timeout) {
    stop(jobId, targetDirectory, true, timeout);
  }

  /**
   * Takes a savepoint of a job that goes on.
   *
   * @param targetDirectory URI of the folder for savepoints
   * @return path of the savepoint
   */
  public String savepoint(String jobId, String targetDirectory, Duration timeout) {
    ObjectNode request = JsonNodeFactory.instance.objectNode();
    request.put("target-directory", targetDirectory);
    request.put("cancel-job", false);
    return awaitSavepoint(jobId, http.post("/jobs/" + jobId + "/savepoints", request), timeout);
  }

  private String stop(String jobId, String targetDirectory, boolean drain, Duration timeout) {
    return awaitSavepoint(jobId, requestStop(jobId, targetDirectory, drain, newJobId()), timeout);
  }

  /**
   * Asks for the end of a job with a savepoint and does not wait for it. Flink cannot take it back.
   *
   * @param targetDirectory URI of the folder for savepoints
   * @param operation 32 hexadecimal digits that the caller chose; the same ones ask for the same
   *     stop, so that a request whose answer was lost may be repeated
   */
  public void requestStop(String jobId, String targetDirectory, String operation) {
    requestStop(jobId, targetDirectory, false, operation);
  }

  private JsonNode requestStop(
      String jobId, String targetDirectory, boolean drain, String operation) {
    ObjectNode request = JsonNodeFactory.instance.objectNode();
    request.put("targetDirectory", targetDirectory);
    request.put("drain", drain);
    request.put("triggerId", operation);
    return http.post("/jobs/" + jobId + "/stop", request);
  }

  /**
   * How far a savepoint is.
   *
   * @param operation as given to {@link #requestStop}
   * @throws HttpStatusException with 404 when the JobManager does not know the operation (any more)
   */
  public SavepointProgress savepointProgress(String jobId, String operation) {
    JsonNode answer = get("/jobs/" + jobId + "/savepoints/" + operation);
    if (!answer.path("status").path("id").asText().equals("COMPLETED")) {
      return SavepointProgress.RUNNING;
    }
    JsonNode result = answer.path("operation");
    return result.has("failure-cause")
        ? SavepointProgress.failed(result.path("failure-cause").path("stack-trace").asText())
        : SavepointProgress.completed(result.path("location").asText());
  }

  private String awaitSavepoint(String jobId, JsonNode triggered, Duration timeout) {
    String operation = triggered.path("request-id").asText();
    return await(
        timeout,
        "savepoint of job " + jobId,
        () -> {
          SavepointProgress progress = savepointProgress(jobId, operation);
          if (progress.failure().isPresent()) {
            throw new IllegalStateException("savepoint failed: " + progress.failure().get());
          }
          return progress.path();
        });
  }

  /** GETs any path of the API. */
  public JsonNode get(String path) {
    return http.get(path);
  }

  private String upload(Path jar) {
    String head =
        "--"
            + BOUNDARY
            + "\r\nContent-Disposition: form-data; name=\"jarfile\"; filename=\""
            + jar.getFileName()
            + "\"\r\nContent-Type: application/x-java-archive\r\n\r\n";
    String tail = "\r\n--" + BOUNDARY + "--\r\n";
    try {
      HttpRequest.Builder request =
          HttpRequest.newBuilder(http.resolve("/jars/upload"))
              .header("Content-Type", "multipart/form-data; boundary=" + BOUNDARY)
              .POST(
                  BodyPublishers.concat(
                      BodyPublishers.ofString(head, StandardCharsets.UTF_8),
                      BodyPublishers.ofFile(jar),
                      BodyPublishers.ofString(tail, StandardCharsets.UTF_8)));
      String stored = Http.json(http.send(request)).path("filename").asText();
      return stored.substring(stored.lastIndexOf('/') + 1);
    } catch (FileNotFoundException e) {
      throw new UncheckedIOException(jar + " cannot be read", e);
    }
  }

  private static String await(Duration timeout, String what, Poll poll) {
    long deadline = System.nanoTime() + timeout.toNanos();
    while (true) {
      Optional<String> result = poll.ask();
      if (result.isPresent()) {
        return result.get();
      }
      if (System.nanoTime() > deadline) {
        throw new IllegalStateException(what + " takes longer than " + timeout.toSeconds() + " s");
      }
      try {
        TimeUnit.MILLISECONDS.sleep(POLL.toMillis());
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException(what + " was interrupted", e);
      }
    }
  }

  @FunctionalInterface
  private interface Poll {
    Optional<String> ask();
  }
}
