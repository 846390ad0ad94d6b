package io.weir.gateway.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.weir.gateway.http.TestingGateway;
import io.weir.model.alert.AlertRule.Severity;
import io.weir.model.alert.AlertStatus;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The command line of metrics, alert rules and dashboards. */
class WeirDocumentsTest {
  private static final String RULE =
      "{\"id\":\"errors\",\"name\":\"too many errors\",\"metric\":\"m\",\"condition\":\">\","
          + "\"threshold\":1,\"duration_s\":0,\"notification_channel\":\"ops\"}";

  private final TestingGateway gateway = new TestingGateway();
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @AfterEach
  void stop() {
    gateway.close();
  }

  @Test
  void showsDataPointsAndSeries() {
    gateway.prometheus.answerMatrix(
        "{\"metric\":{},\"values\":[[1774778400,\"1.5\"],[1774778460,\"NaN\"]]}");
    assertThat(
            weir(
                "metrics",
                "query",
                "a_total / b_total",
                "--from",
                "now-1h",
                "--step",
                "60s",
                "--tag",
                "service:payments",
                "--tag",
                "host:web-1"))
        .as(err.toString())
        .isZero();
    assertThat(out.toString().lines())
        .containsExactly("2026-03-29T10:00:00Z 1.5", "2026-03-29T10:01:00Z NaN");
    assertThat(gateway.prometheus.last().parameter("query"))
        .contains("a_total{host=\"web-1\",service=\"payments\"}");
    out.getBuffer().setLength(0);
    gateway.prometheus.answerMatrix(
        "{\"metric\":{\"service\":\"a\\u001b[2J\"},\"values\":[[1774778400,\"1\"]]}");
    assertThat(weir("metrics", "query", "m", "--group-by", "service", "--agg", "max")).isZero();
    assertThat(out.toString().lines())
        .containsExactly("service=a\\u001b[2J", "  2026-03-29T10:00:00Z 1.0");
    out.getBuffer().setLength(0);
    assertThat(weir("metrics", "query", "m", "--json")).isZero();
    assertThat(out.toString()).startsWith("{\"metric\":\"m\"");
    assertThat(weir("metrics", "query", "m{}")).isEqualTo(Weir.EXIT_FAILED);
    assertThat(err.toString()).contains("must be the name of a metric");
  }

  @Test
  void appliesRulesAgainAndAgain(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("rules.json");
    Files.writeString(file, "[" + RULE + "]");
    assertThat(weir("alerts", "apply", file.toString())).as(err.toString()).isZero();
    assertThat(out.toString()).contains("alert errors created, version ");
    assertThat(weir("alerts", "get", "errors")).isZero();
    String shown = out.toString().substring(out.toString().indexOf('{'));
    out.getBuffer().setLength(0);
    assertThat(weirReading(shown, "alerts", "apply")).as(err.toString()).isZero();
    assertThat(out.toString()).contains("alert errors unchanged");
    String edited = shown.replace("\"threshold\" : 1", "\"threshold\" : 2");
    assertThat(edited).isNotEqualTo(shown);
    assertThat(weirReading(edited, "alerts", "apply", "-")).as(err.toString()).isZero();
    assertThat(out.toString()).contains("alert errors replaced");
    // The version in what was shown is the old one now.
    String stale = shown.replace("\"threshold\" : 1", "\"threshold\" : 3");
    assertThat(weirReading(stale, "alerts", "apply")).isEqualTo(Weir.EXIT_FAILED);
    assertThat(err.toString()).contains("'errors' has version");
    out.getBuffer().setLength(0);
    assertThat(weir("alerts", "list")).isZero();
    assertThat(out.toString()).contains("errors").contains("too many errors");
    assertThat(weir("alerts", "delete", "errors", "--if-version", "1")).isEqualTo(Weir.EXIT_FAILED);
    assertThat(weir("alerts", "delete", "errors")).isZero();
    assertThat(weir("alerts", "get", "errors")).isEqualTo(Weir.EXIT_FAILED);
    assertThat(err.toString()).contains("there is no alert 'errors'");
  }

  @Test
  void appliesWhatAListPrintsAndWhatHasNoId() {
    assertThat(weirReading(RULE.replace("\"id\":\"errors\",", ""), "alerts", "apply")).isZero();
    assertThat(weirReading("{\"alerts\":[" + RULE + "]}", "alerts", "apply", "--json")).isZero();
    assertThat(out.toString()).contains("{\"alert_id\":\"errors\",\"version\":");
    out.getBuffer().setLength(0);
    assertThat(weir("alerts", "list", "--json")).isZero();
    assertThat(out.toString().lines()).hasSize(2).allMatch(line -> line.startsWith("{"));
  }

  @Test
  void keepsDashboards() {
    String board = "{\"id\":\"main\",\"title\":\"Main board\",\"panels\":[]}";
    assertThat(weirReading(board, "dashboards", "apply")).as(err.toString()).isZero();
    assertThat(weir("dashboards", "list")).isZero();
    assertThat(out.toString()).contains("dashboard main created").contains("Main board");
    gateway.dashboards.force("broken", "{}".getBytes(UTF_8));
    assertThat(weir("dashboards", "list")).isEqualTo(Weir.EXIT_FAILED);
    assertThat(err.toString()).contains("'broken' is in the topic but is no dashboard");
    assertThat(weir("dashboards", "delete", "main")).isZero();
  }

  @Test
  void showsAlerts() {
    gateway.states.add("errors", "payments", AlertStatus.FIRING, Severity.CRITICAL);
    gateway.states.add("errors", "checkout", AlertStatus.INACTIVE, Severity.CRITICAL);
    assertThat(weir("alerts", "state")).isZero();
    assertThat(out.toString().lines()).singleElement().asString().startsWith("firing   critical");
    out.getBuffer().setLength(0);
    assertThat(weir("alerts", "state", "errors")).isZero();
    assertThat(out.toString().lines()).hasSize(2);
    assertThat(weir("alerts", "state", "../metrics")).isEqualTo(Weir.EXIT_FAILED);
    assertThat(err.toString()).contains("is no id");
  }

  @Test
  void saysWhatIsWrongWithTheInput() {
    for (String input : new String[] {"", "no", "[1]", "7"}) {
      assertThat(weirReading(input, "alerts", "apply")).as(input).isEqualTo(Weir.EXIT_FAILED);
    }
    assertThat(weir("alerts", "apply", "/no/such/file")).isEqualTo(Weir.EXIT_FAILED);
    assertThat(err.toString()).contains("there is no file /no/such/file");
    assertThat(weir("alerts", "--help")).isZero();
    assertThat(out.toString()).contains("Keeps alert rules").contains("state");
  }

  private int weir(String... args) {
    return weirReading("", args);
  }

  private int weirReading(String input, String... args) {
    return new Weir(
            Map.of("WEIR_URL", gateway.uri().toString()),
            false,
            new ByteArrayInputStream(input.getBytes(UTF_8)),
            new PrintWriter(out, true),
            new PrintWriter(err, true))
        .run(args);
  }
}
