package io.weir.harness.e2e.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.weir.harness.e2e.Lane;
import io.weir.harness.e2e.SharedNodes;
import io.weir.harness.node.KafkaBroker;
import io.weir.harness.node.KafkaCluster;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.extension.ExtendWith;

/** Brokers of a replicated Kafka die: three of them, three copies, two of them in sync to write. */
@ExtendWith(SharedNodes.class)
@Tag(Lane.FAULTS)
class KafkaClusterFaultsITCase {
  private static final Duration PATIENCE = Duration.ofMinutes(3);

  private FaultStack stack;
  private KafkaCluster kafka;
  private FaultRun run;

  @BeforeEach
  void begin(SharedNodes nodes, TestInfo test) {
    stack = FaultStack.of(nodes);
    kafka =
        new KafkaCluster(
            stack.directories(),
            Map.of("message.max.bytes", Integer.toString(FaultStack.MAX_MESSAGE_BYTES)));
    kafka.start();
    kafka.awaitReady();
    run = FaultRun.begin(stack, kafka, test);
  }

  @AfterEach
  void end() {
    try {
      // Null when the pipeline did not start: that failure says why.
      if (run != null) {
        run.close();
      }
    } finally {
      kafka.close();
    }
  }

  @Test
  @Scenario(
      id = "broker-of-three-killed",
      broken = "each of three brokers is killed in turn and stays away for a while",
      correct =
          "with two brokers left everything goes on: what is sent meanwhile is in both stores"
              + " before the third is back, and the job is not restarted")
  void oneBrokerAtATimeIsKilled() throws Exception {
    for (KafkaBroker broker : inSomeOrder()) {
      run.somewhereInTheNext(2_000);
      broker.process().kill();
      run.struck(1);
      FaultRun.hold(run.between(3, 12));
      run.awaitEvents(1_000);
      run.recover();
      back(List.of(broker));
    }
    run.verify();
    assertThat(run.restarts()).isZero();
  }

  @Test
  @Scenario(
      id = "broker-of-three-cut-off",
      broken =
          "one of three brokers, and then another, neither hears nor says anything for 60 s"
              + " (SIGSTOP) while its connections stay open, and then goes on as if it still led"
              + " what it led",
      correct =
          "with two brokers left everything goes on: what is sent meanwhile is in both stores"
              + " before the third speaks again, nothing that was acknowledged is lost to it, and"
              + " the job is not restarted")
  void oneBrokerAtATimeIsCutOff() throws Exception {
    for (KafkaBroker broker : inSomeOrder().subList(0, 2)) {
      run.somewhereInTheNext(2_000);
      broker.process().suspend();
      run.struck(1);
      FaultRun.hold(Duration.ofSeconds(60));
      run.awaitEvents(1_000);
      run.recover();
      broker.process().resume();
      back(List.of(broker));
    }
    run.verify();
    assertThat(run.restarts()).isZero();
  }

  @Test
  @Scenario(
      id = "two-brokers-of-three-killed",
      broken = "two of three brokers are killed at once, twice, and stay away for a while",
      correct =
          "nothing is acknowledged that only one broker has, and what was acknowledged is not lost;"
              + " producers and job go on when a second broker is back")
  void twoBrokersAreKilledAtOnce() throws Exception {
    for (int i = 0; i < 2; i++) {
      run.somewhereInTheNext(2_000);
      List<KafkaBroker> dead = inSomeOrder().subList(0, 2);
      dead.forEach(broker -> broker.process().kill());
      run.struck(2);
      // Answers that were on their way.
      FaultRun.hold(Duration.ofSeconds(1));
      long acknowledged = run.acknowledged();
      FaultRun.hold(run.between(8, 15));
      assertThat(run.acknowledged()).as("acknowledged by one broker alone").isEqualTo(acknowledged);
      back(dead.subList(0, 1));
      run.awaitEvents(1_000);
      run.recover();
      back(dead);
    }
    run.verify();
  }

  private List<KafkaBroker> inSomeOrder() {
    List<KafkaBroker> brokers = new ArrayList<>(kafka.brokers());
    for (int i = brokers.size() - 1; i > 0; i--) {
      brokers.add(brokers.remove(run.random().nextInt(i + 1)));
    }
    return brokers;
  }

  /** Starts those that are away and waits until they lack nothing. */
  private void back(List<KafkaBroker> brokers) {
    for (KafkaBroker broker : brokers) {
      if (!broker.process().isRunning()) {
        broker.start();
        broker.awaitReady();
      }
    }
    boolean all = kafka.brokers().stream().allMatch(broker -> broker.process().isRunning());
    if (all) {
      List<String> topics =
          List.of(run.pipeline().topic().name(), run.pipeline().deadLetters().name());
      await("every copy has caught up")
          .atMost(PATIENCE)
          // One that was cut off says at first what it knew before.
          .during(Duration.ofSeconds(3))
          .ignoreExceptions()
          .until(() -> kafka.isInSync(topics));
    }
  }
}
