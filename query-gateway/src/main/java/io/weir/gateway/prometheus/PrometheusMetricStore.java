package io.weir.gateway.prometheus;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.weir.gateway.UnprocessableException;
import io.weir.gateway.prometheus.PrometheusClient.Answer;
import io.weir.gateway.prometheus.PrometheusClient.ResponseTooLargeException;
import io.weir.gateway.promql.PromExpression;
import io.weir.gateway.search.Cancellation;
import io.weir.gateway.search.StoreException;
import io.weir.gateway.series.MetricSeries;
import io.weir.gateway.series.MetricSeries.DataPoint;
import io.weir.gateway.series.MetricStore;
import io.weir.gateway.series.PrometheusTimes;
import io.weir.gateway.series.TimeGrid;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Prometheus as a store of time series. Thread-safe. */
public final class PrometheusMetricStore implements MetricStore {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int MAX_WORDS = 500;

  private final PrometheusClient client;
  private final long maxResponseBytes;

  public PrometheusMetricStore(PrometheusClient client, long maxResponseBytes) {
    this.client = Objects.requireNonNull(client, "client");
    this.maxResponseBytes = maxResponseBytes;
  }

  @Override
  public List<MetricSeries> evaluate(
      PromExpression expression, TimeGrid grid, Cancellation cancellation) {
    FormData form =
        new FormData()
            .add("query", expression.promQl())
            .add("start", PrometheusTimes.format(grid.start()))
            .add("end", PrometheusTimes.format(grid.end()))
            .add("step", PrometheusTimes.format(grid.step()))
            .add("timeout", PrometheusTimes.format(client.timeout()));
    Answer answer = await(form, cancellation);
    JsonNode json;
    try {
      json = JSON.readTree(answer.body().getBytes());
    } catch (IOException e) {
      throw new StoreException(
          answer.status() / 100 == 5
              ? StoreException.Kind.UNAVAILABLE
              : StoreException.Kind.REJECTED,
          "Prometheus answered with status " + answer.status() + " and no JSON",
          e);
    }
    if (answer.status() != 200 || !json.path("status").asText().equals("success")) {
      throw failure(answer.status(), json);
    }
    List<MetricSeries> series = new ArrayList<>();
    for (JsonNode entry : json.path("data").path("result")) {
      series.add(series(entry));
    }
    return series;
  }

  private Answer await(FormData form, Cancellation cancellation) {
    PrometheusClient.Fetch fetch = client.fetch("api/v1/query_range", form, true, maxResponseBytes);
    CompletableFuture<Answer> answer =
        fetch.answer().toCompletionStage().toCompletableFuture().copy();
    Runnable cancel =
        () -> {
          fetch.cancel().run();
          answer.cancel(true);
        };
    cancellation.onCancel(cancel);
    Duration patience = client.timeout().plusSeconds(5);
    try {
      return answer.get(patience.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof ResponseTooLargeException) {
        throw new UnprocessableException(
            e.getCause().getMessage() + "; ask for fewer groups, a longer step or a shorter range");
      }
      throw new StoreException(
          StoreException.Kind.UNAVAILABLE,
          "Prometheus cannot be reached: " + e.getCause().getMessage(),
          e.getCause());
    } catch (TimeoutException e) {
      fetch.cancel().run();
      throw new StoreException(
          StoreException.Kind.TIMEOUT,
          "Prometheus did not answer within " + patience.toSeconds() + " s",
          e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw (CancellationException) new CancellationException("interrupted").initCause(e);
    } finally {
      cancellation.forget(cancel);
    }
  }

  private static RuntimeException failure(int status, JsonNode json) {
    String type = json.path("errorType").asText("");
    String error = json.path("error").asText("status " + status);
    String words = error.length() <= MAX_WORDS ? error : error.substring(0, MAX_WORDS) + "...";
    if (type.equals("timeout")) {
      return new StoreException(StoreException.Kind.TIMEOUT, "Prometheus: " + words, null);
    }
    if (status == 422) {
      return new UnprocessableException("Prometheus: " + words);
    }
    return new StoreException(
        status / 100 == 5 ? StoreException.Kind.UNAVAILABLE : StoreException.Kind.REJECTED,
        "Prometheus answered with status " + status + ": " + words,
        null);
  }

  private static MetricSeries series(JsonNode entry) {
    Map<String, String> labels = new HashMap<>();
    entry
        .path("metric")
        .fields()
        .forEachRemaining(label -> labels.put(label.getKey(), label.getValue().asText()));
    List<DataPoint> points = new ArrayList<>();
    for (JsonNode pair : entry.path("values")) {
      points.add(new DataPoint(time(pair.path(0)), value(pair.path(1).asText())));
    }
    return new MetricSeries(labels, points);
  }

  private static Instant time(JsonNode seconds) {
    return Instant.ofEpochMilli(
        new BigDecimal(seconds.asText())
            .movePointRight(3)
            .setScale(0, RoundingMode.HALF_UP)
            .longValue());
  }

  private static double value(String text) {
    return switch (text) {
      case "+Inf", "Inf" -> Double.POSITIVE_INFINITY;
      case "-Inf" -> Double.NEGATIVE_INFINITY;
      default -> Double.parseDouble(text);
    };
  }
}
