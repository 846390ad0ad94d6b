package io.weir.jobs.tasks;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

class GenerateAlertmanagerConfigTest {
  @TempDir Path folder;

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  @Test
  void theDocumentedExampleMakesReceiversAndRoutes() throws IOException {
    Map<?, ?> config = generate(documentedExample());

    assertThat(config.get("receivers").toString())
        .contains("weir-nobody", "weir-pager", "weir-team-slack", "weir-mail", "weir-hook")
        .contains("routing_key_file=/run/secrets/pagerduty")
        .contains("api_url_file=/run/secrets/slack")
        .contains("credentials_file=/run/secrets/hook")
        .contains("send_resolved=false");
    assertThat(matchers(config))
        .containsExactly(
            List.of("severity=\"critical\"", "notification_channel!=\"pager\""),
            List.of("severity=\"warning\"", "notification_channel!=\"team-slack\""),
            List.of("notification_channel=\"pager\""),
            List.of("notification_channel=\"team-slack\""),
            List.of("notification_channel=\"mail\""),
            List.of("notification_channel=\"hook\""));
    assertThat(config.get("inhibit_rules").toString())
        .contains("severity=\"critical\"")
        .contains("equal=[alertname, alert_group, service, host]");
    assertThat(config.get("global").toString()).contains("smtp_smarthost=smtp.example.org:587");
  }

  @Test
  void whatAMutedAlertSharesWithAWorseOneCanBeSaid() throws IOException {
    Map<?, ?> config =
        generate(
            """
            channels: {hook: {type: webhook, url: "https://example.org"}}
            grouping: {inhibit_equal: [alertname, region]}
            """);

    List<Object> equal =
        ((List<?>) config.get("inhibit_rules"))
            .stream().<Object>map(rule -> ((Map<?, ?>) rule).get("equal")).toList();
    assertThat(equal)
        .containsExactly(List.of("alertname", "region"), List.of("alertname", "region"));
  }

  @Test
  void everythingThatIsWrongWithTheFileIsSaid() throws IOException {
    int code =
        run(
            """
            channels:
              pager: {type: pagerduty}
              hook: {type: webhook, url: "not a url", colour: red}
              mail: {type: email, to: nobody}
              bad name: {type: pigeon}
            routes: {critical: nowhere, fatal: pager}
            grouping: {by: alertname, wait_s: 0.5}
            """);

    assertThat(code).isEqualTo(TaskRunner.FAILED);
    assertThat(err.toString(StandardCharsets.UTF_8))
        .contains("channels.pager.routing_key_file: is missing")
        .contains("channels.hook.url: must be an http or https URL")
        .contains("channels.hook.colour: is unknown")
        .contains("channels.mail.to: must be an address")
        .contains("channels.bad name: the name must be")
        .contains("channels.bad name.type: must be one of")
        .contains("smtp: is missing")
        .contains("routes.critical: 'nowhere' is none of the channels")
        .contains("routes.fatal: is unknown")
        .contains("grouping.by: must be a list")
        .contains("grouping.wait_s: must be whole seconds");
    assertThat(folder.resolve("alertmanager.yml")).doesNotExist();
  }

  @Test
  void aFileThatIsNoYamlIsNamed() throws IOException {
    assertThat(run("channels: [")).isEqualTo(TaskRunner.FAILED);
    assertThat(err.toString(StandardCharsets.UTF_8)).contains("channels.yaml is not YAML");
  }

  @Test
  void anOldConfigurationIsReplaced() throws IOException {
    Files.writeString(folder.resolve("alertmanager.yml"), "old");
    generate(documentedExample());

    try (var files = Files.list(folder)) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .containsExactlyInAnyOrder("channels.yaml", "alertmanager.yml");
    }
  }

  private Map<?, ?> generate(String channels) throws IOException {
    assertThat(run(channels)).as(err::toString).isEqualTo(TaskRunner.DONE);
    return (Map<?, ?>)
        new Load(LoadSettings.builder().build())
            .loadFromString(Files.readString(folder.resolve("alertmanager.yml")));
  }

  private int run(String channels) throws IOException {
    Path file = Files.writeString(folder.resolve("channels.yaml"), channels);
    return TaskRunner.run(
        new GenerateAlertmanagerConfig(),
        new String[] {
          "--channels.file", file.toString(),
          "--channels.alertmanager-config", folder.resolve("alertmanager.yml").toString()
        },
        new PrintStream(out, true, StandardCharsets.UTF_8),
        new PrintStream(err, true, StandardCharsets.UTF_8));
  }

  private static List<Object> matchers(Map<?, ?> config) {
    List<?> routes = (List<?>) ((Map<?, ?>) config.get("route")).get("routes");
    return routes.stream().<Object>map(route -> ((Map<?, ?>) route).get("matchers")).toList();
  }

  /** The example of docs/alerts.md: what people copy must work. */
  private static String documentedExample() throws IOException {
    String document = Files.readString(Path.of("..", "docs", "alerts.md"));
    int from = document.indexOf("```yaml\n") + "```yaml\n".length();
    return document.substring(from, document.indexOf("```", from));
  }
}
