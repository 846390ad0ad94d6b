package io.weir.harness.e2e.alerts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpServer;
import io.weir.harness.e2e.Lane;
import io.weir.harness.e2e.SharedNodes;
import io.weir.harness.node.AlertmanagerNode;
import io.weir.harness.node.HarnessLayout;
import io.weir.harness.process.ManagedProcess;
import io.weir.harness.stack.JobsTasks;
import io.weir.model.alert.AlertState;
import io.weir.model.alert.AlertStatus;
import io.weir.model.alert.AlertTransition;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** From a point in Kafka to the notification that a person gets, through a real Alertmanager. */
@Tag(Lane.SECOND)
@ExtendWith(SharedNodes.class)
class AlertsITCase {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration SOON = Duration.ofSeconds(90);

  /** More than an evaluation's distance in seconds: one a second. */
  private static final int SAMPLES = Boolean.getBoolean("weir.long") ? 20 : 5;

  @TempDir Path folder;

  private final List<JsonNode> notifications = new CopyOnWriteArrayList<>();
  private HttpServer person;
  private AlertmanagerNode alertmanager;

  @BeforeEach
  void start(SharedNodes nodes) throws IOException {
    nodes
        .kafka(); // first: the first of the shared nodes finds, and leaves, nothing of earlier runs
    person = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    person.createContext(
        "/",
        exchange -> {
          notifications.add(JSON.readTree(exchange.getRequestBody().readAllBytes()));
          exchange.sendResponseHeaders(200, -1);
          exchange.close();
        });
    person.start();
    Path channels = folder.resolve("channels.yaml");
    Files.writeString(
        channels,
        """
        channels:
          person: {type: webhook, url: "http://127.0.0.1:%d/"}
        routes: {critical: person}
        grouping: {by: [alertname, service], wait_s: 1, interval_s: 1}
        """
            .formatted(person.getAddress().getPort()));
    Path config = generate(nodes, channels);
    alertmanager = AlertmanagerNode.builder(nodes.directories()).config(config).build();
    alertmanager.start();
    alertmanager.awaitReady();
  }

  @AfterEach
  void stop() {
    alertmanager.close();
    person.stop(0);
  }

  @Test
  void alertmanagerTakesTheDocumentedExample(SharedNodes nodes) throws IOException {
    String document =
        Files.readString(HarnessLayout.find().root().resolve("docs").resolve("alerts.md"));
    int from = document.indexOf("```yaml\n") + "```yaml\n".length();
    Path channels = folder.resolve("documented.yaml");
    Files.writeString(channels, document.substring(from, document.indexOf("```", from)));
    alertmanager.close();

    alertmanager =
        AlertmanagerNode.builder(nodes.directories()).config(generate(nodes, channels)).build();
    alertmanager.start();
    alertmanager.awaitReady();

    assertThat(alertmanager.get("/api/v2/receivers"))
        .extracting(receiver -> receiver.path("name").textValue())
        .contains("weir-pager", "weir-team-slack", "weir-mail", "weir-hook");
  }

  @Test
  void aPersonIsToldWhenTheConditionHoldsAndWhenItIsOver(SharedNodes nodes) {
    try (AlertsPipeline pipeline = new AlertsPipeline(nodes, "alerts-notify")) {
      pipeline.start(rule("errors", 15), alertmanager.uri());
      pipeline.errorRate(0.05);

      await("the alert is in Alertmanager")
          .atMost(SOON)
          .pollInterval(Duration.ofMillis(100))
          .until(() -> alertmanager.get("/api/v2/alerts").size() == 1);
      JsonNode alert = alertmanager.get("/api/v2/alerts").get(0);
      assertThat(alert.at("/labels/alertname").textValue()).isEqualTo("errors");
      assertThat(alert.at("/labels/service").textValue()).isEqualTo("payments");
      assertThat(alert.at("/annotations/value").asDouble()).isGreaterThan(0.01);
      assertThat(alert.at("/generatorURL").textValue())
          .isEqualTo("https://weir.example.org/ui/alerts?edit=errors");
      assertThat(alert.at("/annotations/state_link").textValue())
          .isEqualTo("https://weir.example.org/alerts/errors/state");
      assertThat(alert.at("/labels/alert_group").textValue()).isEqualTo("{service=\"payments\"}");
      await("a person is notified")
          .atMost(SOON)
          .until(() -> notifications.stream().anyMatch(n -> is(n, "firing")));

      pipeline.errorRate(0);
      await("a person is told that it is over")
          .atMost(SOON)
          .until(() -> notifications.stream().anyMatch(n -> is(n, "resolved")));
      assertThat(pipeline.history())
          .extracting(transition -> transition.state().status())
          .containsExactly(AlertStatus.PENDING, AlertStatus.FIRING, AlertStatus.RESOLVED);
    }
  }

