package io.weir.gateway.prometheus;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.vertx.core.Vertx;
import io.weir.gateway.config.Role;
import io.weir.gateway.config.TestingConfig;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PrometheusDependencyTest {
  private final TestingPrometheus prometheus = new TestingPrometheus();
  private final Vertx vertx = Vertx.vertx();
  private final PrometheusClient client =
      new PrometheusClient(
          vertx, TestingConfig.with("prometheus.url", prometheus.uri().toString()).prometheus(), 1);
  private final PrometheusDependency dependency =
      new PrometheusDependency(client, Duration.ofSeconds(60));

  @AfterEach
  void close() {
    client.close();
    vertx.close();
    prometheus.close();
  }

  @Test
  void isThereWhenPrometheusSaysThatItIsReady() throws Exception {
    prometheus.answer(200, "text/plain", "ready".getBytes(UTF_8), false);
    assertThat(dependency.check()).isEqualTo("says that it is ready");
    assertThat(prometheus.last().path()).isEqualTo("/prom/-/ready");
    assertThat(dependency.role()).isEqualTo(Role.METRICS);
  }

  @Test
  void saysWhyItIsNot() throws Exception {
    prometheus.answer(503, "text/plain", "replaying".getBytes(UTF_8), false);
    assertThatIllegalStateException()
        .isThrownBy(dependency::check)
        .withMessage("GET /-/ready answers with status 503");
    prometheus.block();
    PrometheusDependency impatient = new PrometheusDependency(client, Duration.ofMillis(200));
    assertThatIllegalStateException()
        .isThrownBy(impatient::check)
        .withMessage("did not answer within 200 ms");
    prometheus.close();
    assertThatIllegalStateException().isThrownBy(dependency::check);
  }
}
