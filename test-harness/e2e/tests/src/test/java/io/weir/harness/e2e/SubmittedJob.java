package io.weir.harness.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.weir.harness.deploy.JobReplacement;
import io.weir.harness.node.FlinkCluster;
import io.weir.harness.node.JobSubmission;
import java.nio.file.Path;
import java.time.Duration;

/** A job of a test, by whatever id it runs now. Closing it cancels the job. */
public final class SubmittedJob implements AutoCloseable {
  private static final Duration RESCALE = Duration.ofMinutes(2);
  private static final Duration CANCEL = Duration.ofSeconds(60);

  private final FlinkCluster flink;
  private JobSubmission submission;
  private String id;

  private SubmittedJob(FlinkCluster flink, JobSubmission submission, String id) {
    this.flink = flink;
    this.submission = submission;
    this.id = id;
  }

  /** Submits a job as a user does. */
  public static SubmittedJob submit(FlinkCluster flink, JobSubmission submission) {
    return new SubmittedJob(flink, submission, flink.rest().submit(submission));
  }

  /** Returns what was submitted last. */
  public JobSubmission submission() {
    return submission;
  }

  /** Returns Flink's id of the job. */
  public String id() {
    return id;
  }

  /** Goes on with a job that has taken over. */
  public void follow(String successor) {
    id = successor;
  }

  /** Waits until the job does its work, by whichever JobManager. */
  public void awaitRunning() {
    await("job " + id + " runs")
        .atMost(Duration.ofMinutes(3))
        .ignoreExceptions()
        .until(() -> flink.rest().allTasksRunning(id));
  }

  /**
   * Goes on at another parallelism from a savepoint.
   *
   * @param savepoints folder for it
   */
  public void rescale(int parallelism, Path savepoints) {
    JobSubmission next = submission.withParallelism(parallelism);
    JobReplacement.Result result =
        new JobReplacement(
                flink.rest(),
                savepoints.toUri().toString(),
                RESCALE,
                RESCALE,
                line -> System.out.println("    " + line))
            .replace(id, submission, next);
    assertThat(result.end()).as(result.reason()).isEqualTo(JobReplacement.End.REPLACED);
    submission = next;
    id = result.jobId();
  }

  @Override
  public void close() {
    if (!flink.rest().jobState(id).equals("FINISHED")) {
      flink.rest().cancel(id, CANCEL);
    }
  }
}
