package io.weir.harness.manifests;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.gateway.metrics.GatewayMetrics;
import io.weir.gateway.metrics.TailMetrics;
import io.weir.operators.OperatorMetrics;
import io.weir.operators.alerts.AlertMetrics;
import io.weir.sinks.deadletter.DeadLetterMetrics;
import io.weir.sinks.elasticsearch.ElasticsearchSinkMetrics;
import io.weir.sinks.notification.NotificationNames;
import io.weir.sinks.prometheus.RemoteWriteSinkMetrics;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.flink.runtime.metrics.MetricNames;
import org.junit.jupiter.api.Test;

/** Rules and the web interface speak of metrics that somebody counts. */
class MetricNamesTest {
  private static final Pattern METRIC =
      Pattern.compile("\\b(flink_[A-Za-z_]*[A-Za-z]|weir_[a-z_]+|up)\\b");

  /** As Flink's reporter writes a metric of an operator. */
  private static final String OPERATOR = "flink_taskmanager_job_task_operator_";

  /** What the web interface asks for beside what rules do. */
  private static final Set<String> MEASURED =
      Set.of(
          OPERATOR + MetricNames.IO_NUM_RECORDS_IN_RATE,
          "flink_taskmanager_job_task_" + MetricNames.IO_CURRENT_OUTPUT_WATERMARK,
          "flink_taskmanager_job_task_" + MetricNames.TASK_BUSY_TIME,
          operator(ElasticsearchSinkMetrics.GROUP, ElasticsearchSinkMetrics.DOCUMENTS_STORED),
          operator(RemoteWriteSinkMetrics.GROUP, RemoteWriteSinkMetrics.SAMPLES_WRITTEN),
          operator(DeadLetterMetrics.REASON, DeadLetterMetrics.SENT),
          "weir_run_items");

  private static final Set<String> KNOWN =
      Set.of(
          // Flink's own, of the JobManager: their names are constants that it keeps to itself.
          "flink_jobmanager_" + MetricNames.NUM_RUNNING_JOBS,
          "flink_jobmanager_job_" + MetricNames.NUM_RESTARTS,
          "flink_jobmanager_job_lastCompletedCheckpointId",
          OPERATOR + MetricNames.IO_NUM_RECORDS_IN,
          OPERATOR + MetricNames.PENDING_RECORDS,
          operator(OperatorMetrics.EXPIRED_RECORDS),
          operator(OperatorMetrics.IDS_FORGOTTEN_EARLY),
          operator("deserializer", OperatorMetrics.REASON, OperatorMetrics.DEAD_LETTERS),
          operator(OperatorMetrics.METRIC, OperatorMetrics.LIMITED_POINTS),
          operator(AlertMetrics.INVALID_RULES),
          operator(OperatorMetrics.INVALID_RULES),
          operator(NotificationNames.UNKNOWN),
          operator(ElasticsearchSinkMetrics.GROUP, ElasticsearchSinkMetrics.CONSECUTIVE_FAILURES),
          operator(
              ElasticsearchSinkMetrics.GROUP,
              ElasticsearchSinkMetrics.REASON,
              ElasticsearchSinkMetrics.DOCUMENTS_DEAD_LETTERED),
          operator(RemoteWriteSinkMetrics.GROUP, RemoteWriteSinkMetrics.CONSECUTIVE_FAILURES),
          operator(
              RemoteWriteSinkMetrics.GROUP,
              RemoteWriteSinkMetrics.REASON,
              RemoteWriteSinkMetrics.SAMPLES_DROPPED),
          GatewayMetrics.INGEST_EVENTS,
          GatewayMetrics.INGEST_FAILED,
          GatewayMetrics.INGEST_SHED,
          GatewayMetrics.SEARCH_PARTIAL,
          GatewayMetrics.KEYS_FILE_BAD,
          GatewayMetrics.CONNECTIONS,
          GatewayMetrics.CONNECTIONS_MAX,
          GatewayMetrics.CONNECTIONS_REFUSED,
          TailMetrics.DROPPED,
          TailMetrics.DELIVERED,
          // GatewayMetrics.calls("search")
          "weir_search_duration_seconds_count",
          "weir_search_duration_seconds_bucket",
          "weir_search_refused_total",
          // RunReporter's, of tasks that ended.
          "weir_run_success",
          "weir_run_last_success_timestamp_seconds",
          "weir_run_ratio",
          // Prometheus' own.
          "up");

