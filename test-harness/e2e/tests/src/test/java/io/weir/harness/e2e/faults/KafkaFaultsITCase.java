package io.weir.harness.e2e.faults;

import io.weir.harness.e2e.Lane;
import io.weir.harness.e2e.SharedNodes;
import io.weir.harness.fault.TcpFault;
import io.weir.harness.fault.TcpFaultProxy;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.extension.ExtendWith;

/** Kafka dies, and the network between it and the job does what networks do. */
@ExtendWith(SharedNodes.class)
@Tag(Lane.FAULTS)
class KafkaFaultsITCase {
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
      id = "broker-killed",
      broken = "the only broker is killed twice and stays away for a while",
      correct = "producers send again without doubling, and the job reads on where it was")
  void theBrokerIsKilled() throws Exception {
    for (int i = 0; i < 2; i++) {
      run.somewhereInTheNext(3_000);
      run.endure(faults.brokerKilled(), run.between(8, 15));
    }
    run.verify();
  }

  @Test
  @Scenario(
      id = "kafka-cut",
      broken = "the line between the job and Kafka carries nothing for 60 s, and tells nobody",
      correct = "the job reads on where it was")
  void theLineIsCut() throws Exception {
    run.endure(faults.kafkaIsCutOff(), Duration.ofSeconds(60));
    run.verify();
  }

  @Test
  @Scenario(
      id = "kafka-bad-line",
      broken =
          "the line to Kafka is slow, then narrow, and its connections are half closed and reset"
              + " again and again",
      correct = "the job is late and loses nothing")
  void theLineIsBad() throws Exception {
    for (TcpFault fault :
        new TcpFault[] {TcpFault.delay(Duration.ofMillis(300)), TcpFault.bandwidth(200_000)}) {
      Disturbance bad =
          new Disturbance(
              "the line to Kafka: " + fault,
              () -> {
                stack.kafkaLine().set(fault);
                return () -> {
                  stack.kafkaLine().set(TcpFault.NONE);
                  return 1;
                };
              });
      run.endure(bad, run.between(10, 15));
    }
    for (int i = 0; i < 8; i++) {
      run.somewhereInTheNext(1_500);
      if (run.random().nextBoolean()) {
        stack.kafkaLine().reset();
      } else {
        stack
            .kafkaLine()
            .halfClose(
                run.random().nextBoolean() ? TcpFaultProxy.Side.CLIENT : TcpFaultProxy.Side.SERVER);
      }
      run.struck(1);
    }
    run.recover();
    run.verify();
  }
}
