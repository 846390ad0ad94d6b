package io.weir.jobs.audit;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.flink.api.common.JobExecutionResult;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.core.execution.JobListener;
import org.apache.flink.runtime.rest.util.RestClientException;
import org.apache.flink.util.ExceptionUtils;

/**
 * Cancels the jobs of an environment on their cluster when the process that started them is told to
 * end. Flink's own {@code execution.shutdown-on-attached-exit} does that for programs that its
 * command line runs; of those that submit by themselves it would cancel every job after three
 * minutes, because they report no heartbeats.
 *
 * <p>A process that is killed outright cancels nothing.
 */
final class EndWithProcess implements JobListener {
  private static final Duration TIMEOUT = Duration.ofSeconds(20);

  private final Set<JobClient> submitted = ConcurrentHashMap.newKeySet();

  /** Returns one that the end of this process calls. */
  static EndWithProcess ofThis() {
    EndWithProcess listener = new EndWithProcess();
    Runtime.getRuntime().addShutdownHook(new Thread(listener::cancel, "cancel jobs"));
    return listener;
  }

  @Override
  public void onJobSubmitted(JobClient job, Throwable failure) {
    if (job != null) {
      submitted.add(job);
    }
  }

  /**
   * Comes when a job's end was waited for, and not when its results were. With a failure it may be
   * that only the waiting has failed.
   */
  @Override
  public void onJobExecuted(JobExecutionResult result, Throwable failure) {
    if (failure == null) {
      submitted.clear();
    }
  }

  void cancel() {
    for (JobClient job : submitted) {
      try {
        if (!job.getJobStatus()
            .get(TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)
            .isGloballyTerminalState()) {
          job.cancel().get(TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
        }
      } catch (ExecutionException | TimeoutException e) {
        if (isForgotten(e)) {
          // Clusters forget jobs some time after their end.
          continue;
        }
        // Loggers may have ended before.
        System.err.println(
            "job " + job.getJobID() + " could not be cancelled; if it runs, cancel it: " + e);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      }
    }
  }

  /** Returns whether a cluster has said that it knows no such job. */
  static boolean isForgotten(Throwable failure) {
    return ExceptionUtils.findThrowable(failure, RestClientException.class)
        .filter(answer -> answer.getHttpResponseStatus().code() == 404)
        .isPresent();
  }
}
