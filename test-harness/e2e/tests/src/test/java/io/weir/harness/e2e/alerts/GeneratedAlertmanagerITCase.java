package io.weir.harness.e2e.alerts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpServer;
import io.weir.harness.node.AlertmanagerNode;
import io.weir.harness.node.HarnessLayout;
import io.weir.harness.node.NodeDirectories;
import io.weir.harness.stack.JobsTasks;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/** What a real Alertmanager does with alerts by the configuration that is generated for it. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class GeneratedAlertmanagerITCase {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration SOON = Duration.ofSeconds(60);

  @TempDir(cleanup = CleanupMode.ALWAYS)
  static Path folder;

  private final List<JsonNode> pages = new CopyOnWriteArrayList<>();
  private HttpServer pagerDuty;
  private AlertmanagerNode alertmanager;

  @BeforeAll
  void start() throws IOException {
    pagerDuty = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    pagerDuty.createContext(
        "/",
        exchange -> {
          pages.add(JSON.readTree(exchange.getRequestBody().readAllBytes()));
          byte[] taken = "{\"status\":\"success\"}".getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(202, taken.length);
          exchange.getResponseBody().write(taken);
          exchange.close();
        });
    pagerDuty.start();
    Path key = Files.writeString(folder.resolve("key"), "r0uting");
    Path channels =
        Files.writeString(
            folder.resolve("channels.yaml"),
            """
            channels:
              pager: {type: pagerduty, routing_key_file: "%s"}
            grouping: {by: [alertname], wait_s: 1, interval_s: 1}
            """
                .formatted(key));
    Path config = folder.resolve("alertmanager.yml");
    NodeDirectories directories = NodeDirectories.under(folder);
    new JobsTasks(HarnessLayout.find(), directories)
        .run(
            "GenerateAlertmanagerConfig",
            List.of(
                "--channels.file",
                channels.toString(),
                "--channels.alertmanager-config",
                config.toString()));
    // All that is not as it is generated: where PagerDuty is.
    Files.writeString(
        config,
        "global: {pagerduty_url: \"http://127.0.0.1:%d/v2/enqueue\"}%n"
            .formatted(pagerDuty.getAddress().getPort()),
        StandardOpenOption.APPEND);
    alertmanager = AlertmanagerNode.builder(directories).config(config).build();
    alertmanager.start();
    alertmanager.awaitReady();
  }

  @AfterAll
  void stop() {
    if (alertmanager != null) {
      alertmanager.close();
    }
    pagerDuty.stop(0);
  }

  @Test
  void aPageOfSeveralSeveritiesHasTheWorst() throws Exception {
    tell(
        alert("mixed", "warning", "{region=\"us\"}", false),
        alert("mixed", "critical", "{region=\"eu\"}", false));

    awaitPage("mixed", "critical");
  }

  @Test
  void aRuleWhoseSeverityIsEditedPagesWithThatWhichFires() throws Exception {
    tell(alert("edited", "critical", "", false));
    awaitPage("edited", "critical");
    tell(alert("edited", "critical", "", true), alert("edited", "warning", "", false));

    awaitPage("edited", "warning");
    assertThat(pages).extracting(page -> page.at("/payload/severity").asText()).doesNotContain("");
  }

  @Test
  void aCriticalAlertMutesOnlyItsOwnGroup() throws Exception {
    tell(
        alert("disk", "critical", "{region=\"eu\"}", false),
        alert("disk", "warning", "{region=\"eu\"}", false),
        alert("disk", "warning", "{region=\"us\"}", false));

    await("the warning of the same group is muted")
        .atMost(SOON)
        .untilAsserted(
            () -> {
              assertThat(state("disk", "warning", "{region=\"eu\"}")).isEqualTo("suppressed");
              assertThat(state("disk", "warning", "{region=\"us\"}")).isEqualTo("active");
              assertThat(state("disk", "critical", "{region=\"eu\"}")).isEqualTo("active");
            });
  }

  private void awaitPage(String name, String severity) {
    await(name + " pages as " + severity)
        .atMost(SOON)
        .until(
            () ->
                pages.stream()
                    .filter(page -> page.at("/payload/summary").asText().contains(name))
                    .anyMatch(page -> page.at("/payload/severity").asText().equals(severity)));
  }

  private String state(String name, String severity, String group) {
    for (JsonNode alert : alertmanager.get("/api/v2/alerts")) {
      JsonNode labels = alert.path("labels");
      if (labels.path("alertname").asText().equals(name)
          && labels.path("severity").asText().equals(severity)
          && labels.path("alert_group").asText().equals(group)) {
        return alert.at("/status/state").asText();
      }
    }
    return "unknown";
  }

  /** Returns an alert as the alerts job tells of it. */
  private static String alert(String name, String severity, String group, boolean over)
      throws IOException {
    Instant now = Instant.now();
    ObjectNode alert = JSON.createObjectNode();
    ObjectNode labels =
        alert
            .putObject("labels")
            .put("alertname", name)
            .put("severity", severity)
            .put("notification_channel", "pager");
    if (!group.isEmpty()) {
      labels.put("alert_group", group);
    }
    alert.put("startsAt", now.minusSeconds(60).toString());
    alert.put("endsAt", (over ? now : now.plusSeconds(600)).toString());
    return JSON.writeValueAsString(alert);
  }

  private void tell(String... alerts) throws IOException, InterruptedException {
    HttpResponse<String> answer =
        HttpClient.newHttpClient()
            .send(
                HttpRequest.newBuilder(alertmanager.uri().resolve("/api/v2/alerts"))
                    .header("Content-Type", "application/json")
                    .POST(BodyPublishers.ofString("[" + String.join(",", alerts) + "]"))
                    .build(),
                BodyHandlers.ofString());
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
  }
}
