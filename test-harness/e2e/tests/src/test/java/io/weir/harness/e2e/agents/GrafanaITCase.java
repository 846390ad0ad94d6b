package io.weir.harness.e2e.agents;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import io.weir.harness.e2e.SharedNodes;
import io.weir.harness.node.HarnessLayout;
import io.weir.harness.node.PrometheusNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What is provisioned for Grafana, held to a real Prometheus and to the names in the code. */
@ExtendWith(SharedNodes.class)
class GrafanaITCase {
  private static final Path ROOT = HarnessLayout.find().root();
  private static final Path FOLDER = ROOT.resolve("k8s/grafana");
  private static final ObjectMapper JSON = new ObjectMapper();

  /** Flink's own, as its Prometheus reporter writes them. */
  private static final Set<String> FLINK =
      Set.of(
          "flink_jobmanager_job_numRestarts",
          "flink_jobmanager_job_numberOfFailedCheckpoints",
          "flink_jobmanager_job_lastCheckpointDuration",
          "flink_jobmanager_job_lastCheckpointSize",
          "flink_taskmanager_job_task_busyTimeMsPerSecond",
          "flink_taskmanager_job_task_backPressuredTimeMsPerSecond",
          "flink_taskmanager_job_task_operator_pendingRecords");

  /**
   * What others send: Prometheus of each target; the OpenTelemetry collector's receiver {@code
   * hostmetrics} and the runtime metrics of its Java agent, under the names that OTLP gets here;
   * node_exporter.
   */
  private static final Pattern OTHERS =
      Pattern.compile(
          "up|system_(cpu_(load_average_1m|time_seconds_total)|memory_usage_bytes"
              + "|filesystem_usage_bytes|disk_(io_bytes|io_time_seconds)_total"
              + "|network_io_bytes_total)"
              + "|jvm_(cpu_time_seconds_total|memory_used_bytes|gc_duration_seconds_sum"
              + "|thread_count)"
              + "|node_(load1|cpu_seconds_total|memory_(MemAvailable|MemTotal)_bytes"
              + "|filesystem_(avail|size)_bytes|disk_(read|written)_bytes_total"
              + "|disk_io_time_seconds_total|network_(receive|transmit)_bytes_total)");

  private static final String OPERATOR = "flink_taskmanager_job_task_operator_";

  private static final Pattern LITERAL = Pattern.compile("\"([a-zA-Z][a-zA-Z0-9_]*)\"");

  /** What is no name of a metric in an expression: texts, braces' and brackets' content, lists. */
  private static final Pattern NOISE =
      Pattern.compile(
          "\\[[^\\]]*\\]|\\{[^}]*\\}|\\b(by|without|on|ignoring|group_left|group_right)\\s*\\([^)]*\\)");

  /** A field in a query of Lucene. */
  private static final Pattern FIELD = Pattern.compile("([a-z_]+):");

  private static final Pattern NAME =
      Pattern.compile("(?<![\\w.])[a-zA-Z_:][a-zA-Z0-9_:]*(?!\\w)(?!\\s*\\()");

  @Test
  void dashboardsAreWellFormedAndTheirIdsUnique() throws IOException {
    Set<String> uids = new HashSet<>();
    Set<String> sources = sources();
    for (JsonNode board : dashboards()) {
      String title = board.path("title").asText();
      assertThat(title).isNotBlank();
      assertThat(uids.add(board.path("uid").asText())).as(title).isTrue();
      assertThat(board.path("uid").asText()).hasSizeLessThanOrEqualTo(40);
      assertThat(board.path("schemaVersion").asInt()).isPositive();
      assertThat(board.has("id")).as("Grafana gives it").isFalse();
      Set<Integer> ids = new HashSet<>();
      boolean[][] taken = new boolean[500][24];
      for (JsonNode panel : board.path("panels")) {
        String name = title + ": " + panel.path("title").asText();
        assertThat(panel.path("title").asText()).isNotBlank();
        assertThat(ids.add(panel.path("id").asInt())).as(name).isTrue();
        place(panel.path("gridPos"), taken, name);
        if (panel.path("type").asText().equals("row")) {
          continue;
        }
        assertThat(panel.path("targets")).as(name).isNotEmpty();
        Set<String> refs = new HashSet<>();
        for (JsonNode target : panel.path("targets")) {
          assertThat(refs.add(target.path("refId").asText())).as(name).isTrue();
          assertThat(sources).contains(target.path("datasource").path("uid").asText());
        }
      }
    }
    assertThat(uids).containsExactlyInAnyOrder("weir-fleet", "weir-health");
  }

  private static void place(JsonNode at, boolean[][] taken, String name) {
    for (int y = at.path("y").asInt(); y < at.path("y").asInt() + at.path("h").asInt(); y++) {
      for (int x = at.path("x").asInt(); x < at.path("x").asInt() + at.path("w").asInt(); x++) {
        assertThat(taken[y][x]).as("%s covers another panel", name).isFalse();
        taken[y][x] = true;
      }
    }
  }

