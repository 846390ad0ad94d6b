package io.weir.harness.e2e.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.weir.harness.e2e.Lane;
import io.weir.harness.e2e.SharedNodes;
import io.weir.harness.generate.EventTimes;
import io.weir.harness.generate.Generator;
import io.weir.harness.generate.Load;
import io.weir.harness.generate.LoadReport;
import io.weir.harness.generate.LogStream;
import io.weir.harness.node.FlinkRest;
import io.weir.harness.node.GatewayClient;
import io.weir.harness.node.HarnessLayout;
import io.weir.harness.node.JobSummary;
import io.weir.harness.node.NodeDirectories;
import io.weir.harness.stack.LocalStack;
import io.weir.harness.stack.Retention;
import io.weir.harness.stack.StackPorts;
import io.weir.harness.stack.StackSettings;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.config.ConfigResource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer.OrderAnnotation;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/**
 * One part is taken away from a stack with all four jobs, and every path that does not need it goes
 * on: then the next part. {@code bin/test --long} keeps Prometheus away for ten minutes.
 */
@Tag(Lane.SECOND)
@ExtendWith(SharedNodes.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(OrderAnnotation.class)
class FailureIsolationITCase {
  private static final Duration PATIENCE = Duration.ofSeconds(120);
  private static final Duration WITHOUT_PROMETHEUS =
      Boolean.getBoolean("weir.long") ? Duration.ofMinutes(10) : Duration.ofSeconds(45);
  private static final ObjectMapper JSON = new ObjectMapper();

  private static final String PRESSURE_RULE = "isolation pressure";
  private static final String DECLINED_RULE = "isolation declined";
  private static final String ERROR_RATE_RULE = "isolation error rate";
  private static final String RULES =
      """
      [{"id": "isolation-pressure", "name": "isolation pressure", "metric": "isolation_pressure",
        "aggregation": "last", "condition": ">", "threshold": 10, "duration_s": 15,
        "window_s": 15, "evaluate_every_s": 15, "notification_channel": "team"},
       {"id": "isolation-declined", "name": "isolation declined", "kind": "log_match",
        "query": "service:isolation-shop \\"card declined\\" level:>=WARN -refund*",
        "condition": ">", "threshold": 3, "window_s": 15, "evaluate_every_s": 15,
        "notification_channel": "team"},
       {"id": "isolation-error-rate", "name": "isolation error rate",
        "metric": "log_errors_total / log_events_total", "aggregation": "rate",
        "tags": {"service": "isolation-shop"}, "group_by": ["service"],
        "condition": ">", "threshold": "20%", "duration_s": 15,
        "window_s": 15, "evaluate_every_s": 15, "notification_channel": "team"}]
      """;

  @TempDir(cleanup = CleanupMode.ALWAYS)
  static Path home;

  private LocalStack stack;
  private GatewayClient gateway;
  private FlinkRest flink;
  private ShopTraffic shop;

  @BeforeAll
  void start(SharedNodes others) throws Exception {
    others.close();
    stack =
        new LocalStack(
            new StackSettings(
                HarnessLayout.find(),
                NodeDirectories.under(home),
                StackPorts.free(),
                List.of(),
                StackSettings.Agent.BUILTIN,
                Retention.Schedule.HOURLY),
            System.out::println);
    stack.start();
    gateway = new GatewayClient(stack.gateway().uri());
    flink = stack.flink().rest();
    for (JsonNode rule : JSON.readTree(RULES)) {
      gateway.post("/alerts", rule);
    }
    shop = new ShopTraffic(stack.gateway().uri()).start();
  }

  @AfterAll
  void stop() {
    if (shop != null) {
      shop.close();
    }
    if (stack != null) {
      // Nobody goes on from here: savepoints of jobs with a backlog would only take time.
      stack.flink().close();
      stack.close();
    }
  }

  @Test
  @Order(1)
  void withoutElasticsearchMetricsAndAllAlertsGoOnAndThenEveryLogArrives() {
    stack.elasticsearch().process().stop();
    long stoppedMillis = System.currentTimeMillis();
    shop.pressure(20);
    shop.trouble(true);
    awaitFiring(PRESSURE_RULE);
    awaitFiring(DECLINED_RULE);
    awaitFiring(ERROR_RATE_RULE);
    assertThat(alert(ERROR_RATE_RULE).at("/labels/service").textValue())
        .isEqualTo(ShopTraffic.SERVICE);
    assertThat(alert(ERROR_RATE_RULE).at("/annotations/value").asDouble()).isGreaterThan(0.2);
    assertThat(alert(DECLINED_RULE).at("/annotations/value").asDouble()).isGreaterThan(3);

    shop.pressure(0);
    shop.trouble(false);
    awaitResolved(PRESSURE_RULE);
    awaitResolved(DECLINED_RULE);
    awaitResolved(ERROR_RATE_RULE);
    awaitSamplesSince(stoppedMillis);
    long lines = shop.stopLogging();
    assertThat(shop.failures()).isEmpty();

    stack.elasticsearch().start();
    stack.elasticsearch().awaitReady();
    await("every line that was taken is found")
        .atMost(PATIENCE)
        .ignoreExceptions() // shards that are not there yet
        .untilAsserted(() -> assertThat(storedLines(ShopTraffic.SERVICE)).isEqualTo(lines));
    assertAllRunWithoutRestart();
  }

  @Test
  @Order(2)
  void withoutPrometheusAlertsAndLogsGoOnAndThenEverySampleArrives() throws Exception {
    Map<String, Long> checkpoints = checkpoints();
    stack.prometheus().process().stop();
    long stopped = System.nanoTime();
    shop.pressure(20);
    shop.logNow("isolation-meanwhile", 25);
    awaitFiring(PRESSURE_RULE);
    shop.pressure(0);
    awaitResolved(PRESSURE_RULE);
    await("logs are found")
        .atMost(PATIENCE)
        .until(
            () ->
                gateway
                        .get("/logs/search?service=isolation-meanwhile&from=now-1h&limit=1")
                        .path("total_matched")
                        .asLong()
                    == 25);
    await("the other jobs complete checkpoints")
        .atMost(PATIENCE)
        .untilAsserted(
            () ->
                checkpoints()
                    .forEach(
                        (job, completed) -> {
                          if (!job.equals("weir-metrics")) {
                            assertThat(completed).as(job).isGreaterThan(checkpoints.get(job));
                          }
                        }));
    await("Prometheus has been away for " + WITHOUT_PROMETHEUS)
        .atMost(WITHOUT_PROMETHEUS.plus(PATIENCE))
        .until(() -> System.nanoTime() - stopped > WITHOUT_PROMETHEUS.toNanos());
    assertThat(shop.failures()).isEmpty();

    long backMillis = System.currentTimeMillis();
    stack.prometheus().start();
    stack.prometheus().awaitReady();
    Map<String, TreeMap<Long, Double>> expected = shop.expected(backMillis);
    await("every window has its sample, and each the right value")
        .atMost(PATIENCE)
        .ignoreExceptions()
        .untilAsserted(
            () -> {
              Map<String, TreeMap<Long, Double>> held = known();
              held.values().forEach(series -> series.tailMap(backMillis, false).clear());
              assertThat(held).isEqualTo(expected);
            });
    assertAllRunWithoutRestart();
  }

  @Test
  @Order(3)
  void prometheusTakesSamplesAsOldAsKafkaKeepsPoints() throws Exception {
    String config = stack.prometheus().get("/api/v1/status/config").at("/data/yaml").asText();
    Matcher window = Pattern.compile("out_of_order_time_window: (\\d+)([dhms])\\b").matcher(config);
    assertThat(window.find()).as(config).isTrue();
    Duration outOfOrder =
        switch (window.group(2)) {
          case "d" -> Duration.ofDays(Long.parseLong(window.group(1)));
          case "h" -> Duration.ofHours(Long.parseLong(window.group(1)));
          case "m" -> Duration.ofMinutes(Long.parseLong(window.group(1)));
          default -> Duration.ofSeconds(Long.parseLong(window.group(1)));
        };
    ConfigResource topic = new ConfigResource(ConfigResource.Type.TOPIC, LocalStack.METRICS_TOPIC);
    try (Admin admin = stack.kafka().admin()) {
      String retention =
          admin
              .describeConfigs(List.of(topic))
              .all()
              .get(30, TimeUnit.SECONDS)
              .get(topic)
              .get("retention.ms")
              .value();
      assertThat(outOfOrder).isEqualTo(Duration.ofMillis(Long.parseLong(retention)));
    }
  }

  @Test
  @Order(4)
  void aFloodOfLogsHoldsUpNoAlertOnMetrics() throws Exception {
    AtomicReference<LoadReport> sent = new AtomicReference<>();
    LogStream.Plan plan = new LogStream.Plan("isolation-flood", 1, 100, 4, 0);
    Thread flood =
        new Thread(
            () -> {
              try (Generator generator = new Generator(stack.kafka().bootstrapServers())) {
                // Ends with the thread, or when something is badly wrong.
                Load load = new Load(LocalStack.TOPIC, 0, Long.MAX_VALUE, PATIENCE.multipliedBy(4));
                sent.set(
                    generator.send(new LogStream(plan, EventTimes.from(Clock.systemUTC())), load));
                // It ended because it was interrupted, and shall close all the same.
                boolean unused = Thread.interrupted();
              }
            },
            "flood");
    flood.setDaemon(true);
    flood.start();
    awaitIndexedFlood();
    long breachedMillis = System.currentTimeMillis();
    shop.pressure(20);
    awaitFiring(PRESSURE_RULE);
    long latency = System.currentTimeMillis() - breachedMillis;
    assertThat(flood.isAlive()).as("the flood goes on").isTrue();
    awaitSamplesSince(breachedMillis);
    flood.interrupt();
    flood.join(TimeUnit.SECONDS.toMillis(60));
    System.out.printf(
        "%,d events in %d s; under them an alert took %d ms from its condition to Alertmanager%n",
        sent.get().events(), sent.get().elapsed().toSeconds(), latency);
    assertThat(shop.failures()).isEmpty();
    assertAllRunWithoutRestart();
  }

  /** The flood has reached the store: all of its way is busy. */
  private void awaitIndexedFlood() {
    await("the flood is under way")
        .atMost(PATIENCE.multipliedBy(2))
        .ignoreExceptions()
        .until(
            () ->
                stack
                        .elasticsearch()
                        .get("/logs-*/_count?q=kafka_topic:" + LocalStack.TOPIC)
                        .path("count")
                        .asLong()
                    > 20_000);
  }

  private void awaitFiring(String name) {
    await("'" + name + "' is in Alertmanager")
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(100))
        .until(() -> alert(name) != null);
  }

  private void awaitResolved(String name) {
    await("'" + name + "' is over").atMost(PATIENCE).until(() -> alert(name) == null);
  }

  private JsonNode alert(String name) {
    for (JsonNode alert : stack.alertmanager().get("/api/v2/alerts")) {
      if (alert.at("/labels/alertname").asText().equals(name)) {
        return alert;
      }
    }
    return null;
  }

  private void awaitSamplesSince(long millis) {
    await("the metrics job writes")
        .atMost(PATIENCE)
        .until(
            () ->
                known().values().stream()
                    .anyMatch(series -> !series.tailMap(millis, false).isEmpty()));
  }

  /** Every sample of the series whose values are known, by metric and series. */
  private Map<String, TreeMap<Long, Double>> known() {
    Map<String, TreeMap<Long, Double>> held = new TreeMap<>();
    String selector = "{__name__=~\"" + ShopTraffic.COUNTER + "|" + ShopTraffic.DELTA + "\"}[1h]";
    for (JsonNode series : stack.prometheus().query(selector)) {
      JsonNode labels = series.path("metric");
      TreeMap<Long, Double> values = new TreeMap<>();
      for (JsonNode value : series.path("values")) {
        values.put(
            Math.round(value.get(0).doubleValue() * 1000),
            Double.parseDouble(value.get(1).textValue()));
      }
      held.put(
          labels.path("__name__").textValue() + " " + labels.path("series").textValue(), values);
    }
    return held;
  }

  private long storedLines(String service) {
    stack.elasticsearch().send("POST", "/logs-*/_refresh", "");
    return stack
        .elasticsearch()
        .get("/logs-*/_count?q=service:%22" + service + "%22")
        .path("count")
        .asLong();
  }

  private Map<String, Long> checkpoints() {
    Map<String, Long> completed = new TreeMap<>();
    for (JobSummary job : liveJobs()) {
      completed.put(job.name(), flink.checkpoints(job.id()).completed());
    }
    return completed;
  }

  private void assertAllRunWithoutRestart() {
    assertThat(liveJobs())
        .extracting(JobSummary::name)
        .containsExactlyInAnyOrder("weir-logs", "weir-metrics", "weir-log-metrics", "weir-alerts");
    for (JobSummary job : liveJobs()) {
      assertThat(flink.allTasksRunning(job.id())).as(job.name()).isTrue();
      assertThat(flink.restarts(job.id())).as("restarts of " + job.name()).isZero();
    }
  }

  private List<JobSummary> liveJobs() {
    List<JobSummary> live = new ArrayList<>(flink.jobs());
    live.removeIf(JobSummary::hasEnded);
    return live;
  }
}
