package io.weir.harness.e2e.logs;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.harness.e2e.SharedNodes;
import io.weir.harness.e2e.delivery.DeliveryOracle;
import io.weir.harness.e2e.delivery.DeliveryReport;
import io.weir.harness.generate.EventTimes;
import io.weir.harness.generate.Generator;
import io.weir.harness.generate.Load;
import io.weir.harness.generate.LoadReport;
import io.weir.harness.generate.LogStream;
import io.weir.harness.generate.Poison;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** The whole way with nothing failing but the records themselves. */
@ExtendWith(SharedNodes.class)
class LogsDeliveryITCase {
  private static final int EVENTS = 60_000;

  /** Every kind five times. */
  private static final int POISON_EVERY = 600;

  @Test
  void everyEventIsInBothStoresOnceAndEveryPoisonHasItsFate(
      SharedNodes nodes, @TempDir Path directory) throws IOException {
    try (LogsPipeline pipeline =
            new LogsPipeline(nodes, "proof-delivery").hotRetention(AccessLog.HOT_RETENTION);
        Generator generator = new Generator(nodes.kafka().bootstrapServers())) {
      pipeline.start();
      LogStream stream =
          new LogStream(
              new LogStream.Plan("delivery", 42, 40, 4, POISON_EVERY),
              EventTimes.from(Clock.systemUTC()));
      LoadReport sent =
          generator.send(
              stream, new Load(pipeline.topic().name(), 20_000, EVENTS, Duration.ofHours(1)));
      long lines = AccessLog.ship(nodes, pipeline, directory);

      DeliveryOracle oracle = pipeline.oracle();
      oracle.awaitOutcomes(Duration.ofMinutes(3));
      DeliveryReport report = oracle.check();

      System.out.println("delivery: " + report);
      assertThat(report.problems()).isEmpty();
      assertThat(oracle.compareWith(sent)).isEmpty();
      assertThat(report.input()).isEqualTo(EVENTS + lines);
      assertThat(report.repeatedLetters()).isZero();
      PoisonFates.verifyAll(oracle.entries(), sent);
      assertThat(sent.poison())
          .hasSize(Poison.values().length)
          .allSatisfy((kind, n) -> assertThat(n).isEqualTo(5));
      assertThat(pipeline.failure()).isEmpty();
      assertThat(nodes.flink().rest().allTasksRunning(pipeline.jobId())).isTrue();
    }
  }
}
