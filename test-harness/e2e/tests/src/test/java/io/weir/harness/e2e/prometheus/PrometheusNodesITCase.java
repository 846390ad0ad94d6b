package io.weir.harness.e2e.prometheus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.weir.harness.e2e.SharedNodes;
import io.weir.harness.node.AlertmanagerNode;
import io.weir.harness.node.NodeDirectories;
import io.weir.harness.node.PrometheusNode;
import io.weir.harness.node.PushgatewayNode;
import io.weir.harness.node.VictoriaMetricsNode;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Prometheus and its family, as the stack and other tests use them. */
@ExtendWith(SharedNodes.class)
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class PrometheusNodesITCase {
  private final HttpClient client = HttpClient.newHttpClient();

  @Test
  void prometheusScrapesWhatItIsTold(@TempDir Path folder) throws Exception {
    try (PrometheusNode prometheus =
            PrometheusNode.builder(NodeDirectories.under(folder))
                .scrapeJob("weir")
                .scrapeInterval(Duration.ofMillis(500))
                .build();
        PushgatewayNode target = PushgatewayNode.builder(NodeDirectories.under(folder)).build()) {
      prometheus.start();
      target.start();
      target.awaitReady();
      prometheus.awaitReady();
      assertThat(prometheus.query("up")).isEmpty();

      prometheus.scrape("weir", Map.of(target.uri().getAuthority(), Map.of("part", "pushgateway")));

      await()
          .atMost(Duration.ofSeconds(30))
          .until(() -> prometheus.query("up{job=\"weir\",part=\"pushgateway\"} == 1").size() == 1);
    }
  }

  @Test
  void prometheusTakesSamplesOfTwoDays(PrometheusNode prometheus) {
    assertThat(prometheus.get("/api/v1/status/config").at("/data/yaml").asText())
        .contains("out_of_order_time_window: 2d");
    assertThat(prometheus.get("/api/v1/status/flags").at("/data/web.enable-remote-write-receiver"))
        .hasToString("\"true\"");
  }

  @Test
  void alertmanagerTakesAnAlert(AlertmanagerNode alertmanager) throws Exception {
    int status =
        send(
            alertmanager.uri().resolve("/api/v2/alerts"),
            "POST",
            "[{\"labels\":{\"alertname\":\"nodes_it\"}}]");

    assertThat(status).isEqualTo(200);
    assertThat(
            alertmanager
                .get("/api/v2/alerts?filter=alertname%3Dnodes_it")
                .at("/0/status/state")
                .asText())
        .isIn("unprocessed", "active");
    alertmanager.reload();
  }

  @Test
  void pushgatewayKeepsWhatIsPushedOverARestart(PushgatewayNode pushgateway) throws Exception {
    URI group = pushgateway.uri().resolve("/metrics/job/nodes_it");
    assertThat(send(group, "PUT", "nodes_it_seconds 1.5\n")).isEqualTo(200);

    pushgateway.process().restart();

    assertThat(pushgateway.pushed().toString()).contains("nodes_it_seconds");
    assertThat(send(group, "DELETE", "")).isEqualTo(202);
  }

  @Test
  void victoriaMetricsAnswers(VictoriaMetricsNode victoriaMetrics) {
    assertThat(victoriaMetrics.process().isReady()).isTrue();
    assertThat(victoriaMetrics.export("{__name__=\"nothing\"}")).isEmpty();
  }

  @Test
  void theyListenOnLoopbackOnly(PrometheusNode prometheus) throws Exception {
    String ports = java.nio.file.Files.readString(Path.of("/proc/net/tcp"));
    String any = String.format("00000000:%04X", prometheus.uri().getPort());

    assertThat(ports)
        .contains(String.format("0100007F:%04X", prometheus.uri().getPort()))
        .doesNotContain(any);
  }

  private int send(URI uri, String method, String body) throws Exception {
    return client
        .send(
            HttpRequest.newBuilder(uri)
                .header("Content-Type", body.startsWith("[") ? "application/json" : "text/plain")
                .method(method, HttpRequest.BodyPublishers.ofString(body))
                .build(),
            HttpResponse.BodyHandlers.discarding())
        .statusCode();
  }
}
