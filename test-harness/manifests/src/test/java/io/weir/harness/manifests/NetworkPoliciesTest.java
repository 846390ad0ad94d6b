package io.weir.harness.manifests;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NetworkPoliciesTest {
  /** What Flink's native integration opens beside what the pod template says. */
  private static final List<String> FLINK_PORTS =
      List.of(
          "jobmanager.rpc.port",
          "high-availability.jobmanager.port",
          "blob.server.port",
          "taskmanager.rpc.port",
          "taskmanager.data.port",
          "rest.port",
          "metrics.reporter.prom.port");

  @ParameterizedTest
  @ValueSource(strings = {"overlays/dev", "overlays/1tb-day", "overlays/peak", "agents"})
  void everyPortOfEveryPodIsLetInByAPolicy(String overlay) {
    List<Manifest> objects = Kustomize.render(overlay);
    Set<String> closed = new TreeSet<>();
    int ports = 0;
    for (Manifest object : objects) {
      for (Manifest.Pod pod : object.pods()) {
        Set<String> letIn = portsLetIn(objects, pod.labels());
        for (String port : portsOf(object, pod)) {
          ports++;
          if (!letIn.contains(port)) {
            closed.add(object + " " + port);
          }
        }
      }
    }
    assertThat(closed).isEmpty();
    assertThat(ports).isGreaterThan(overlay.equals("agents") ? 0 : 30);
  }

  /** A door that nobody stands behind is a mistake, or was forgotten. */
  @Test
  void everyPolicyIsOfSomePod() {
    List<Manifest> objects = new ArrayList<>(Kustomize.render("overlays/dev"));
    objects.addAll(Kustomize.render("agents"));
    Set<Object> labels = new HashSet<>();
    for (Manifest object : objects) {
      object.pods().forEach(pod -> labels.addAll(pod.labels().entrySet()));
      if (object.isA("Prometheus")) {
        labels.addAll(Yaml.map(object.at("spec", "podMetadata", "labels")).entrySet());
      }
      if (object.isA("KafkaTopic")) {
        // The brokers' pods are labelled with the cluster's name, as the topics are.
        labels.addAll(Yaml.map(object.at("metadata", "labels")).entrySet());
      }
    }
    // cert-manager's, while it answers a challenge.
    labels.add(Map.entry("acme.cert-manager.io/http01-solver", "true"));
    for (Manifest policy : objects) {
      if (policy.isA("NetworkPolicy")) {
        policy.walk(
            (key, map) -> {
              if (key.equals("podSelector")) {
                assertThat(labels)
                    .as("%s selects %s", policy, map)
                    .containsAll(Yaml.map(map.get("matchLabels")).entrySet());
              }
            });
      }
    }
  }

  @Test
  void nothingIsLetInByDefault() {
    Manifest deny =
        Kustomize.render("base").stream()
            .filter(object -> object.toString().equals("NetworkPolicy/default-deny"))
            .findFirst()
            .orElseThrow();

    assertThat(Yaml.map(deny.at("spec")).keySet()).containsOnly("podSelector", "policyTypes");
    assertThat(Yaml.map(deny.at("spec", "podSelector"))).isEmpty();
    assertThat(Yaml.list(deny.at("spec", "policyTypes"))).containsExactly("Ingress", "Egress");
  }

  private static Set<String> portsOf(Manifest object, Manifest.Pod pod) {
    Set<String> ports = new TreeSet<>();
    for (Map<String, Object> container : pod.containers()) {
      for (Map<String, Object> port : Yaml.maps(container.get("ports"))) {
        ports.add(port.get("containerPort") + "/" + port.getOrDefault("protocol", "TCP"));
      }
    }
    if (object.isA("FlinkDeployment")) {
      Map<String, Object> options = Yaml.map(object.at("spec", "flinkConfiguration"));
      FLINK_PORTS.forEach(key -> ports.add(options.get(key) + "/TCP"));
    }
    if (object.isA("Elasticsearch")) {
      ports.addAll(List.of("9200/TCP", "9300/TCP"));
    }
    return ports;
  }

  private static Set<String> portsLetIn(List<Manifest> objects, Map<String, Object> labels) {
    Set<String> ports = new HashSet<>();
    for (Manifest policy : objects) {
      Map<String, Object> selector =
          Yaml.map(Yaml.at(policy.tree(), "spec", "podSelector", "matchLabels"));
      if (policy.isA("NetworkPolicy")
          && !selector.isEmpty()
          && labels.entrySet().containsAll(selector.entrySet())) {
        for (Map<String, Object> rule : Yaml.maps(policy.at("spec", "ingress"))) {
          Yaml.maps(rule.get("ports"))
              .forEach(
                  port -> ports.add(port.get("port") + "/" + port.getOrDefault("protocol", "TCP")));
        }
      }
    }
    return ports;
  }
}