  /**
   * Services fail one after the other, over more than one distance of evaluations, so that their
   * points come at all distances from the next one. How long it takes is measured, and depends on
   * the machine; which evaluation it is that tells does not.
   */
  @Test
  void eachFailureIsToldByTheNextEvaluation(SharedNodes nodes) {
    Map<String, Long> receivedMillis = new TreeMap<>();
    Map<String, Long> evaluatedMillis = new TreeMap<>();
    try (AlertsPipeline pipeline = new AlertsPipeline(nodes, "alerts-latency")) {
      pipeline.start(rule("latency", 15), alertmanager.uri());
      List<String> services = IntStream.range(0, SAMPLES).mapToObj(i -> "shop-" + i).toList();
      Iterator<String> next = services.iterator();
      await("every failure is in Alertmanager")
          .atMost(SOON.multipliedBy(2))
          .pollInterval(Duration.ofSeconds(1))
          .until(
              () -> {
                if (next.hasNext()) {
                  pipeline.breakDown(next.next());
                }
                for (JsonNode alert : alertmanager.get("/api/v2/alerts")) {
                  String service = alert.at("/labels/service").asText();
                  // When Alertmanager was told last: the first time is a minute before the second.
                  receivedMillis.putIfAbsent(service, millis(alert, "/updatedAt"));
                  evaluatedMillis.putIfAbsent(service, millis(alert, "/startsAt"));
                }
                return receivedMillis.keySet().containsAll(services);
              });

      Map<String, Long> since = pipeline.brokenSinceMillis();
      for (String service : services) {
        long next15 = (since.get(service) + 14_999) / 15_000 * 15_000;
        assertThat(evaluatedMillis.get(service)).as(service).isEqualTo(next15);
      }
      print("from the produced point to Alertmanager", services, since, receivedMillis);
      print("from the evaluated moment to Alertmanager", services, evaluatedMillis, receivedMillis);
    }
  }

  private static void print(
      String what, List<String> of, Map<String, Long> from, Map<String, Long> to) {
    long[] millis = of.stream().mapToLong(each -> to.get(each) - from.get(each)).sorted().toArray();
    int last = millis.length - 1;
    System.out.printf(
        "%s: p50 %d ms, p95 %d ms, at most %d ms, of %d alerts%n",
        what, millis[last / 2], millis[last * 95 / 100], millis[last], millis.length);
  }

  private static long millis(JsonNode alert, String time) {
    return OffsetDateTime.parse(alert.at(time).asText()).toInstant().toEpochMilli();
  }