  @Test
  void everyExpressionIsUnderstoodByPrometheus(PrometheusNode prometheus) throws Exception {
    HttpClient client = HttpClient.newHttpClient();
    List<String> expressions = expressions();
    assertThat(expressions).hasSizeGreaterThan(40);
    for (String expression : expressions) {
      HttpResponse<String> answer =
          client.send(
              HttpRequest.newBuilder(
                      URI.create(
                          prometheus.uri()
                              + "api/v1/query?query="
                              + URLEncoder.encode(expression, StandardCharsets.UTF_8)))
                  .build(),
              HttpResponse.BodyHandlers.ofString());
      assertThat(answer.statusCode()).as("%s: %s", expression, answer.body()).isEqualTo(200);
    }
  }

  @Test
  void everyMetricIsOneThatTheCodeNames() throws IOException {
    Set<String> named = new TreeSet<>();
    for (String expression : expressions()) {
      named.addAll(metrics(expression));
    }
    assertThat(named).hasSizeGreaterThan(50);
    Set<String> local = namesOf("test-harness/stack");
    for (String metric : named) {
      assertThat(isSentAnywhere(metric) || local.contains(metric)).as(metric).isTrue();
    }
  }

  /** The local stack measures its host and its processes by itself, which nothing else does. */
  @Test
  void noPanelNeedsTheLocalStackUnlessItSaysSo() throws IOException {
    int said = 0;
    for (JsonNode board : dashboards()) {
      for (JsonNode panel : board.path("panels")) {
        boolean says = panel.path("description").asText().contains("local stack");
        said += says ? 1 : 0;
        for (String expression : expressions(panel)) {
          Set<String> names = metrics(expression);
          boolean served =
              names.isEmpty() // asked for by a pattern
                  ? expression.contains(OPERATOR)
                  : names.stream().anyMatch(GrafanaITCase::isSentAnywhere);
          assertThat(says || served)
              .as("%s: %s", panel.path("title").asText(), expression)
              .isTrue();
        }
        if (board.path("uid").asText().equals("weir-health")) {
          assertThat(says).as("on every cluster: " + panel.path("title").asText()).isFalse();
        }
      }
    }
    assertThat(said).as("panels of the local stack").isLessThan(3);
  }

  @Test
  void variablesAskForALabelOfAMetric() throws IOException {
    for (JsonNode board : dashboards()) {
      for (JsonNode variable : board.path("templating").path("list")) {
        assertThat(sources()).contains(variable.path("datasource").path("uid").asText());
        String query = variable.path("query").path("query").asText();
        assertThat(variable.path("definition").asText()).isEqualTo(query);
        assertThat(query).matches("label_values\\(.+, (host|service)\\)");
        assertThat(query).endsWith(", " + variable.path("name").asText() + ")");
      }
    }
  }

  @Test
  void queriesOfLogsNameFieldsThatEventsHave() throws IOException {
    JsonNode logs = source("weir-logs").path("jsonData");
    Set<String> fields = fieldsOfEvents();
    assertThat(fields)
        .contains(
            logs.path("timeField").asText(),
            logs.path("logMessageField").asText(),
            logs.path("logLevelField").asText());
    int queries = 0;
    for (JsonNode board : dashboards()) {
      for (JsonNode panel : board.path("panels")) {
        for (JsonNode target : panel.path("targets")) {
          if (target.path("datasource").path("uid").asText().equals("weir-logs")) {
            queries++;
            assertThat(target.path("timeField").asText())
                .isEqualTo(logs.path("timeField").asText());
            Matcher field = FIELD.matcher(target.path("query").asText());
            assertThat(field.find()).as(target.path("query").asText()).isTrue();
            do {
              assertThat(fields).contains(field.group(1));
            } while (field.find());
          }
        }
      }
    }
    assertThat(queries).isPositive();
  }

  @Test
  void anUnknownNameWouldBeFound() throws IOException {
    assertThat(metrics("sum by (le) (rate(weir_no_such_total{a=\"b_c\"}[5m])) / 2 > bool other"))
        .containsExactlyInAnyOrder("weir_no_such_total", "other");
    assertThat(isSentAnywhere("weir_no_such_total")).isFalse();
    assertThat(isSentAnywhere("process_up")).as("the local stack's alone").isFalse();
    assertThat(isSentAnywhere("log_events_total")).isTrue();
  }

  /** Whether a metric is Weir's own wherever it runs, or one of {@link #OTHERS}. */
  private static boolean isSentAnywhere(String metric) {
    Set<String> known = Own.NAMES;
    boolean operator =
        metric.startsWith(OPERATOR)
            && known.containsAll(List.of(metric.substring(OPERATOR.length()).split("_")));
    boolean role = metric.matches("weir_search_(duration_seconds_bucket|refused_total)");
    return known.contains(metric)
        || FLINK.contains(metric)
        || OTHERS.matcher(metric).matches()
        || operator
        || role;
  }

