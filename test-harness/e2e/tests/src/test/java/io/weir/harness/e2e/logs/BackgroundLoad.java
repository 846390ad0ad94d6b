package io.weir.harness.e2e.logs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.weir.harness.e2e.SharedNodes;
import io.weir.harness.e2e.delivery.KafkaTopic;
import io.weir.harness.generate.EventTimes;
import io.weir.harness.generate.Generator;
import io.weir.harness.generate.Load;
import io.weir.harness.generate.LoadReport;
import io.weir.harness.generate.LogStream;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/**
 * A load that goes on until it is told to end: whatever happens meanwhile happens in its middle.
 */
public final class BackgroundLoad implements AutoCloseable {
  private final KafkaTopic topic;
  private final Generator generator;
  private final CompletableFuture<LoadReport> report;

  /**
   * @param poisonEvery every n-th record is poison; 0 for none
   */
  public BackgroundLoad(
      SharedNodes nodes, KafkaTopic topic, String run, double ratePerSecond, long poisonEvery) {
    this(
        nodes.kafka().bootstrapServers(),
        topic,
        new LogStream(
            new LogStream.Plan(run, run.hashCode(), 20, 4, poisonEvery),
            EventTimes.from(Clock.systemUTC())),
        ratePerSecond);
  }

  /** Sends a stream of one's own. */
  public BackgroundLoad(
      String bootstrapServers, KafkaTopic topic, LogStream stream, double ratePerSecond) {
    this.topic = topic;
    this.generator = new Generator(bootstrapServers);
    Load endless = new Load(topic.name(), ratePerSecond, Long.MAX_VALUE, Duration.ofDays(1));
    this.report = CompletableFuture.supplyAsync(() -> generator.send(stream, endless));
  }

  /** Fails when it has ended by itself. */
  public void assertRunning() {
    assertThat(report).as("the load").isNotDone();
  }

  /** Returns how many records Kafka has acknowledged so far. */
  public long acknowledged() {
    return generator.acknowledged();
  }

  /** Lets it go on until the topic holds so many records, ends it, and returns what it sent. */
  public LoadReport finishAt(long records) {
    await("the topic holds " + records + " records")
        .atMost(Duration.ofMinutes(10))
        .pollInterval(Duration.ofMillis(500))
        .until(() -> report.isDone() || topic.size() >= records);
    assertRunning();
    generator.finish();
    return report.join();
  }

  @Override
  public void close() {
    generator.finish();
    generator.close();
  }
}
