package io.weir.harness.manifests;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What makes a deployment survive: fields that nothing else would miss. */
class DeployedFieldsTest {
  private static final Set<String> GATEWAYS =
      Set.of(
          "weir-gateway-ingest",
          "weir-gateway-search",
          "weir-gateway-tail",
          "weir-gateway-queries");

  private static final Set<String> JOBS =
      Set.of("weir-logs", "weir-log-metrics", "weir-metrics", "weir-alerts");

  private static final List<String> PROBES =
      List.of("startupProbe", "livenessProbe", "readinessProbe");

  /** The operator makes the container's file system writable nowhere but in its volumes. */
  private static final Set<String> WRITABLE_ROOT = Set.of("Elasticsearch/weir");

  private static List<Manifest> render(String overlay) {
    return Kustomize.render("overlays/" + overlay);
  }

  private static Manifest find(List<Manifest> objects, String name) {
    return objects.stream()
        .filter(object -> object.toString().equals(name))
        .findFirst()
        .orElseThrow(() -> new AssertionError(name + " is not there"));
  }

  private static Set<String> names(List<Manifest> objects, String kind) {
    Set<String> names = new TreeSet<>();
    objects.stream().filter(object -> object.isA(kind)).forEach(object -> names.add(object.name()));
    return names;
  }

  /**
   * A store that is away is so for every pod: were pods without it not ready, the Ingress would
   * have nobody left who says 503 and when to come again.
   */
  @ParameterizedTest
  @ValueSource(strings = {"dev", "1tb-day", "peak"})
  void gatewaysAreProbed(String overlay) {
    List<Manifest> objects = render(overlay);
    for (String name : GATEWAYS) {
      Map<String, Object> gateway =
          find(objects, "Deployment/" + name).pods().get(0).mainContainer();
      // Any ready role would do: of two that is the one that asks Kafka.
      assertThat(path(gateway, "startupProbe"))
          .as(name)
          .isEqualTo(name.endsWith("queries") ? "/ready?role=rules" : "/ready");
      assertThat(path(gateway, "livenessProbe")).as(name).isEqualTo("/health");
      assertThat(path(gateway, "readinessProbe")).as(name).isEqualTo("/health");
      assertThat(Yaml.at(gateway, "lifecycle", "preStop", "sleep", "seconds"))
          .as("%s: load balancers forget it first", name)
          .isEqualTo(5);
    }
  }

  private static Object path(Map<String, Object> container, String probe) {
    return Yaml.at(container, probe, "httpGet", "path");
  }

  @ParameterizedTest
  @ValueSource(strings = {"dev", "1tb-day", "peak"})
  void everyServerIsProbed(String overlay) {
    for (Manifest object : render(overlay)) {
      if (object.isA("Deployment") || object.isA("StatefulSet")) {
        assertThat(object.pods().get(0).mainContainer().keySet())
            .as(object.toString())
            .contains("livenessProbe", "readinessProbe");
      }
      if (object.isA("FlinkDeployment")) {
        assertThat(flinkContainer(object, "jobManager").keySet())
            .as(object.toString())
            .containsAll(PROBES);
        assertThat(flinkContainer(object, "taskManager").keySet())
            .as(object.toString())
            .contains("startupProbe", "livenessProbe");
      }
    }
  }

  private static Map<String, Object> flinkContainer(Manifest job, String part) {
    return Yaml.maps(job.at("spec", part, "podTemplate", "spec", "containers")).get(0);
  }

  @ParameterizedTest
  @ValueSource(strings = {"dev", "1tb-day", "peak"})
  void podsAreSpread(String overlay) {
    List<Manifest> objects = render(overlay);
    for (String name : GATEWAYS) {
      assertThat(spread(find(objects, "Deployment/" + name).pods().get(0).spec()))
          .as(name)
          .containsExactlyInAnyOrder("kubernetes.io/hostname", "topology.kubernetes.io/zone");
    }
    for (String name : JOBS) {
      Manifest job = find(objects, "FlinkDeployment/" + name);
      assertThat(spread(job.at("spec", "jobManager", "podTemplate", "spec")))
          .containsExactly("kubernetes.io/hostname");
      assertThat(spread(job.at("spec", "taskManager", "podTemplate", "spec")))
          .containsExactlyInAnyOrder("kubernetes.io/hostname", "topology.kubernetes.io/zone");
    }
    assertThat(spread(find(objects, "StatefulSet/weir-alertmanager").pods().get(0).spec()))
        .containsExactly("kubernetes.io/hostname");
    assertThat(spread(find(objects, "Elasticsearch/weir").pods().get(0).spec()))
        .containsExactly("topology.kubernetes.io/zone");
  }

