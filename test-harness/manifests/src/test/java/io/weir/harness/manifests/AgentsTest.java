package io.weir.harness.manifests;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The agents of a cluster's nodes, which stand apart from Weir's own namespace. */
class AgentsTest {
  private static final Pattern VARIABLE = Pattern.compile("\\$\\{(\\w+)}");

  private final List<Manifest> objects = Kustomize.render("agents");
  private final Manifest daemons = find("DaemonSet/weir-fluent-bit");
  private final Map<String, Object> container = daemons.pods().get(0).containers().get(0);
  private final String config =
      find("ConfigMap/weir-fluent-bit").at("data", "fluent-bit.yaml").toString();

  private Manifest find(String name) {
    return objects.stream()
        .filter(object -> object.toString().equals(name))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void theyRunTheConfigurationThatPeopleReadHere() {
    assertThat(config).isEqualTo(Yaml.text(Repository.K8S.resolve("agents/fluent-bit.yaml")));
    String started = Yaml.list(container.get("args")).toString();
    assertThat(started).contains("/fluent-bit/etc/weir/fluent-bit.yaml");
    assertThat(mountPaths()).contains("/fluent-bit/etc/weir");
  }

  @Test
  void everyVariableOfTheConfigurationIsGiven() {
    Set<String> wanted = new TreeSet<>(Set.of("NODE_NAME"));
    Matcher variables = VARIABLE.matcher(config.replaceAll("(?m)^\\s*#.*$", ""));
    while (variables.find()) {
      wanted.add(variables.group(1));
    }
    Set<String> given = new TreeSet<>();
    Yaml.maps(container.get("env")).forEach(entry -> given.add(entry.get("name").toString()));

    assertThat(given).isEqualTo(wanted).hasSizeGreaterThan(5);
  }

  @Test
  void everyFolderThatTheConfigurationNamesIsMounted() {
    Map<String, Object> tree = Yaml.map(Yaml.tree(config));
    assertThat(Yaml.at(tree, "service", "storage.path"))
        .asString()
        .startsWith("/var/lib/weir-fluent-bit/");
    assertThat(mountPaths())
        .contains("/var/lib/weir-fluent-bit", "/var/log", "/run/secrets/weir/kafka-ca");
    assertThat(config).contains("rdkafka.ssl.ca.location: /run/secrets/weir/kafka-ca/ca.crt");
    assertThat(Yaml.maps(container.get("ports")).get(0).get("containerPort"))
        .isEqualTo(Yaml.at(tree, "service", "http_port"));
    assertThat((Integer) daemons.pods().get(0).spec().get("terminationGracePeriodSeconds"))
        .isGreaterThan((Integer) Yaml.at(tree, "service", "grace"));
  }

  /** Root it has to be; it has nothing else. */
  @Test
  void theyMayReadTheNodeAndDoNothingMore() {
    assertThat(Yaml.at(container, "securityContext", "allowPrivilegeEscalation")).isEqualTo(false);
    assertThat(Yaml.at(container, "securityContext", "readOnlyRootFilesystem")).isEqualTo(true);
    assertThat(Yaml.at(container, "securityContext", "capabilities", "drop"))
        .isEqualTo(List.of("ALL"));
    Map<String, Object> spec = daemons.pods().get(0).spec();
    assertThat(spec).doesNotContainKeys("hostNetwork", "hostPID", "hostIPC");
    for (Map<String, Object> mount : Yaml.maps(container.get("volumeMounts"))) {
      if (!mount.get("name").equals("buffers")) {
        assertThat(mount).as("%s", mount.get("name")).containsEntry("readOnly", true);
      }
    }
    assertThat(Yaml.list(find("ClusterRole/weir-fluent-bit").at("rules")).toString())
        .doesNotContain("create", "update", "patch", "delete", "secrets", "*");
  }

  /** The user that Strimzi makes may write, which is what an agent does, and Kafka lets them in. */
  @Test
  void kafkaKnowsThem() {
    List<Manifest> weir = Kustomize.render("overlays/dev");
    Manifest user =
        weir.stream()
            .filter(object -> object.toString().equals("KafkaUser/weir-agents"))
            .findFirst()
            .orElseThrow();
    assertThat(Yaml.maps(user.at("spec", "authorization", "acls")))
        .singleElement()
        .satisfies(
            acl -> {
              assertThat(Yaml.at(acl, "resource", "name")).isEqualTo("logs");
              assertThat(Yaml.list(acl.get("operations"))).containsExactly("Write", "Describe");
            });
    Manifest policy =
        weir.stream()
            .filter(object -> object.toString().equals("NetworkPolicy/kafka"))
            .findFirst()
            .orElseThrow();
    assertThat(policy.at("spec", "ingress").toString())
        .contains("kubernetes.io/metadata.name=weir-agents");
  }

  private Set<String> mountPaths() {
    Set<String> paths = new TreeSet<>();
    Yaml.maps(container.get("volumeMounts"))
        .forEach(mount -> paths.add(mount.get("mountPath").toString()));
    return paths;
  }
}
