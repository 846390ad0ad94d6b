package io.weir.harness.manifests;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.util.TimeUtils;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class FlinkConfigurationTest {
  private static final boolean WRITE = Boolean.getBoolean("weir.k8s.write");

  static List<FlinkConfiguration> configurations() {
    return FlinkConfiguration.ALL;
  }

  @ParameterizedTest
  @MethodSource("configurations")
  void manifestsCarryWhatFlinkConfSays(FlinkConfiguration configuration) throws IOException {
    if (WRITE) {
      Files.createDirectories(configuration.path().getParent());
      Files.writeString(configuration.path(), configuration.patch());
    }

    assertThat(configuration.path()).hasContent(configuration.patch());
  }

  @Test
  void tasksCarryWhatFlinkConfSays() throws IOException {
    if (WRITE) {
      Files.createDirectories(FlinkConfiguration.inPodPath().getParent());
      Files.writeString(FlinkConfiguration.inPodPath(), FlinkConfiguration.inPod());
    }

    assertThat(FlinkConfiguration.inPodPath()).hasContent(FlinkConfiguration.inPod());
    Map<String, Object> data = Yaml.map(Yaml.document(FlinkConfiguration.inPodPath()).get("data"));
    Map<String, String> options = new java.util.TreeMap<>();
    Yaml.map(Yaml.tree(data.get("config.yaml").toString()))
        .forEach((key, value) -> options.put(key, value.toString()));
    assertThat(options).containsKeys("io.tmp.dirs", "fs.s3a.aws.credentials.provider");
    assertReadable(options);
  }

  @ParameterizedTest
  @ValueSource(strings = {"config.yaml", "local.yaml", "kubernetes.yaml"})
  void everyKeyIsAnOptionAndItsValueIsReadable(String file) {
    assertReadable(FlinkConfiguration.read(Repository.FLINK_CONF.resolve(file)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"overlays/dev", "overlays/1tb-day", "overlays/peak", "restore"})
  void everyOptionOfADeploymentIsKnownAndNoneIsThePrefixOfAnother(String folder) {
    List<Manifest> deployments =
        Kustomize.render(folder).stream().filter(object -> object.isA("FlinkDeployment")).toList();
    assertThat(deployments).isNotEmpty();
    for (Manifest deployment : deployments) {
      Map<String, Object> options = Yaml.map(deployment.at("spec", "flinkConfiguration"));
      assertThat(options.values())
          .as(deployment + ": all quoted")
          .allMatch(String.class::isInstance);
      Map<String, String> texts = new java.util.TreeMap<>();
      options.forEach((key, value) -> texts.put(key, value.toString()));
      assertReadable(texts);
      for (String key : texts.keySet()) {
        assertThat(texts.keySet()).noneMatch(other -> other.startsWith(key + "."));
      }
    }
  }

  /**
   * The operator counts restarts in a window: the pauses between them must leave room for more than
   * the threshold, also when an attempt fails only half a minute after its start.
   */
  @ParameterizedTest
  @MethodSource("configurations")
  void aJobThatFailsAgainAndAgainGetsNewPods(FlinkConfiguration configuration) {
    Configuration options = Configuration.fromMap(configuration.options());
    String check = "kubernetes.operator.cluster.health-check.restarts.";
    Duration window = TimeUtils.parseDuration(configuration.options().get(check + "window"));
    Duration pause =
        options.get(RestartStrategyOptions.RESTART_STRATEGY_EXPONENTIAL_DELAY_MAX_BACKOFF);
    double jitter =
        options.get(RestartStrategyOptions.RESTART_STRATEGY_EXPONENTIAL_DELAY_JITTER_FACTOR);
    double seconds = 30 + pause.toSeconds() * (1 + jitter);

    assertThat(Math.floor(window.toSeconds() / seconds))
        .isGreaterThan(Integer.parseInt(configuration.options().get(check + "threshold")));
  }

  /** What Flink 2 finds at start only, and no validator before. */
  @Test
  void noKeyOfAnyFileIsThePrefixOfAnother() throws IOException {
    List<String> keys = new ArrayList<>();
    try (Stream<Path> files = Files.list(Repository.FLINK_CONF)) {
      files
          .filter(file -> file.toString().endsWith(".yaml"))
          .forEach(file -> keys.addAll(FlinkConfiguration.read(file).keySet()));
    }
    assertThat(keys).hasSizeGreaterThan(50);
    for (String key : keys) {
      assertThat(keys).noneMatch(other -> other.startsWith(key + "."));
    }
  }

  @Test
  void aPlaceSaysNothingThatIsSaidForEverywhere() {
    Map<String, String> everywhere =
        FlinkConfiguration.read(Repository.FLINK_CONF.resolve("config.yaml"));
    for (String place : List.of("local.yaml", "kubernetes.yaml")) {
      Map<String, String> own = FlinkConfiguration.read(Repository.FLINK_CONF.resolve(place));
      assertThat(own.entrySet()).doesNotContainAnyElementsOf(everywhere.entrySet());
    }
  }

  @Test
  void theJobsKeepApart() {
    for (String folder : List.of("overlays/dev", "restore")) {
      for (Manifest object : Kustomize.render(folder)) {
        if (object.isA("FlinkDeployment")) {
          // The label job_name of every metric: alerts go by it.
          assertThat(object.at("spec", "flinkConfiguration", "pipeline.name"))
              .isEqualTo(object.name());
        }
      }
    }
  }

  private static void assertReadable(Map<String, String> options) {
    Configuration configuration = Configuration.fromMap(options);
    options.forEach(
        (key, value) -> {
          assertThat(KnownFlinkOptions.knows(key)).as("%s is an option", key).isTrue();
          KnownFlinkOptions.find(key)
              .ifPresent(
                  option ->
                      assertThat(configuration.get(option)).as("%s: %s", key, value).isNotNull());
        });
  }
}
