package io.weir.harness.e2e.faults;

import io.weir.harness.e2e.Lane;
import io.weir.harness.e2e.SharedNodes;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.extension.ExtendWith;

/** The store of the archive and of the checkpoints is away, or says so, or does not say enough. */
@ExtendWith(SharedNodes.class)
@Tag(Lane.FAULTS)
class ObjectStoreFaultsITCase {
  private FaultRun run;
  private Disturbances faults;

  @BeforeEach
  void begin(SharedNodes nodes, TestInfo test) {
    FaultStack stack = FaultStack.of(nodes);
    run = FaultRun.begin(stack, test);
    faults = new Disturbances(stack, run.random().split());
  }

  @AfterEach
  void end() {
    // Null when the pipeline did not start: that failure says why.
    if (run != null) {
      run.close();
    }
  }

  @Test
  @Scenario(
      id = "s3-killed",
      broken = "the object store is killed and stays away",
      correct = "the job waits for it, with restarts, and goes on from its last checkpoint")
  void killed() throws Exception {
    run.endure(faults.objectStoreKilled(), run.between(20, 30));
    run.verify();
  }

  @Test
  @Scenario(
      id = "s3-503",
      broken = "half of the requests of the archive's multipart uploads are answered 503",
      correct = "no file is published twice or in half")
  void uploadsFail() throws Exception {
    run.endure(faults.uploadsFail(), run.between(20, 30));
    run.verify();
  }

  @Test
  @Scenario(
      id = "s3-lost-commit",
      broken =
          "half of the answers to CompleteMultipartUpload are lost after the store has done it",
      correct = "a file that is published already is found to be when its commit is repeated")
  void answersToCommitsAreLost() throws Exception {
    run.endure(faults.commitAnswersAreLost(), run.between(20, 30));
    run.verify();
  }
}
