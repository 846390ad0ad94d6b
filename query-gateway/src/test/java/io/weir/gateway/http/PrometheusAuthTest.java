package io.weir.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Who the gateway says it is to Prometheus, and that its clients cannot say it for it. */
class PrometheusAuthTest {

  @Test
  void sendsTheConfiguredUserAndNothingOfTheClients() {
    try (TestingGateway gateway =
        new TestingGateway("prometheus.username", "me", "prometheus.password", "secret")) {
      new HttpTester(gateway)
          .send("GET", "api/v1/query?query=up", new byte[0], "Authorization", "Bearer theirs");
      assertThat(gateway.prometheus.last().authorization()).isEqualTo("Basic bWU6c2VjcmV0");
    }
  }

  @Test
  void sendsTheConfiguredToken() {
    try (TestingGateway gateway = new TestingGateway("prometheus.bearer-token", "abc")) {
      new HttpTester(gateway).ok("metrics/query?metric=m");
      assertThat(gateway.prometheus.last().authorization()).isEqualTo("Bearer abc");
    }
  }

  @Test
  void sendsNothingUnlessToldTo() {
    try (TestingGateway gateway = new TestingGateway()) {
      new HttpTester(gateway)
          .send("GET", "api/v1/query?query=up", new byte[0], "Authorization", "Bearer theirs");
      assertThat(gateway.prometheus.last().authorization()).isNull();
    }
  }
}
