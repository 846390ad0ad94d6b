package io.weir.harness.e2e.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.weir.harness.e2e.Lane;
import io.weir.harness.e2e.SharedNodes;
import io.weir.harness.fault.HttpCall;
import io.weir.harness.fault.HttpFault;
import io.weir.harness.fault.HttpFaultProxy;
import io.weir.harness.fault.HttpFaults;
import io.weir.harness.process.ManagedProcess;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Flink's own processes die, at moments of chance and at the worst ones; and it loses its disk. */
@ExtendWith(SharedNodes.class)
@Tag(Lane.FAULTS)
class FlinkFaultsITCase {
  private static final Duration PATIENCE = Duration.ofMinutes(2);

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
      id = "taskmanager-killed",
      broken = "the TaskManager is killed five times at moments of chance",
      correct = "each time the job goes on from its last checkpoint")
  void taskManagerIsKilledAtMomentsOfChance() throws Exception {
    for (int i = 0; i < 5; i++) {
      run.somewhereInTheNext(4_000);
      run.endure(faults.taskManagerKilled(), Duration.ZERO);
    }
    run.verify();
    assertThat(run.restarts()).isGreaterThanOrEqualTo(5);
  }

  @Test
  @Scenario(
      id = "taskmanager-killed-in-checkpoint",
      broken = "the TaskManager is killed while it uploads the archive's part of a checkpoint",
      correct = "the checkpoint does not exist, and what was uploaded for it shows up nowhere")
  void taskManagerIsKilledInACheckpoint() throws Exception {
    killAt(Disturbances::isPart, false);
    run.recover();
    run.verify();
    assertThat(run.restarts()).isPositive();
  }

  @Test
  @Scenario(
      id = "taskmanager-killed-before-commit",
      broken =
          "the TaskManager is killed when a checkpoint is complete and its first file is to be"
              + " committed: once before the store has heard of it, once before the answer comes",
      correct = "the files of the checkpoint are committed after the recovery, each once")
  void taskManagerIsKilledBetweenCheckpointAndCommit() throws Exception {
    killAt(Disturbances::isCommit, false);
    run.recover();
    run.awaitCheckpoints(1);
    killAt(Disturbances::isCommit, true);
    run.recover();
    run.verify();
    assertThat(run.restarts()).isGreaterThanOrEqualTo(2);
  }

  /**
   * Kills the TaskManager in the middle of its next request of a kind.
   *
   * @param apply whether the object store still does what it was asked
   */
  private void killAt(Predicate<HttpCall> request, boolean apply) throws Exception {
    CountDownLatch dead = new CountDownLatch(1);
    HttpFault kill =
        call -> {
          if (apply) {
            call.forward();
          }
          stack.taskManager().kill();
          dead.countDown();
          call.hangUp();
        };
    HttpFault onlyOnce = HttpFaults.first(1, kill);
    try (HttpFaultProxy.Injection injection =
        stack
            .objectStoreFront()
            .inject(call -> request.test(call) && !Disturbances.isCheckpoint(call), onlyOnce)) {
      assertThat(dead.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)).as("such a request").isTrue();
      assertThat(injection.hits()).isPositive();
    }
    run.struck(1);
    stack.taskManager().start().awaitReady();
  }

  @Test
  @Scenario(
      id = "jobmanager-killed",
      broken = "the JobManager is killed twice; ZooKeeper knows what it knew",
      correct = "each new leader goes on from the last checkpoint")
  void jobManagerIsKilled() throws Exception {
    for (int i = 0; i < 2; i++) {
      run.somewhereInTheNext(3_000);
      run.leaderEnds();
      stack.flink().jobManager().kill();
      stack.flink().jobManager().start().awaitReady();
      run.struck(1);
      awaitNewLeader();
      run.recover();
    }
    run.verify();
  }

  @Test
  @Scenario(
      id = "leader-killed",
      broken = "of two JobManagers the one that leads is killed and stays away; then the other",
      correct = "the one that stood by takes over by itself, and goes on from the last checkpoint")
  void leaderIsKilledAndTheOtherTakesOver() throws Exception {
    ManagedProcess first = stack.flink().jobManager();
    ManagedProcess second = stack.flink().startStandby();
    try {
      second.awaitReady();
      for (ManagedProcess leader : List.of(first, second)) {
        run.somewhereInTheNext(3_000);
        run.leaderEnds();
        leader.kill();
        run.struck(1);
        awaitNewLeader();
        run.recover();
        leader.start().awaitReady();
      }
      run.verify();
    } finally {
      stack.flink().removeStandby(second);
    }
  }

  private void awaitNewLeader() {
    await("the job is recovered by the new leader")
        .atMost(PATIENCE)
        .ignoreExceptions()
        .until(() -> stack.flink().rest().allTasksRunning(run.pipeline().jobId()));
    assertThat(stack.flink().rest().checkpoints(run.pipeline().jobId()).restored()).isPositive();
  }

  @Test
  @Scenario(
      id = "checkpoint-storage-away",
      broken = "the storage of checkpoints answers 503, and meanwhile the TaskManager is killed",
      correct =
          "the job writes on to Elasticsearch while checkpoints fail; once killed it waits for the"
              + " storage, and goes on from the last checkpoint that was complete")
  void checkpointStorageIsAway() throws Exception {
    Disturbance.Mend away = faults.checkpointStorageAway().begin().begin();
    try {
      await("a checkpoint meets it").atMost(PATIENCE).until(away::hasStruck);
      // Flink's REST API answers with what it fetched some seconds ago.
      FaultRun.hold(stack.flink().rest().refreshInterval().plusSeconds(1));
      long completed = stack.flink().rest().checkpoints(run.pipeline().jobId()).completed();
      long stored = run.documentsIn("logs-*");
      FaultRun.hold(run.between(10, 15));
      await("Elasticsearch gets what comes meanwhile")
          .atMost(PATIENCE)
          .pollInterval(Duration.ofMillis(500))
          .until(() -> run.documentsIn("logs-*") > stored + 1_000);
      assertThat(stack.flink().rest().checkpoints(run.pipeline().jobId()).completed())
          .isEqualTo(completed);
    } finally {
      run.struck(away.mend());
    }
    run.recover();
    assertThat(run.restarts()).isZero();
    Disturbance both =
        new Disturbance(
            "the storage of checkpoints is away, and the TaskManager is killed",
            () -> {
              Disturbance.Mend storage = faults.checkpointStorageAway().begin().begin();
              Disturbance.Mend taskManager = faults.taskManagerKilled().begin().begin();
              long started = taskManager.mend();
              return new Disturbance.Mend() {
                @Override
                public long mend() throws Exception {
                  return started + storage.mend();
                }

                @Override
                public boolean hasStruck() {
                  return storage.hasStruck();
                }
              };
            });
    run.endure(both, run.between(10, 20));
    run.verify();
    assertThat(run.restarts()).isPositive();
  }

  @Test
  @Scenario(
      id = "rescale",
      broken =
          "the job is rescaled from 2 to 4 to 1 while every second answer of Elasticsearch is lost",
      correct = "each width goes on from the savepoint of the one before")
  void isRescaledWhileAnswersAreLost(@TempDir Path folder) throws Exception {
    Disturbance.Mend mend = faults.elasticsearchAnswersAreLost().begin().begin();
    for (int width : new int[] {4, 1}) {
      run.somewhereInTheNext(3_000);
      run.leaderEnds();
      run.pipeline().job().rescale(width, folder.resolve("savepoints"));
      assertThat(stack.flink().rest().slotsOf(run.pipeline().jobId())).isEqualTo(width);
    }
    run.struck(mend.mend());
    run.recover();
    run.verify();
  }
}
