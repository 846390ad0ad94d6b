package io.weir.harness.e2e.stack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.weir.harness.e2e.Lane;
import io.weir.harness.e2e.SharedNodes;
import io.weir.harness.node.FlinkRest;
import io.weir.harness.node.GatewayClient;
import io.weir.harness.node.JobSummary;
import io.weir.harness.process.PortHolder;
import io.weir.harness.process.Ports;
import io.weir.harness.process.ProcessIdentity;
import io.weir.harness.stack.StackPorts;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
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
 * The whole stack through its scripts. One life after the other: each test goes on from the last.
 */
@Tag(Lane.SECOND)
@ExtendWith(SharedNodes.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(OrderAnnotation.class)
class LocalStackITCase {
  private static final Duration PATIENCE = Duration.ofSeconds(90);
  private static final ObjectMapper JSON = new ObjectMapper();

  /**
   * Of what k8s/base/monitoring/rules.yaml watches, that which is there before anything is wrong.
   */
  private static final List<String> WATCHED =
      List.of(
          "flink_jobmanager_numRunningJobs",
          "flink_jobmanager_job_numRestarts",
          "flink_jobmanager_job_lastCompletedCheckpointId",
          "flink_taskmanager_job_task_operator_pendingRecords",
          "flink_taskmanager_job_task_operator_numRecordsIn",
          "flink_taskmanager_job_task_operator_expiredRecords",
          "flink_taskmanager_job_task_operator_elasticsearch_consecutiveFailures",
          "flink_taskmanager_job_task_operator_remoteWrite_consecutiveFailures",
          "flink_taskmanager_job_task_operator_alertsUnknownToReceiver",
          "flink_taskmanager_job_task_operator_invalidAlertRules",
          "weir_search_duration_seconds_count");

  @TempDir(cleanup = CleanupMode.ALWAYS)
  static Path home;

  private final StackPorts ports = StackPorts.free();
  private final GatewayClient gateway = new GatewayClient(local(ports.gateway()));
  private final FlinkRest flink = new FlinkRest(local(ports.flink()));
  private StackScripts scripts;
  private Path tailed;
  private Path left;

  @BeforeAll
  void prepare(SharedNodes others) throws Exception {
    others.close();
    scripts = new StackScripts(home, ports);
    tailed = Files.createFile(home.resolve("orders.log"));
    // What another life has left, and Kafka would not start with.
    left = Files.createDirectories(home.resolve("data/kafka/data")).resolve("meta.properties");
    Files.writeString(left, "version=1\ncluster.id=of-another-life\nnode.id=1\n");
  }

  @AfterAll
  void leaveNothingBehind() {
    scripts.down();
  }

  @Test
  @Order(1)
  void freshForgetsWhatWasAndWhatUpPrintsReallyAnswersWithHits() throws IOException {
    scripts.set("WEIR_RETENTION_SECONDS", "15");
    StackScripts.Result up = scripts.up("--fresh", "--tail", "orders=" + tailed);
    scripts.set("WEIR_RETENTION_SECONDS", "3600");

    assertThat(up.status()).as(up.output()).isZero();
    assertThat(up.output()).contains("started, nothing to resume");
    assertThat(Files.readString(left)).doesNotContain("of-another-life");
    List<String> curls = up.linesThatStartWith("curl ");
    assertThat(curls).as(up.output()).hasSize(3);
    for (String curl : curls) {
      JsonNode answer = JSON.readTree(scripts.shell(curl).output());
      assertThat(answer.path("logs")).as(curl).isNotEmpty();
    }
    StackScripts.Result status = scripts.status();
    assertThat(status.output()).contains("weir-logs").contains("RUNNING");
    Matcher resident = Pattern.compile(" in all +(\\d+) MB").matcher(status.output());
    assertThat(resident.find()).as(status.output()).isTrue();
    assertThat(Integer.parseInt(resident.group(1))).isBetween(500, 6 * 1024);
    assertThat(status.status()).as(status.output()).isZero();
  }

  @Test
  @Order(2)
  void expiredIndicesAreDeletedAgainAndAgain() {
    for (String expired : List.of("logs-2001-01-01-00", "logs-2001-01-01-01")) {
      URI index = local(ports.elasticsearch()).resolve(expired);
      assertThat(request("PUT", index)).isEqualTo(200);
      await("retention deletes " + expired)
          .atMost(PATIENCE)
          .until(() -> request("HEAD", index) == 404);
    }
    assertThat(scripts.status().output()).containsPattern("retention of indices, at .*Z: ok");
    assertThat(hits("service=kafka")).isPositive();
  }

  @Test
  @Order(2)
  void shipsAFileThatTheUserNames() throws IOException {
    Files.writeString(tailed, line("ERROR", "payment 4711 declined by the bank"));

    awaitHits("service=orders&level=ERROR&q=declined", 1);
  }

  @Test
  @Order(2)
  void itsOwnMeasuresReachPrometheusAndItsRulesAreInForce() {
    await("measures of this machine")
        .atMost(PATIENCE)
        .until(() -> !points("metric=host_load1").isEmpty());
    await("counts of its logs")
        .atMost(PATIENCE)
        .until(() -> !points("metric=log_events_total&agg=last").isEmpty());
    await("how a run ended")
        .atMost(PATIENCE)
        .until(
            () ->
                !points("metric=weir_run_last_success_timestamp_seconds&tags=run:InstallTemplates")
                    .isEmpty());
    for (String metric : WATCHED) {
      await("what Weir shows of itself: " + metric)
          .atMost(PATIENCE)
          .until(() -> !points("metric=" + metric).isEmpty());
    }
    assertThat(gateway.get("/alerts").path("alerts")).hasSize(3);
  }

  @Test
  @Order(3)
  void aTakenPortIsNamedWithItsHolder(@TempDir Path otherHome) {
    StackScripts.Result second = new StackScripts(otherHome, ports).up();

    assertThat(second.status()).isEqualTo(1);
    long kafka = scripts.processes().get("kafka").pid();
    assertThat(second.output())
        .contains("port " + ports.kafka() + " (kafka) is taken by pid " + kafka)
        .contains("--kafka-port");
  }

  @Test
  @Order(4)
  void aSecondUpOfTheSameStackIsRefused() {
    StackScripts.Result second = scripts.up();

    assertThat(second.status()).isEqualTo(1);
    assertThat(second.output()).contains("already running");
  }

  @Test
  @Order(5)
  void afterDownAndUpTheDataIsThereAndTheJobGoesOnFromItsSavepoint() throws IOException {
    Map<String, ProcessIdentity> before = scripts.processes();
    StackScripts.Result down = scripts.down();
    assertThat(down.status()).as(down.output()).isZero();
    assertNoneRuns(before);
    assertPortsAreFree();

    boolean built = scripts.isBuilt();
    // Whoever has edited a source meanwhile would see it built in the middle of this build.
    StackScripts.Result up =
        built
            ? scripts.upAndBuildIfNeeded("--tail", "orders=" + tailed)
            : scripts.up("--tail", "orders=" + tailed);

    assertThat(up.status()).as(up.output()).isZero();
    assertThat(built || System.getenv("CI") == null).as("nothing is to be built").isTrue();
    assertThat(up.output()).doesNotContain("building");
    assertThat(home.resolve("logs/build.log")).doesNotExist();
    assertThat(up.output()).contains("resumed from savepoint-");
    assertThat(flink.checkpoints(logsJob()).restoredPath().orElseThrow()).contains("savepoint-");
    assertThat(hits("service=orders&level=ERROR&q=declined")).isEqualTo(1);
    Files.writeString(tailed, line("ERROR", "payment 4712 declined by the bank"), APPEND);
    awaitHits("service=orders&level=ERROR&q=declined", 2);
  }

  @Test
  @Order(6)
  void aKilledTaskManagerIsStartedAgainAndNothingIsDoubled() throws IOException {
    kill(scripts.processes().get("flink-taskmanager"));
    Files.writeString(tailed, line("ERROR", "payment 4713 declined by the bank"), APPEND);

    awaitHits("service=orders&level=ERROR&q=declined", 3);
  }

  @Test
  @Order(7)
  void nothingSurvivesTheDeathOfItsParent() {
    Map<String, ProcessIdentity> before = scripts.processes();
    assertThat(before)
        .containsKeys(
            "stack",
            "zookeeper",
            "kafka",
            "elasticsearch",
            "s3proxy",
            "prometheus",
            "pushgateway",
            "alertmanager",
            "flink-jobmanager",
            "flink-taskmanager",
            "gateway");
    assertThat(before.values()).allMatch(ProcessIdentity::isRunning);

    kill(before.get("stack"));

    await("the children to end")
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(() -> assertNoneRuns(before));
    assertPortsAreFree();
    assertThat(scripts.status().status()).isEqualTo(3);
  }

  @Test
  @Order(8)
  void afterThatTheJobGoesOnFromItsLastCheckpoint() throws IOException {
    StackScripts.Result up = scripts.up("--tail", "orders=" + tailed);

    assertThat(up.status()).as(up.output()).isZero();
    assertThat(up.output()).containsPattern("recovered by the cluster|resumed from chk-");
    assertThat(flink.checkpoints(logsJob()).restoredPath()).isPresent();
    Files.writeString(tailed, line("ERROR", "payment 4714 declined by the bank"), APPEND);
    awaitHits("service=orders&level=ERROR&q=declined", 4);
  }

  private static final java.nio.file.OpenOption APPEND = java.nio.file.StandardOpenOption.APPEND;

  private static String line(String level, String message) {
    return java.time.Instant.now() + " " + level + " [main] shop.Payments - " + message + "\n";
  }

  private void awaitHits(String query, long wanted) {
    await(query).atMost(PATIENCE).until(() -> hits(query) >= wanted);
    assertThat(hits(query)).isEqualTo(wanted);
  }

  private long hits(String query) {
    return gateway.get("/logs/search?" + query).path("total_matched").asLong();
  }

  private JsonNode points(String query) {
    return gateway.get("/metrics/query?from=now-15m&step=15s&" + query).path("datapoints");
  }

  private String logsJob() {
    return flink.jobs().stream()
        .filter(job -> !job.hasEnded() && job.name().equals("weir-logs"))
        .map(JobSummary::id)
        .findFirst()
        .orElseThrow();
  }

  private static int request(String method, URI uri) {
    try {
      HttpRequest request =
          HttpRequest.newBuilder(uri).method(method, HttpRequest.BodyPublishers.noBody()).build();
      return HttpClient.newHttpClient()
          .send(request, HttpResponse.BodyHandlers.discarding())
          .statusCode();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  private static void kill(ProcessIdentity process) {
    assertThat(process.isRunning()).isTrue();
    ProcessHandle.of(process.pid()).orElseThrow().destroyForcibly();
  }

  private static void assertNoneRuns(Map<String, ProcessIdentity> processes) {
    assertThat(processes).allSatisfy((name, id) -> assertThat(id.isRunning()).as(name).isFalse());
  }

  private void assertPortsAreFree() {
    assertThat(ports.byName().values())
        .allSatisfy(port -> assertThat(Ports.holder(port).map(PortHolder::describe)).isEmpty());
  }

  private static URI local(int port) {
    return URI.create("http://127.0.0.1:" + port + "/");
  }
}