  /** Read once. */
  private static final class Own {
    static final Set<String> NAMES = names();

    private static Set<String> names() {
      try {
        Set<String> names = namesOf("operators", "sinks", "query-gateway");
        literals(ROOT.resolve("model/src/main/java/io/weir/model/metric/RuleMetrics.java"), names);
        return names;
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  private static Set<String> metrics(String expression) {
    // {__name__=~"a|b"} names metrics in a text.
    String plain = expression.replaceAll("\\{__name__=~\"([\\w|]+)\"\\}", "$1").replace('|', ' ');
    plain = NOISE.matcher(plain.replaceAll("\"(\\\\.|[^\"\\\\])*\"", "")).replaceAll(" ");
    Set<String> names = new TreeSet<>();
    Matcher name = NAME.matcher(plain);
    while (name.find()) {
      if (!Set.of("by", "on", "or", "and", "unless", "bool", "offset").contains(name.group())) {
        names.add(name.group());
      }
    }
    return names;
  }

  /** Names in those classes of modules that are the homes of names. */
  private static Set<String> namesOf(String... modules) throws IOException {
    Set<String> known = new HashSet<>();
    try (Stream<Path> files =
        Stream.of(modules)
            .map(module -> ROOT.resolve(module).resolve("src/main/java"))
            .flatMap(GrafanaITCase::walk)) {
      for (Path file :
          files
              .filter(
                  path ->
                      path.getFileName().toString().endsWith("Metrics.java")
                          || path.toString().contains("/measure/")
                          || path.getFileName().toString().equals("RuleMetrics.java"))
              .toList()) {
        literals(file, known);
      }
    }
    return known;
  }

  private static Stream<Path> walk(Path folder) {
    try {
      return Files.walk(folder);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void literals(Path file, Set<String> to) throws IOException {
    Matcher literal = LITERAL.matcher(Files.readString(file));
    while (literal.find()) {
      to.add(literal.group(1));
    }
  }

  /** Of all panels, and what variables look for. */
  private static List<String> expressions() throws IOException {
    List<String> expressions = new ArrayList<>();
    for (JsonNode board : dashboards()) {
      board.path("panels").forEach(panel -> expressions.addAll(expressions(panel)));
      for (JsonNode variable : board.path("templating").path("list")) {
        expressions.add(
            variable
                .path("query")
                .path("query")
                .asText()
                .replaceAll("^label_values\\((.*),[^,]*\\)$", "$1"));
      }
    }
    return expressions;
  }

  private static List<String> expressions(JsonNode panel) {
    List<String> expressions = new ArrayList<>();
    for (JsonNode target : panel.path("targets")) {
      if (target.has("expr")) {
        expressions.add(target.path("expr").asText().replaceAll("\\$(host|service)", ".*"));
      }
    }
    return expressions;
  }

  /** As the index template maps them. */
  private static Set<String> fieldsOfEvents() throws IOException {
    Path template =
        ROOT.resolve(
            "sinks/src/main/resources/io/weir/sinks/elasticsearch/logs-index-template.json");
    Set<String> fields = new HashSet<>();
    JSON.readTree(template.toFile())
        .path("template")
        .path("mappings")
        .path("properties")
        .fieldNames()
        .forEachRemaining(fields::add);
    return fields;
  }

  private static List<JsonNode> dashboards() throws IOException {
    List<JsonNode> boards = new ArrayList<>();
    try (Stream<Path> files = Files.list(FOLDER.resolve("dashboards"))) {
      for (Path file : files.sorted().toList()) {
        boards.add(JSON.readTree(file.toFile()));
      }
    }
    return boards;
  }

  private static JsonNode source(String uid) throws IOException {
    JsonNode file =
        new ObjectMapper(new YAMLFactory())
            .readTree(FOLDER.resolve("provisioning/datasources/weir.yaml").toFile());
    for (JsonNode source : file.path("datasources")) {
      if (source.path("uid").asText().equals(uid)) {
        return source;
      }
    }
    throw new AssertionError("no data source " + uid);
  }

  private static Set<String> sources() throws IOException {
    JsonNode file =
        new ObjectMapper(new YAMLFactory())
            .readTree(FOLDER.resolve("provisioning/datasources/weir.yaml").toFile());
    assertThat(file.path("apiVersion").asInt()).isOne();
    Set<String> uids = new HashSet<>();
    for (JsonNode source : file.path("datasources")) {
      assertThat(source.path("type").asText()).isIn("prometheus", "elasticsearch");
      assertThat(source.path("url").asText()).startsWith("$WEIR_");
      assertThat(uids.add(source.path("uid").asText())).isTrue();
    }
    return uids;
  }
}
