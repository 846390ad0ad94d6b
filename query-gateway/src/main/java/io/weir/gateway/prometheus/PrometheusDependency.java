package io.weir.gateway.prometheus;

import io.weir.gateway.Dependency;
import io.weir.gateway.config.Role;
import io.weir.gateway.prometheus.PrometheusClient.Answer;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Prometheus, as far as queries need it: a server that says it is ready. */
public final class PrometheusDependency implements Dependency {
  private static final Duration TIMEOUT = Duration.ofMillis(1_200);
  private static final long MAX_BYTES = 64 * 1024;

  private final PrometheusClient client;
  private final Duration timeout;

  /** Looks through the given client, which stays the caller's. */
  public PrometheusDependency(PrometheusClient client) {
    this(client, TIMEOUT);
  }

  PrometheusDependency(PrometheusClient client, Duration timeout) {
    this.client = Objects.requireNonNull(client, "client");
    this.timeout = Objects.requireNonNull(timeout, "timeout");
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
              .get(timeout.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      throw new IllegalStateException(e.getCause().getMessage(), e.getCause());
    } catch (TimeoutException e) {
      throw new IllegalStateException("did not answer within " + timeout.toMillis() + " ms", e);
    }
    if (answer.status() != 200) {
      throw new IllegalStateException("GET /-/ready answers with status " + answer.status());
    }
    return "says that it is ready";
  }
}
