package io.weir.harness.e2e.logs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.weir.harness.e2e.SharedNodes;
import io.weir.harness.node.HarnessLayout;
import io.weir.harness.ship.LogShipper;
import io.weir.harness.ship.LogSource;
import io.weir.harness.ship.ShipperConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** The real access log, shipped as an agent would. Its lines are of 2015. */
final class AccessLog {
  /** With this hot retention its lines are hot, and only those of 1970 are too old. */
  static final Duration HOT_RETENTION = Duration.ofDays(15 * 365);

  private static final int LINES = 10_000;

  private AccessLog() {}

  /**
   * Ships it whole.
   *
   * @param directory for the shipper's positions
   * @return how many events that gave; 0 where there is no such file, which is told
   */
  static long ship(SharedNodes nodes, LogsPipeline pipeline, Path directory) throws IOException {
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
          .atMost(Duration.ofMinutes(3))
          .until(() -> shipper.shippedEvents() >= LINES);
      assertThat(shipper.failure()).isNull();
    }
    return LINES;
  }
}
