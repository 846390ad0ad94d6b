package io.weir.harness.manifests;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every object is one that its controller would take, with no field that nobody reads. */
class KindsTest {
  /** ECK publishes no model; what can be said of its pods is said by their pod template's. */
  private static final Set<String> WITHOUT_MODEL = Set.of("Elasticsearch");

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
  void everyObjectIsOfItsKind(String folder) {
    List<Manifest> objects = Kustomize.render(folder);

    assertThat(objects).isNotEmpty();
    assertThat(objects.stream().flatMap(KindsTest::problems)).isEmpty();
  }

  @Test
  void theExamplesAreOfTheirKindAndOneForEveryJob() {
    List<Manifest> examples =
        Yaml.documents(Repository.K8S.resolve("examples/savepoint.yaml")).stream()
            .map(Manifest::new)
            .toList();

    assertThat(examples)
        .extracting(example -> example.at("spec", "jobReference", "name"))
        .containsExactlyInAnyOrderElementsOf(
            Kustomize.render("overlays/1tb-day").stream()
                .filter(object -> object.isA("FlinkDeployment"))
                .map(Manifest::name)
                .toList());
    assertThat(examples.stream().flatMap(KindsTest::problems)).isEmpty();
  }

  @Test
  void aFieldThatNobodyKnowsIsAnError() {
    Manifest flink = copyOf("weir-logs");
    Yaml.map(flink.at("spec", "job")).put("paralelism", 3);
    Manifest pods = copyOf("weir-logs");
    Yaml.map(pods.at("spec", "podTemplate", "spec")).put("serviceAcount", "x");
    Manifest gateway = copyOf("weir-gateway-search");
    Yaml.map(gateway.at("spec", "template", "spec")).put("restartPolice", "Always");
    Manifest topic = copyOf("alert-rules");
    Yaml.map(topic.at("spec")).put("partition", 3);
    Manifest version = copyOf("weir-logs");
    Yaml.map(version.at("spec")).put("flinkVersion", "v9_9");

    assertThat(problems(flink)).anyMatch(problem -> problem.contains("paralelism"));
    assertThat(problems(pods)).anyMatch(problem -> problem.contains("serviceAcount"));
    assertThat(problems(gateway)).anyMatch(problem -> problem.contains("restartPolice"));
    assertThat(problems(topic)).anyMatch(problem -> problem.contains("partition"));
    assertThat(problems(version)).anyMatch(problem -> problem.contains("flinkVersion"));
  }

  @Test
  void theDeploymentsAreWhatAnUpgradeNeeds() {
    List<Manifest> deployments =
        Kustomize.render("overlays/1tb-day").stream()
            .filter(object -> object.isA("FlinkDeployment"))
            .toList();
    assertThat(deployments).hasSize(4);
    for (Manifest deployment : deployments) {
      Map<String, Object> options = Yaml.map(deployment.at("spec", "flinkConfiguration"));
      assertThat(deployment.at("spec", "flinkVersion")).isEqualTo("v2_2");
      assertThat(deployment.at("spec", "job", "upgradeMode")).isEqualTo("savepoint");
      assertThat(deployment.at("spec", "job", "allowNonRestoredState")).isEqualTo(false);
      assertThat(deployment.at("spec", "jobManager", "replicas")).isEqualTo(2);
      assertThat(options)
          .containsEntry("kubernetes.operator.job.upgrade.last-state-fallback.enabled", "false")
          .containsEntry("high-availability.type", "kubernetes")
          .containsKeys("execution.checkpointing.dir", "execution.checkpointing.savepoint-dir");
    }
  }

  /**
   * Off where there is one node; then it says what it would do; then it does it, but for alerts.
   */
  @ParameterizedTest
  @CsvSource({
    "overlays/dev, weir-logs, false, false",
    "overlays/1tb-day, weir-logs, true, false",
    "overlays/1tb-day, weir-alerts, true, false",
    "overlays/peak, weir-logs, true, true",
    "overlays/peak, weir-log-metrics, true, true",
    "overlays/peak, weir-metrics, true, true",
    "overlays/peak, weir-alerts, true, false"
  })
  void theAutoscalerDoesWhatTheOverlaySays(
      String overlay, String name, String enabled, String scaling) {
    Manifest deployment =
        Kustomize.render(overlay).stream()
            .filter(object -> object.toString().equals("FlinkDeployment/" + name))
            .findFirst()
            .orElseThrow();

    assertThat(Yaml.map(deployment.at("spec", "flinkConfiguration")))
        .containsEntry("job.autoscaler.enabled", enabled)
        .containsEntry("job.autoscaler.scaling.enabled", scaling);
  }

  /** Savepoints are taken by themselves, kept for some days, and gone with their objects. */
  @ParameterizedTest
  @ValueSource(strings = {"overlays/dev", "overlays/1tb-day", "overlays/peak"})
  void savepointsAreTakenAndNotKeptForEver(String overlay) {
    for (Manifest object : Kustomize.render(overlay)) {
      if (object.isA("FlinkDeployment")) {
        assertThat(Yaml.map(object.at("spec", "flinkConfiguration")))
            .containsKeys(
                "kubernetes.operator.periodic.savepoint.interval",
                "kubernetes.operator.savepoint.history.max.age",
                "kubernetes.operator.savepoint.history.max.count")
            .containsEntry("kubernetes.operator.savepoint.dispose-on-delete", "true");
      }
    }
  }

  private static Manifest copyOf(String name) {
    return Kustomize.render("overlays/dev").stream()
        .filter(object -> object.name().equals(name) && !object.isA("Service"))
        .findFirst()
        .orElseThrow();
  }

  private static Stream<String> problems(Manifest object) {
    if (object.group().equals("flink.apache.org")) {
      return Stream.concat(
          FlinkSchemas.problems(object).stream(),
          TypedModels.podProblems(
              object,
              object.at("spec", "podTemplate"),
              object.at("spec", "jobManager", "podTemplate"),
              object.at("spec", "taskManager", "podTemplate"))
              .stream());
    }
    if (WITHOUT_MODEL.contains(object.kind())) {
      return Yaml.maps(object.at("spec", "nodeSets")).stream()
          .flatMap(nodes -> TypedModels.podProblems(object, nodes.get("podTemplate")).stream());
    }
    if (!TypedModels.hasModel(object)) {
      return Stream.of(object + ": " + object.apiVersion() + " has no model here");
    }
    return TypedModels.problem(object).stream();
  }
}