  private static String operator(String... names) {
    return OPERATOR + String.join("_", names);
  }

  @Test
  void everyMetricOfARuleExists() {
    Set<String> used = new TreeSet<>();
    rules().forEach(rule -> used.addAll(metrics(rule.get("expr").toString())));

    assertThat(KNOWN).containsAll(used);
    assertThat(used).as("known, and no longer used").containsAll(KNOWN);
  }

  @Test
  void everyMetricOfTheWebInterfaceExists() {
    String asked =
        Yaml.text(
                Repository.ROOT.resolve("query-gateway/src/main/resources/ui/pipeline/measures.js"))
            .replaceAll("(?m)^ *(/[*]|[*]|//).*", "")
            .replace("${JOB}", "flink_taskmanager_job_")
            // Sinks count dead letters in groups of their own.
            .replace("(.+_)?", "");

    Set<String> used = metrics(asked);
    assertThat(used).as("known, and no longer used").containsAll(MEASURED);
    used.removeAll(MEASURED);
    assertThat(KNOWN).containsAll(used);
  }

  @Test
  void everyRuleSaysHowBadItIsAndWhatItIs() {
    rules()
        .forEach(
            rule -> {
              assertThat(Yaml.at(rule, "labels", "severity")).isIn("critical", "warning");
              assertThat(Yaml.at(rule, "annotations", "summary")).asString().isNotBlank();
            });
  }

  /** Of each alert, whether there are cases in which it fires, and in which it does not. */
  private static Map<String, Set<Boolean>> tested() {
    Map<String, Set<Boolean>> tested = new TreeMap<>();
    Map<String, Object> file =
        Yaml.document(
            Repository.ROOT.resolve("test-harness/manifests/src/test/resources/rules-test.yaml"));
    for (Map<String, Object> group : Yaml.maps(file.get("tests"))) {
      for (Map<String, Object> test : Yaml.maps(group.get("alert_rule_test"))) {
        tested
            .computeIfAbsent(test.get("alertname").toString(), name -> new TreeSet<>())
            .add(!Yaml.list(test.get("exp_alerts")).isEmpty());
      }
    }
    return tested;
  }

  @Test
  void everyRuleHasATestAndARunbook() {
    Map<String, Set<Boolean>> tested = tested();
    Map<String, String> sections = sections();

    rules()
        .forEach(
            rule -> {
              String alert = rule.get("alert").toString();
              assertThat(tested.get(alert))
                  .as("%s has a case in which it fires, and one in which it does not", alert)
                  .containsExactlyInAnyOrder(true, false);
              assertThat(Yaml.at(rule, "annotations", "runbook_url"))
                  .as(alert)
                  .asString()
                  .endsWith("/operations.md#" + alert.toLowerCase(Locale.ROOT));
              assertThat(sections).as("docs/operations.md").containsKey(alert);
              assertThat(sections.get(alert))
                  .as("the first three things to do about %s", alert)
                  .containsPattern("(?m)^1\\. .{10}")
                  .containsPattern("(?m)^2\\. .{10}")
                  .containsPattern("(?m)^3\\. .{10}");
            });
  }

  /** Sections of the page by the alert that heads them. */
  private static Map<String, String> sections() {
    Map<String, String> sections = new TreeMap<>();
    String page = Yaml.text(Repository.ROOT.resolve("docs/operations.md"));
    for (String section : page.split("(?m)^(?=##+ )")) {
      String title = section.lines().findFirst().orElse("").replaceFirst("^#+ ", "");
      if (title.startsWith("Weir") && !title.contains(" ")) {
        sections.put(title, section);
      }
    }
    return sections;
  }

  private static Stream<Map<String, Object>> rules() {
    List<Manifest> all =
        Kustomize.render("base").stream().filter(object -> object.isA("PrometheusRule")).toList();
    assertThat(all).isNotEmpty();
    return all.stream()
        .flatMap(object -> Yaml.maps(object.at("spec", "groups")).stream())
        .flatMap(group -> Yaml.maps(group.get("rules")).stream());
  }

  private static Set<String> metrics(String expression) {
    Set<String> names = new TreeSet<>();
    Matcher matcher = METRIC.matcher(expression);
    while (matcher.find()) {
      names.add(matcher.group());
    }
    return names;
  }
}
