package io.weir.harness.manifests;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.flink.util.TimeUtils;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How long things are kept, where a file and not a program says so. */
class LifecycleTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir Path mounted;

  /** Deleting is the retention task's alone; shrinking renames, and rolling over is not by hour. */
  @Test
  void thePolicyOfHotIndicesOnlyMakesThemRest() throws IOException {
    JsonNode phases = read("base/elasticsearch/lifecycle-policy.json").at("/policy/phases");
    Set<String> actions = new TreeSet<>();
    phases.forEach(phase -> phase.path("actions").fieldNames().forEachRemaining(actions::add));

    assertThat(phases.has("delete")).isFalse();
    assertThat(actions).containsExactly("forcemerge", "readonly", "set_priority");
    assertThat(phases.at("/warm/actions/forcemerge/max_num_segments").asInt()).isOne();
  }

  /** As the other tasks do it, so that an alert stands on it. */
  @Test
  void theScriptSaysHowItEnded() throws Exception {
    List<String> calls = new CopyOnWriteArrayList<>();
    AtomicInteger status = new AtomicInteger(200);
    HttpServer server = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
    server.createContext(
        "/",
        exchange -> {
          String body =
              new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
          calls.add(
              exchange.getRequestMethod() + " " + exchange.getRequestURI().getPath() + "\n" + body);
          boolean report = exchange.getRequestURI().getPath().startsWith("/metrics/");
          exchange.sendResponseHeaders(report ? 200 : status.get(), -1);
          exchange.close();
        });
    server.start();
    try {
      String address = "http://127.0.0.1:" + server.getAddress().getPort();

      assertThat(runScript(address)).isZero();
      assertThat(calls).hasSize(3);
      assertThat(calls.get(0)).startsWith("PUT /_ilm/policy/weir-hot\n{");
      assertThat(calls.get(2))
          .startsWith("PUT /metrics/job/weir_run/run/HotLifecycle\n")
          .contains("# TYPE weir_run_success gauge\nweir_run_success 1\n")
          .containsPattern("(?m)^weir_run_last_success_timestamp_seconds \\d{10}$");

      calls.clear();
      status.set(403);
      assertThat(runScript(address)).isNotZero();
      assertThat(calls).hasSize(2);
      assertThat(calls.get(1))
          .as("POST leaves alone when it last succeeded")
          .startsWith("POST /metrics/job/weir_run/run/HotLifecycle\n")
          .contains("weir_run_success 0\n")
          .doesNotContain("last_success");
    } finally {
      server.stop(0);
    }
  }

  private int runScript(String address) throws Exception {
    Path folder = Repository.K8S.resolve("base/elasticsearch");
    Files.copy(
        folder.resolve("apply-lifecycle.sh"),
        mounted.resolve("apply.sh"),
        StandardCopyOption.REPLACE_EXISTING);
    Files.copy(
        folder.resolve("lifecycle-policy.json"),
        mounted.resolve("policy.json"),
        StandardCopyOption.REPLACE_EXISTING);
    ProcessBuilder script =
        new ProcessBuilder("sh", mounted.resolve("apply.sh").toString()).inheritIO();
    script
        .environment()
        .putAll(
            Map.of(
                "ELASTICSEARCH_URL",
                address,
                "PUSHGATEWAY_URL",
                address,
                "ELASTICSEARCH_USERNAME",
                "weir-tasks",
                "ELASTICSEARCH_PASSWORD",
                "secret"));
    Process process = script.start();
    assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
    return process.exitValue();
  }

  /**
   * A late index takes events of its day for as long as hot retention lasts. Were it read-only,
   * they would be dead letters.
   */
  @Test
  void lateIndicesAreNeverMadeReadOnly() {
    String script = Yaml.text(Repository.K8S.resolve("base/elasticsearch/apply-lifecycle.sh"));

    assertThat(script).contains("/logs-*,-logs-late-*/_settings").doesNotContain("/logs-*/_");
  }

  @Test
  void archivedFilesExpireAfterAYear() throws IOException {
    JsonNode rules = read("s3/archive-lifecycle.json").path("Rules");

    assertThat(rules.get(0).at("/Expiration/Days").asInt()).isEqualTo(365);
    assertThat(
            Yaml.document(Repository.K8S.resolve("components/flink/weir.yaml")).get("archive.path"))
        .asString()
        .endsWith("/" + rules.get(0).at("/Filter/Prefix").asText().replaceAll("/$", ""));
  }

  /** An upload that was begun before a savepoint is what the savepoint still has to commit. */
  @Test
  void uploadsOutliveTheSavepointsThatWouldCommitThem() throws IOException {
    long savepoints =
        TimeUtils.parseDuration(
                FlinkConfiguration.ALL
                    .get(0)
                    .options()
                    .get("kubernetes.operator.savepoint.history.max.age"))
            .toDays();
    int aborted = 0;
    for (JsonNode rule : read("s3/archive-lifecycle.json").path("Rules")) {
      if (rule.has("AbortIncompleteMultipartUpload")) {
        aborted++;
        assertThat(rule.at("/AbortIncompleteMultipartUpload/DaysAfterInitiation").asLong())
            .isGreaterThan(2 * savepoints);
      }
    }
    assertThat(aborted).isOne();
  }

  /** Flink and its operator delete what they no longer need; age says nothing about that. */
  @Test
  void nothingOfFlinkExpires() throws IOException {
    for (JsonNode rule : read("s3/flink-lifecycle.json").path("Rules")) {
      assertThat(rule.has("Expiration")).isFalse();
    }
    assertThat(FlinkConfiguration.ALL.get(0).options())
        .containsEntry("kubernetes.operator.savepoint.dispose-on-delete", "true");
  }

  private static JsonNode read(String file) throws IOException {
    return JSON.readTree(Repository.K8S.resolve(file).toFile());
  }
}
