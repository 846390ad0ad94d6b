package io.weir.harness.e2e.logs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.weir.harness.e2e.SharedNodes;
import io.weir.harness.e2e.delivery.DeliveryOracle;
import io.weir.harness.e2e.delivery.DeliveryReport;
import io.weir.harness.generate.EventTimes;
import io.weir.harness.generate.Generator;
import io.weir.harness.generate.Load;
import io.weir.harness.generate.LoadReport;
import io.weir.harness.generate.LogStream;
import io.weir.harness.node.HarnessLayout;
import io.weir.harness.ship.LogShipper;
import io.weir.harness.ship.LogSource;
import io.weir.harness.ship.ShipperConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** The whole way with nothing failing but the records themselves. */
@ExtendWith(SharedNodes.class)
class LogsDeliveryITCase {
  private static final int EVENTS = 200_000;

  /** Every kind five times. */
  private static final int POISON_EVERY = 2_000;

  private static final int ACCESS_LINES = 10_000;

  @Test
  void everyEventIsInBothStoresOnceAndEveryPoisonHasItsFate(
      SharedNodes nodes, @TempDir Path directory) throws IOException {
    // The access log is of 2015. With this retention it is hot, and only 1970 is too old.
    try (LogsPipeline pipeline =
            new LogsPipeline(nodes, "proof-delivery").hotRetention(Duration.ofDays(15 * 365));
        Generator generator = new Generator(nodes.kafka().bootstrapServers())) {
      pipeline.start();
      LogStream stream =
          new LogStream(
              new LogStream.Plan("delivery", 42, 40, 4, POISON_EVERY),
              EventTimes.from(Clock.systemUTC()));
      LoadReport sent =
          generator.send(
              stream, new Load(pipeline.topic().name(), 20_000, EVENTS, Duration.ofHours(1)));
      long lines = shipAccessLog(nodes, pipeline, directory);

      DeliveryOracle oracle = pipeline.oracle();
      oracle.awaitOutcomes(Duration.ofMinutes(3));
      DeliveryReport report = oracle.check();

      System.out.println("delivery: " + report);
      assertThat(report.problems()).isEmpty();
      assertThat(oracle.compareWith(sent)).isEmpty();
      assertThat(report.input()).isEqualTo(EVENTS + lines);
      assertThat(report.repeatedLetters()).isZero();
      SoftAssertions.assertSoftly(
          fates ->
              oracle.entries().stream()
                  .filter(entry -> entry.poison().isPresent())
                  .forEach(
                      entry ->
                          fates
                              .assertThatCode(() -> PoisonFates.verify(entry))
                              .doesNotThrowAnyException()));
      assertThat(pipeline.failure()).isEmpty();
      assertThat(nodes.flink().rest().allTasksRunning(pipeline.jobId())).isTrue();
    }
  }

  /** Ships the real access log as an agent would; returns how many events that gives. */
  private static long shipAccessLog(SharedNodes nodes, LogsPipeline pipeline, Path directory)
      throws IOException {
    Path log = HarnessLayout.find().root().resolve("../shared/data/apache-access/access.log");
    if (!Files.exists(log)) {
      System.out.println("skipped: the real access log, because there is no " + log.normalize());
      return 0;
    }
    ShipperConfig config =
        ShipperConfig.ofThisMachine(
            nodes.kafka().bootstrapServers(),
            pipeline.topic().name(),
            directory.resolve("positions"),
            List.of(LogSource.of("website", log)));
    try (LogShipper shipper = LogShipper.start(config)) {
      await("all lines are shipped")
          .atMost(Duration.ofSeconds(60))
          .until(() -> shipper.shippedEvents() >= ACCESS_LINES);
      assertThat(shipper.failure()).isNull();
    }
    return ACCESS_LINES;
  }
}
