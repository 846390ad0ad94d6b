package io.weir.harness.e2e.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.weir.harness.e2e.Lane;
import io.weir.harness.e2e.SharedNodes;
import io.weir.harness.e2e.delivery.DeliveryReport;
import io.weir.harness.fault.BulkFailures;
import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.extension.ExtendWith;

/** Whatever Elasticsearch does, the job waits for it and goes on: it is never restarted by it. */
@ExtendWith(SharedNodes.class)
@Tag(Lane.FAULTS)
class ElasticsearchFaultsITCase {
  private FaultStack stack;
  private FaultRun run;
  private Disturbances faults;

  @BeforeEach
  void begin(SharedNodes nodes, TestInfo test) {
    stack = FaultStack.of(nodes);
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
      id = "es-killed",
      broken = "Elasticsearch is killed and stays away for 2 minutes",
      correct = "the job waits without a restart and without dead letters, then catches up")
  void killed() throws Exception {
    run.endure(faults.elasticsearchKilled(), Duration.ofMinutes(2));
    verifyWithoutRestart();
  }

  @Test
  @Scenario(
      id = "es-429",
      broken = "Elasticsearch answers every bulk with 429",
      correct = "the job slows down without a restart and without dead letters")
  void overloaded() throws Exception {
    run.endure(faults.elasticsearchRefuses(429), run.between(20, 30));
    verifyWithoutRestart();
  }

  @Test
  @Scenario(
      id = "es-503",
      broken = "Elasticsearch answers every bulk with 503",
      correct = "the job waits without a restart and without dead letters")
  void unavailable() throws Exception {
    run.endure(faults.elasticsearchRefuses(503), run.between(20, 30));
    verifyWithoutRestart();
  }

  @Test
  @Scenario(
      id = "es-partial",
      broken = "of each bulk 30 % of the documents are answered 429 and one in 200 is answered 400",
      correct =
          "every document that was answered 400 is a dead letter for Elasticsearch, once, and in"
              + " the archive; every other one is stored; no restart")
  void takesSomeOfEachBulk() throws Exception {
    BulkFailures failures = new BulkFailures(0.3, 200, run.random().split()::nextDouble);
    run.endure(faults.elasticsearchTakesSome(failures), run.between(20, 30));
    DeliveryReport report = run.verify(Set.of(Disturbances.REJECTED));
    assertThat(failures.malformed()).isPositive();
    assertThat(report.deadLetters()).containsEntry(Disturbances.REJECTED, failures.malformed());
    assertThat(report.repeatedLetters()).isZero();
    assertThat(run.restarts()).isZero();
  }

  @Test
  @Scenario(
      id = "es-lost-answer",
      broken = "Elasticsearch stores every second bulk and its answer is lost",
      correct = "what was stored already is found to be when it is sent again; no restart")
  void answersAreLost() throws Exception {
    run.endure(faults.elasticsearchAnswersAreLost(), run.between(20, 30));
    verifyWithoutRestart();
  }

  @Test
  @Scenario(
      id = "es-slow",
      broken = "Elasticsearch answers at 2 bytes a second",
      correct = "the job is slow and not restarted")
  void slow() throws Exception {
    run.endure(faults.elasticsearchIsSlow(), run.between(20, 30));
    verifyWithoutRestart();
  }

  @Test
  @Scenario(
      id = "es-disk-full",
      broken =
          "Elasticsearch's disk is at the flood stage: its indices and the cluster take no writes",
      correct =
          "that is waited out: no document goes to dead letters or to the late index, no restart")
  void diskIsFull() throws Exception {
    run.endure(faults.elasticsearchDiskIsFull(), run.between(20, 30));
    verifyWithoutRestart();
    assertThat(run.documentsIn("logs-late-*")).isZero();
  }

  @Test
  @Scenario(
      id = "es-read-only",
      broken = "the index of the hour that is being written is made read-only for good",
      correct =
          "what it has stays there, what comes later is in the late index, each once; no restart")
  void indexIsReadOnly() throws Exception {
    run.awaitEvents(1_000);
    stack.set("/logs-*/_settings?allow_no_indices=true", "{\"index.blocks.write\":true}");
    run.struck(1);
    try {
      await("documents go to the late index")
          .atMost(Duration.ofMinutes(3))
          .ignoreExceptions() // its shard may not be there yet
          .until(() -> run.documentsIn("logs-late-*") > 1_000);
      run.recover();
      verifyWithoutRestart();
    } finally {
      stack.liftBlocks();
    }
  }

  private void verifyWithoutRestart() {
    run.verify();
    assertThat(run.restarts()).isZero();
  }
}
