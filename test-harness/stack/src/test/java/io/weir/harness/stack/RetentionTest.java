package io.weir.harness.stack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntConsumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RetentionTest {
  private static final Clock CLOCK =
      Clock.fixed(Instant.parse("2026-03-29T10:00:00.5Z"), ZoneOffset.UTC);
  private static final Retention.Schedule AT_ONCE =
      new Retention.Schedule(Duration.ZERO, Duration.ofMillis(1));

  @TempDir Path folder;
  private final ScheduledExecutorService executor = Executors.newSingleThreadScheduledExecutor();
  private final AtomicInteger runs = new AtomicInteger();
  private final List<String> messages = new CopyOnWriteArrayList<>();

  @AfterEach
  void stop() {
    executor.shutdownNow();
  }

  @Test
  void runsAgainAndAgain() throws Exception {
    schedule(run -> {});

    await().atMost(Duration.ofSeconds(60)).until(() -> runs.get() >= 3);
    executor.shutdownNow();
    assertThat(executor.awaitTermination(10, java.util.concurrent.TimeUnit.SECONDS)).isTrue();
    assertThat(last()).contains(new Retention.Outcome("2026-03-29T10:00:00Z", true, "ok"));
    assertThat(messages).isEmpty();
  }

  @Test
  void noFailureEndsIt() {
    schedule(
        run -> {
          if (run % 2 == 0) {
            throw new OutOfMemoryError("as a test");
          }
          throw new IllegalStateException("Elasticsearch is away");
        });

    await().atMost(Duration.ofSeconds(60)).until(() -> runs.get() >= 5);
    assertThat(messages).as("the first of a row").hasSize(1);
    assertThat(messages.get(0)).contains("Elasticsearch is away");
  }

  @Test
  void remembersWhyItFailedUntilItSucceeds() throws Exception {
    schedule(
        run -> {
          if (run < 3) {
            throw new NoClassDefFoundError("io/weir/Gone");
          }
          if (run > 3) {
            executor.shutdown();
            throw new IllegalStateException("failed at last");
          }
        });

    await().atMost(Duration.ofSeconds(60)).until(() -> executor.isTerminated());
    assertThat(messages).hasSize(2);
    assertThat(messages.get(0)).contains("io/weir/Gone");
    await()
        .atMost(Duration.ofSeconds(60))
        .untilAsserted(() -> assertThat(last().orElseThrow().text()).isEqualTo("failed at last"));
    assertThat(last().orElseThrow().ok()).isFalse();
  }

  private void schedule(IntConsumer body) {
    new Retention(() -> body.accept(runs.incrementAndGet()), file(), CLOCK, messages::add)
        .schedule(executor, AT_ONCE);
  }

  private Optional<Retention.Outcome> last() throws java.io.IOException {
    return Retention.Outcome.read(file());
  }

  private Path file() {
    return folder.resolve("run/retention");
  }
}
