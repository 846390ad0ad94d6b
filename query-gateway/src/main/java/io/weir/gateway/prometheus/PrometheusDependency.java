package io.weir.gateway.prometheus;

import io.weir.gateway.Dependency;
import io.weir.gateway.config.Role;
import io.weir.gateway.prometheus.PrometheusClient.Answer;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Prometheus, as far as queries need it: a server that says it is ready. */
public final class PrometheusDependency implements Dependency {
  private static final long TIMEOUT_MS = 1_200;
  private static final long MAX_BYTES = 64 * 1024;

  private final PrometheusClient client;

  public PrometheusDependency(PrometheusClient client) {
    this.client = Objects.requireNonNull(client, "client");
  }

  @Override
  public String name() {
    return "prometheus";
  }

  @Override
  public Role role() {
    return Role.METRICS;
  }

  @Override
  public boolean required() {
    return true;
  }

  @Override
  public String check() throws Exception {
    Answer answer;
    try {
      answer =
          client
              .fetch("-/ready", new FormData(), false, MAX_BYTES)
              .answer()
              .toCompletionStage()
              .toCompletableFuture()
              .get(TIMEOUT_MS, TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      throw new IllegalStateException(e.getCause().getMessage(), e.getCause());
    } catch (TimeoutException e) {
      throw new IllegalStateException("did not answer within " + TIMEOUT_MS + " ms", e);
    }
    if (answer.status() != 200) {
      throw new IllegalStateException("GET /-/ready answers with status " + answer.status());
    }
    return "says that it is ready";
  }
}
