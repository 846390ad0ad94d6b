package io.weir.gateway.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.weir.gateway.http.TestingGateway;
import io.weir.gateway.search.Times;
import io.weir.model.log.LogLevel;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class TailTest {
  private static final long T10 = Times.nanos(Instant.parse("2026-03-29T10:00:00Z"));

  @Test
  @Timeout(60)
  void endsWhenItIsStoppedHoweverLongItWouldWait() throws Exception {
    StringWriter out = new StringWriter();
    try (TestingGateway gateway = new TestingGateway()) {
      gateway.store.add(T10, 1, "payments", "web", LogLevel.INFO);
      Tail tail =
          new Tail(
              new GatewayClient(gateway.uri()),
              new Terminal(new PrintWriter(out, true), false, false),
              new FilterOptions(),
              Duration.ZERO,
              warning -> {});
      CompletableFuture<Void> following =
          CompletableFuture.runAsync(
              () -> {
                try {
                  tail.run("2026-03-29T10:00Z", Duration.ofDays(1), 0);
                } catch (InterruptedException e) {
                  throw new IllegalStateException(e);
                }
              });
      await().until(() -> out.toString().contains("message 1"));

      tail.stop();

      following.get(30, TimeUnit.SECONDS);
      assertThat(gateway.store.requests()).hasSize(1);
    }
  }
}
