package io.weir.harness.manifests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RenderingTest {
  /** What kustomize appends to the names of generated ConfigMaps. */
  private static final Pattern HASH =
      Pattern.compile(
          "(weir-jobs|weir-gateway|alert-channels|weir-hot-lifecycle|weir-alertmanager-web"
              + "|weir-fluent-bit)"
              + "-[a-z0-9]{10}");

  @ParameterizedTest
  @ValueSource(
      strings = {
        "overlays/dev",
        "overlays/1tb-day",
        "overlays/peak",
        "restore",
        "agents",
        "grafana"
      })
  void theRendererOfTheseTestsAgreesWithKustomize(String folder) throws Exception {
    Map<String, Object> here = new TreeMap<>();
    Kustomize.render(folder).forEach(object -> here.put(object.toString(), object.tree()));

    String rendered = kubectl(folder);

    Map<String, Object> there = new TreeMap<>();
    Yaml.documents(HASH.matcher(rendered).replaceAll("$1"), folder)
        .forEach(tree -> there.put(new Manifest(tree).toString(), tree));
    assertThat(here.keySet()).isEqualTo(there.keySet());
    here.forEach((name, tree) -> assertThat(tree).as(name).isEqualTo(there.get(name)));
  }

  /** It is deleted after use: what it shares with what runs would be deleted with it. */
  @ParameterizedTest
  @ValueSource(strings = {"overlays/dev", "overlays/1tb-day", "overlays/peak"})
  void aRestoreSharesNoObjectWithWhatRuns(String overlay) throws Exception {
    Set<String> restored = new TreeSet<>();
    Yaml.documents(kubectl("restore"), "restore")
        .forEach(tree -> restored.add(new Manifest(tree).toString()));
    assertThat(restored).anyMatch(name -> name.startsWith("ConfigMap/weir-jobs-"));

    assertThat(Yaml.documents(kubectl(overlay), overlay))
        .extracting(tree -> new Manifest(tree).toString())
        .doesNotContainAnyElementsOf(restored);
  }

  /** Done as the page says, nothing of the sample's buckets, role, host and registry is left. */
  @Test
  void theDocumentedOverlayOfOnesOwnReplacesWhatIsThePlaces(@TempDir Path folder) throws Exception {
    Path k8s = folder.resolve("k8s");
    for (String part : List.of("base", "components", "overlays")) {
      copy(Repository.K8S.resolve(part), k8s.resolve(part));
    }
    Path own = Files.createDirectory(k8s.resolve("overlays/yours"));
    String page = Yaml.text(Repository.ROOT.resolve("docs/kubernetes.md"));
    int from = page.indexOf("   ```yaml\n") + "   ```yaml\n".length();
    Files.writeString(
        own.resolve("kustomization.yaml"),
        page.substring(from, page.indexOf("   ```\n", from)).indent(-3));
    for (String options : List.of("components/flink/weir.yaml", "base/gateway/gateway.yaml")) {
      Path file = Repository.K8S.resolve(options);
      Files.writeString(
          own.resolve(file.getFileName()),
          Yaml.text(file).replace("weir-archive", "yours").replace("weir.example.org", "yours"));
    }

    String rendered = kubectl(own);

    assertThat(rendered.lines().filter(line -> !line.contains("runbook_url:")))
        .noneMatch(line -> line.contains("weir-archive"))
        .noneMatch(line -> line.contains("s3a://weir-flink"))
        .noneMatch(line -> line.contains("weir.example.org"))
        .noneMatch(line -> line.contains("registry.example.org"))
        .noneMatch(line -> line.contains("iam::000000000000"))
        .anyMatch(line -> line.contains("ghcr.io/you/weir-gateway:v0.1.0"));
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> all = Files.walk(from)) {
      for (Path each : all.toList()) {
        Path target = to.resolve(from.relativize(each));
        Files.createDirectories(target.getParent());
        Files.copy(each, target);
      }
    }
  }

  @Test
  void aPatchThatMeetsNothingIsAnError() {
    Map<String, Object> tree = Yaml.map(Yaml.copy(Map.of("spec", Map.of("a", 1))));

    org.assertj.core.api.Assertions.assertThatThrownBy(
            () ->
                Patches.apply(
                    tree, List.of(Map.of("op", "replace", "path", "/spec/b", "value", 2))))
        .hasMessageContaining("nothing at 'b'");
  }

  private static String kubectl(String folder) throws IOException, InterruptedException {
    return kubectl(Repository.K8S.resolve(folder));
  }

  private static String kubectl(Path folder) throws IOException, InterruptedException {
    Process process;
    try {
      process =
          new ProcessBuilder("kubectl", "kustomize", folder.toString())
              .redirectErrorStream(true)
              .start();
    } catch (IOException e) {
      assumeTrue(false, "no kubectl here to compare with");
      throw e;
    }
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
    assertThat(process.exitValue()).as(output).isZero();
    return output;
  }
}