  @Test
  void alertsWaitForAnAlertmanagerThatIsAwayAndHoldUpNobody(SharedNodes nodes) {
    try (AlertsPipeline pipeline = new AlertsPipeline(nodes, "alerts-away")) {
      pipeline.start(rule("away", 15), alertmanager.uri());
      alertmanager.process().kill();
      pipeline.errorRate(0.05);
      await("it fires all the same")
          .atMost(SOON)
          .until(() -> last(pipeline) != null && is(last(pipeline), AlertStatus.FIRING));
      long checkpoints = nodes.flink().rest().checkpoints(pipeline.job().id()).completed();
      await("checkpoints go on")
          .atMost(SOON)
          .until(
              () ->
                  nodes.flink().rest().checkpoints(pipeline.job().id()).completed()
                      >= checkpoints + 3);

      pipeline.breakDown("checkout");
      await("points are read and evaluated all the while")
          .atMost(SOON)
          .until(() -> pipeline.history().stream().anyMatch(AlertsITCase::isCheckoutFiring));

      alertmanager.start();
      alertmanager.awaitReady();
      await("a person is notified of both")
          .atMost(SOON)
          .until(() -> told("payments", "firing") > 0 && told("checkout", "firing") > 0);
      pipeline.errorRate(0);
      await("a person is told that one is over")
          .atMost(SOON)
          .until(() -> told("payments", "resolved") > 0);
      // Whatever came a second time came before what happened later.
      assertThat(told("payments", "firing")).isEqualTo(1);
    }
  }

  @Test
  void theDurationGoesOnWhenTheTaskManagerIsKilledWhilePending(SharedNodes nodes) {
    try (AlertsPipeline pipeline = new AlertsPipeline(nodes, "alerts-killed")) {
      pipeline.start(rule("killed", 60), alertmanager.uri());
      pipeline.errorRate(0.05);
      await("it is pending").atMost(SOON).until(() -> last(pipeline) != null);
      AlertState pending = last(pipeline).state();
      long completed = nodes.flink().rest().checkpoints(pipeline.job().id()).completed();
      await("that is in a checkpoint")
          .atMost(SOON)
          .until(
              () ->
                  nodes.flink().rest().checkpoints(pipeline.job().id()).completed()
                      >= completed + 2);
      ManagedProcess victim =
          nodes.flink().taskManagers().stream()
              .filter(ManagedProcess::isRunning)
              .findFirst()
              .orElseThrow();
      victim.kill();
      victim.start();

      await("it fires")
          .atMost(Duration.ofMinutes(3))
          .until(() -> is(last(pipeline), AlertStatus.FIRING));
      AlertState firing = last(pipeline).state();
      assertThat(nodes.flink().rest().checkpoints(pipeline.job().id()).restored()).isPositive();
      assertThat(firing.sinceMillis()).isEqualTo(pending.sinceMillis());
      assertThat(firing.startsAtMillis() - firing.sinceMillis()).isEqualTo(45_000);
    }
  }

  private Path generate(SharedNodes nodes, Path channels) {
    Path config = folder.resolve(channels.getFileName() + ".alertmanager.yml");
    new JobsTasks(HarnessLayout.find(), nodes.directories())
        .run(
            "GenerateAlertmanagerConfig",
            List.of(
                "--channels.file",
                channels.toString(),
                "--channels.alertmanager-config",
                config.toString()));
    return config;
  }

  /** Alertmanager remembers what it has notified of: each test has a name of its own. */
  private static String rule(String name, int durationSeconds) {
    return """
        {"name":"%s","metric":"http_error_rate","condition":">","threshold":"1%%",
         "duration_s":%d,"window_s":15,"evaluate_every_s":15,"group_by":["service"],
         "severity":"critical","notification_channel":"person"}
        """
        .formatted(name, durationSeconds);
  }

  private static AlertTransition last(AlertsPipeline pipeline) {
    List<AlertTransition> history = pipeline.history();
    return history.isEmpty() ? null : history.get(history.size() - 1);
  }

  private static boolean is(AlertTransition transition, AlertStatus status) {
    return transition.state().status() == status;
  }

  private static boolean isCheckoutFiring(AlertTransition transition) {
    return is(transition, AlertStatus.FIRING)
        && "checkout".equals(transition.state().group().get("service"));
  }

  /** Returns how often a person was told that the alert of a service is in a state. */
  private long told(String service, String status) {
    return notifications.stream()
        .flatMap(
            notification -> StreamSupport.stream(notification.path("alerts").spliterator(), false))
        .filter(alert -> alert.at("/labels/service").asText().equals(service))
        .filter(alert -> is(alert, status))
        .count();
  }

  private static boolean is(JsonNode notification, String status) {
    return notification.path("status").asText().equals(status);
  }
}
