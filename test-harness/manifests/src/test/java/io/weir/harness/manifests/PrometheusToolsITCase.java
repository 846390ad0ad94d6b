package io.weir.harness.manifests;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.jobs.tasks.GenerateAlertmanagerConfig;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.snakeyaml.engine.v2.api.Dump;
import org.snakeyaml.engine.v2.api.DumpSettings;

/** Prometheus' and Alertmanager's own tools read what the manifests give them. */
class PrometheusToolsITCase {
  private static final Path TESTS =
      Repository.ROOT.resolve("test-harness/manifests/src/test/resources/rules-test.yaml");

  @TempDir Path folder;

  @Test
  void rulesFireWhenTheyShouldAndOnlyThen() throws Exception {
    List<Object> groups = new ArrayList<>();
    for (Manifest object : Kustomize.render("base")) {
      if (object.isA("PrometheusRule")) {
        groups.addAll(Yaml.list(object.at("spec", "groups")));
      }
    }
    Files.writeString(
        folder.resolve("rules.yaml"),
        new Dump(DumpSettings.builder().build()).dumpToString(Map.of("groups", groups)));
    Files.copy(TESTS, folder.resolve("rules-test.yaml"));

    run("prometheus", "promtool", "check", "rules", "--lint=all", "--lint-fatal", "rules.yaml");
    run("prometheus", "promtool", "test", "rules", "rules-test.yaml");
  }

  @ParameterizedTest
  @ValueSource(strings = {"overlays/dev", "overlays/1tb-day", "overlays/peak"})
  void alertmanagerTakesWhatIsGeneratedFromTheChannels(String overlay) throws Exception {
    Manifest channels =
        Kustomize.render(overlay).stream()
            .filter(object -> object.toString().equals("ConfigMap/alert-channels"))
            .findFirst()
            .orElseThrow();
    Path file = folder.resolve("alert-channels.yaml");
    Files.writeString(file, channels.at("data", "alert-channels.yaml").toString());

    new GenerateAlertmanagerConfig()
        .run(
            new String[] {
              "--channels.file",
              file.toString(),
              "--channels.alertmanager-config",
              folder.resolve("alertmanager.yml").toString()
            },
            new PrintStream(OutputStream.nullOutputStream(), true, StandardCharsets.UTF_8));

    run("alertmanager", "amtool", "check-config", "alertmanager.yml");
  }

  /** Runs a tool that comes with a server; {@code bin/servers} provides both. */
  private void run(String server, String tool, String... arguments)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(find(server, tool).toString());
    command.addAll(List.of(arguments));
    Process process =
        new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true).start();
    process.getOutputStream().close();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
    assertThat(process.exitValue()).as("%s: %s", command, output).isZero();
  }

  private static Path find(String server, String tool) throws IOException {
    Path link = Repository.ROOT.resolve(".weir/opt/bin").resolve(server);
    List<Path> candidates = new ArrayList<>();
    if (Files.exists(link)) {
      candidates.add(link.toRealPath().resolveSibling(tool));
    }
    Stream.of(System.getenv("PATH").split(":"))
        .forEach(directory -> candidates.add(Path.of(directory, tool)));
    return candidates.stream()
        .filter(Files::isExecutable)
        .findFirst()
        .orElseThrow(() -> new IllegalStateException("no " + tool + "; run bin/servers"));
  }
}
