package io.weir.harness.manifests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
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
    Process process;
    try {
      process =
          new ProcessBuilder("kubectl", "kustomize", Repository.K8S.resolve(folder).toString())
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