  private static List<String> spread(Object podSpec) {
    return Yaml.maps(Yaml.at(podSpec, "topologySpreadConstraints")).stream()
        .map(constraint -> constraint.get("topologyKey").toString())
        .toList();
  }

  @ParameterizedTest
  @ValueSource(strings = {"dev", "1tb-day", "peak"})
  void noContainerWritesToItsImageAndEachSaysWhatItNeeds(String overlay) {
    List<String> wrong = new ArrayList<>();
    for (Manifest object : render(overlay)) {
      for (Manifest.Pod pod : object.pods()) {
        for (Map<String, Object> container : pod.containers()) {
          String name = object + " " + container.get("name");
          if (!WRITABLE_ROOT.contains(object.toString())
              && !Boolean.TRUE.equals(
                  Yaml.at(container, "securityContext", "readOnlyRootFilesystem"))) {
            wrong.add(name + ": its root file system can be written");
          }
          if (!object.isA("FlinkDeployment")
              && (Yaml.at(container, "resources", "requests", "cpu") == null
                  || Yaml.at(container, "resources", "limits", "memory") == null)) {
            wrong.add(name + ": no request of cores or no limit of memory");
          }
        }
      }
    }
    assertThat(wrong).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"dev", "1tb-day", "peak"})
  void drainedNodesTakeOneOfAKindAtATime(String overlay) {
    List<Manifest> objects = render(overlay);
    Set<String> wanted = new TreeSet<>(GATEWAYS);
    wanted.add("weir-alertmanager");

    assertThat(names(objects, "PodDisruptionBudget")).containsAll(wanted);
    for (String name : wanted) {
      assertThat(find(objects, "PodDisruptionBudget/" + name).at("spec", "maxUnavailable"))
          .as(name)
          .isEqualTo(1);
    }
    assertThat(
            find(objects, "Elasticsearch/weir")
                .at("spec", "podDisruptionBudget", "spec", "maxUnavailable"))
        .isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"dev", "1tb-day", "peak"})
  void gatewaysRollWithoutAGapAndScale(String overlay) {
    List<Manifest> objects = render(overlay);
    int least = overlay.equals("dev") ? 1 : 2;
    for (String name : GATEWAYS) {
      Manifest gateway = find(objects, "Deployment/" + name);
      assertThat(gateway.at("spec", "strategy", "rollingUpdate", "maxUnavailable"))
          .as(name)
          .isEqualTo(0);
      if (name.equals("weir-gateway-tail")) {
        assertThat((Integer) gateway.at("spec", "replicas")).isGreaterThanOrEqualTo(least);
      } else {
        Manifest scaler = find(objects, "HorizontalPodAutoscaler/" + name);
        int min = (Integer) scaler.at("spec", "minReplicas");
        assertThat(min).as(name).isGreaterThanOrEqualTo(least);
        assertThat((Integer) scaler.at("spec", "maxReplicas")).as(name).isGreaterThanOrEqualTo(min);
        assertThat(gateway.at("spec", "replicas")).as("%s: is the autoscaler's", name).isNull();
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"dev", "1tb-day", "peak"})
  void jobsKeepTheirStateAndTheirSecrets(String overlay) {
    List<Manifest> objects = render(overlay);
    assertThat(names(objects, "FlinkDeployment")).isEqualTo(new TreeSet<>(JOBS));
    for (String name : JOBS) {
      Manifest job = find(objects, "FlinkDeployment/" + name);
      assertThat(job.at("spec", "jobManager", "replicas"))
          .as("%s: one leads, one waits", name)
          .isEqualTo(overlay.equals("dev") ? 1 : 2);
      assertThat(job.at("spec", "job", "upgradeMode")).isEqualTo("savepoint");
      assertThat(job.at("spec", "job", "allowNonRestoredState")).isEqualTo(false);
      assertThat(Yaml.map(job.at("spec", "flinkConfiguration")))
          .as(name)
          .containsEntry("high-availability.type", "kubernetes")
          .containsEntry("execution.checkpointing.mode", "EXACTLY_ONCE")
          .containsEntry("kubernetes.operator.deployment.rollback.enabled", "true")
          .containsEntry("kubernetes.operator.job.upgrade.last-state-fallback.enabled", "false")
          .containsEntry("security.ssl.internal.enabled", "true")
          .containsEntry("web.submit.enable", "false");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"dev", "1tb-day", "peak"})
  void theStoreOfMetricsTakesWhatKafkaStillHas(String overlay) {
    List<Manifest> objects = render(overlay);
    Manifest store = find(objects, "Prometheus/weir-metrics");
    Object retention = find(objects, "KafkaTopic/metrics").at("spec", "config", "retention.ms");

    assertThat(store.at("spec", "enableRemoteWriteReceiver")).isEqualTo(true);
    assertThat(store.at("spec", "tsdb", "outOfOrderTimeWindow"))
        .isEqualTo(Long.parseLong(retention.toString()) / 3_600_000 + "h");
    assertThat(find(objects, "Prometheus/weir-self").at("spec", "replicas"))
        .isEqualTo(overlay.equals("dev") ? 1 : 2);
  }

  @ParameterizedTest
  @ValueSource(strings = {"dev", "1tb-day", "peak"})
  void everyTopicOutlivesABroker(String overlay) {
    for (Manifest object : render(overlay)) {
      if (object.isA("KafkaTopic")) {
        boolean one = overlay.equals("dev");
        assertThat(object.at("spec", "replicas")).as(object.name()).isEqualTo(one ? 1 : 3);
        assertThat(object.at("spec", "config", "min.insync.replicas"))
            .as(object.name())
            .isEqualTo(one ? 1 : 2);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"dev", "1tb-day", "peak"})
  void theIngressHoldsNothingBackAndEndsNoStream(String overlay) {
    Manifest ingress = find(render(overlay), "Ingress/weir-gateway");
    String nginx = "nginx.ingress.kubernetes.io/";

    assertThat(Yaml.map(ingress.at("metadata", "annotations")))
        .containsEntry(nginx + "backend-protocol", "HTTPS")
        .containsEntry(nginx + "proxy-ssl-verify", "on")
        .containsEntry(nginx + "proxy-body-size", "8m")
        .containsEntry(nginx + "proxy-buffering", "off")
        .containsEntry(nginx + "proxy-request-buffering", "off")
        .containsEntry(nginx + "proxy-read-timeout", "3600")
        .containsEntry(nginx + "proxy-send-timeout", "3600");
    assertThat(Yaml.maps(ingress.at("spec", "tls"))).isNotEmpty();
  }

  /** Who writes as one user needs that user's password, wherever the pod of a run is. */
  @Test
  void whoReadsTheStoresIsTheUserWhosePasswordIsMounted() {
    Manifest session = find(Kustomize.render("restore"), "FlinkSessionJob/restore-hot");
    assertThat(Yaml.list(session.at("spec", "job", "args"))).contains("weir-tasks");
    assertThat(
            elasticsearchSecret(find(Kustomize.render("restore"), "FlinkDeployment/weir-restore")))
        .isEqualTo("weir-es-tasks");
    List<Manifest> objects = render("1tb-day");
    for (String task : List.of("audit", "repair", "redrive", "delete-expired-indices")) {
      Manifest run = find(objects, "CronJob/" + task);
      assertThat(Yaml.list(run.pods().get(0).mainContainer().get("args")))
          .contains("--elasticsearch.username=weir-tasks");
      assertThat(elasticsearchSecret(run)).isEqualTo("weir-es-tasks");
    }
    assertThat(elasticsearchSecret(find(objects, "FlinkDeployment/weir-logs")))
        .isEqualTo("weir-es-jobs");
  }

  private static Object elasticsearchSecret(Manifest object) {
    return object.pods().get(0).volumes().stream()
        .filter(volume -> volume.get("name").equals("elasticsearch"))
        .map(volume -> Yaml.at(volume, "secret", "secretName"))
        .findFirst()
        .orElseThrow();
  }

  /** They start when somebody makes a Job of them, and as they stand they only look. */
  @ParameterizedTest
  @ValueSource(strings = {"dev", "1tb-day", "peak"})
  void repairsAndRedrivesWaitForSomebody(String overlay) {
    for (String name : List.of("repair", "redrive")) {
      Manifest run = find(render(overlay), "CronJob/" + name);
      assertThat(run.at("spec", "suspend")).isEqualTo(true);
      assertThat(Yaml.list(run.pods().get(0).mainContainer().get("args")))
          .contains("--audit.dry-run=true");
    }
  }
}
