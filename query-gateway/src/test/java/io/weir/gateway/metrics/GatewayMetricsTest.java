package io.weir.gateway.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.weir.gateway.ingest.MemoryBudget;
import org.junit.jupiter.api.Test;

class GatewayMetricsTest {
  /** An alert on an increase needs the zero before it. */
  @Test
  void showsFailedIngestRequestsBeforeTheFirst() {
    PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);

    new GatewayMetrics(registry).watch(new MemoryBudget(1_000));

    assertThat(registry.scrape())
        .contains("weir_ingest_failed_requests_total{reason=\"internal\"} 0.0")
        .contains("weir_ingest_failed_requests_total{reason=\"not-acknowledged\"} 0.0")
        .contains("weir_ingest_failed_requests_total{reason=\"overloaded\"} 0.0");
  }
}
