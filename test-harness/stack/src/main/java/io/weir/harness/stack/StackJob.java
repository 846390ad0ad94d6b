package io.weir.harness.stack;

import io.weir.harness.deploy.JobDeployment;
import io.weir.harness.node.JobSubmission;
import java.util.function.Supplier;

/**
 * One of Weir's jobs in the local stack.
 *
 * @param title how it is called on the board
 * @param deployment where it stood, over all its restarts
 * @param submission what is submitted; asked when the servers that it names have their addresses
 */
record StackJob(String title, JobDeployment deployment, Supplier<JobSubmission> submission) {

  /** Brings it to run, from where it stood, and waits until all its tasks do. */
  JobDeployment.Outcome start() {
    return deployment.deploy(submission.get());
  }
}
