package io.weir.gateway.prometheus;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Vertx;
import io.weir.gateway.config.TestingConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class PrometheusClientTest {
  private static final int THREADS = 8;
  private static final int CALLS = 500;

  private final TestingPrometheus prometheus = new TestingPrometheus();
  private final Vertx vertx = Vertx.vertx();
  private final PrometheusClient client =
      new PrometheusClient(
          vertx,
          TestingConfig.with("prometheus.url", prometheus.uri().toString()).prometheus(),
          THREADS);

  @AfterEach
  void close() {
    client.close();
    vertx.close();
    prometheus.close();
  }

  /** A small answer may be there, and at its end, before the thread that asked has gone on. */
  @Test
  void everyAnswerIsReadHoweverSlowlyTheThreadThatAskedGoesOn() throws Exception {
    prometheus.answer(200, "text/plain", "ready".getBytes(UTF_8), false);
    ExecutorService threads = Executors.newFixedThreadPool(THREADS);
    try {
      List<CompletableFuture<Void>> asking = new ArrayList<>();
      for (int thread = 0; thread < THREADS; thread++) {
        asking.add(CompletableFuture.runAsync(this::ask, threads));
      }
      for (CompletableFuture<Void> asked : asking) {
        asked.get(60, TimeUnit.SECONDS);
      }
    } finally {
      threads.shutdownNow();
    }
  }

  private void ask() {
    for (int call = 0; call < CALLS; call++) {
      PrometheusClient.Answer answer =
          client
              .fetch("-/ready", new FormData(), false, 1_000)
              .answer()
              .toCompletionStage()
              .toCompletableFuture()
              .join();
      assertThat(answer.status()).isEqualTo(200);
      assertThat(answer.body().toString()).isEqualTo("ready");
    }
  }
}
