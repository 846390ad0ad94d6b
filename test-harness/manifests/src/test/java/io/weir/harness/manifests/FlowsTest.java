package io.weir.harness.manifests;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Every address in a configuration can be reached: out of the caller, and into the called. */
class FlowsTest {
  private static final String NAME = "app.kubernetes.io/name";

  private static final Map<String, String> FLINK = Map.of(NAME, "weir-flink");
  private static final Map<String, String> TASK = Map.of(NAME, "weir-task");
  private static final Map<String, String> AUDIT =
      Map.of(NAME, "weir-task", "app.kubernetes.io/component", "audit");
  private static final Map<String, String> SELF = Map.of(NAME, "weir-self");
  private static final Map<String, String> QUERIES = gateway("queries");

  /** Pods by the names under which they are called. */
  private static final Map<String, Map<String, String>> CALLED =
      Map.ofEntries(
          Map.entry("weir-kafka-bootstrap", Map.of("strimzi.io/cluster", "weir")),
          Map.entry("weir-es-http", Map.of(NAME, "weir-elasticsearch")),
          Map.entry("weir-metrics", Map.of(NAME, "weir-metrics")),
          Map.entry("weir-alertmanager", Map.of(NAME, "weir-alertmanager")),
          Map.entry("weir-pushgateway", Map.of(NAME, "weir-pushgateway")),
          Map.entry("weir-logs-rest", FLINK),
          Map.entry("weir-log-metrics-rest", FLINK),
          Map.entry("weir-metrics-rest", FLINK),
          Map.entry("weir-alerts-rest", FLINK));

  /** Who follows an option of {@code weir.yaml}. */
  private static final Map<String, List<Map<String, String>>> CALLERS_OF_JOBS =
      Map.of(
          "kafka.bootstrap-servers", List.of(FLINK, TASK),
          "elasticsearch.hosts", List.of(FLINK, TASK),
          "prometheus.remote-write.url", List.of(FLINK),
          "alertmanager.urls", List.of(FLINK),
          "report.pushgateway-url", List.of(TASK));

  /** Who follows a setting of {@code gateway.yaml}. */
  private static final Map<String, List<Map<String, String>>> CALLERS_OF_GATEWAYS =
      Map.of(
          "kafka.bootstrap-servers", gateways(),
          "elasticsearch.hosts", gateways(),
          "prometheus.url", gateways(),
          "alertmanager.url", List.of(QUERIES),
          "flink.url", List.of(QUERIES));

  /** What Grafana's data sources call, by the variable of its environment. */
  private static final Map<String, Flow> DATA_SOURCES =
      Map.of(
          "WEIR_GATEWAY", new Flow(Map.of(), QUERIES, 8080),
          "WEIR_SELF", new Flow(Map.of(), SELF, 9090),
          "WEIR_ELASTICSEARCH", new Flow(Map.of(), Map.of(NAME, "weir-elasticsearch"), 9200));

  /** Ports of pods by the names that services give them. */
  private static final Map<Object, Integer> PORT_NAMES = Map.of("http", 8080, "web", 9090);

  /** The address that the same file gives such a variable. */
  private static final Pattern DATA_SOURCE_ADDRESS =
      Pattern.compile("(WEIR_\\w+)[^()]*\\((https?)://([a-z-]+)\\.weir\\.svc(?::(\\d+))?\\b");

  private static final Pattern ADDRESS = Pattern.compile("(weir-[a-z0-9.-]+):(\\d+)");
  private static final Pattern VARIABLE = Pattern.compile("(?m)^ +url: \\$(\\w+)$");

  private final List<Manifest> objects = Kustomize.render("base");

  /** One pod that calls another's port. */
  private record Flow(Map<String, String> caller, Map<String, String> called, int port) {}

  private static Map<String, String> gateway(String component) {
    return Map.of(NAME, "weir-gateway", "app.kubernetes.io/component", component);
  }

  private static List<Map<String, String>> gateways() {
    return List.of(gateway("ingest"), gateway("search"), gateway("tail"), QUERIES);
  }

  @Test
  void jobsAndTasksReachWhatTheirOptionsName() {
    assertReached(
        Yaml.document(Repository.K8S.resolve("components/flink/weir.yaml")), CALLERS_OF_JOBS);
  }

  @Test
  void gatewaysReachWhatTheirSettingsName() {
    assertReached(
        Yaml.document(Repository.K8S.resolve("base/gateway/gateway.yaml")), CALLERS_OF_GATEWAYS);
  }

  private void assertReached(
      Map<String, Object> options, Map<String, List<Map<String, String>>> callers) {
    Set<String> named = new TreeSet<>();
    options.forEach(
        (key, value) -> {
          Matcher address = ADDRESS.matcher(value.toString());
          while (address.find()) {
            named.add(key);
            assertThat(callers).as("who calls " + address.group()).containsKey(key);
            String host = address.group(1).replaceFirst("^weir-alertmanager-\\d+\\.", "");
            assertThat(CALLED).as("pods of " + address.group()).containsKey(host);
            for (Map<String, String> caller : callers.get(key)) {
              assertOpen(
                  key, new Flow(caller, CALLED.get(host), Integer.parseInt(address.group(2))));
            }
          }
        });
    assertThat(named).isEqualTo(callers.keySet());
  }

  @Test
  void theLifecycleScriptReachesBothThatItCalls() {
    Matcher address =
        ADDRESS.matcher(Yaml.text(Repository.K8S.resolve("base/elasticsearch/apply-lifecycle.sh")));
    Set<String> called = new TreeSet<>();
    while (address.find()) {
      called.add(address.group(1));
      assertOpen(
          "apply-lifecycle.sh",
          new Flow(TASK, CALLED.get(address.group(1)), Integer.parseInt(address.group(2))));
    }
    assertThat(called).containsExactlyInAnyOrder("weir-es-http", "weir-pushgateway");
  }

  /** What stands in no file that people write: what the parts do among themselves. */
  @Test
  void whatBelongsTogetherReachesEachOther() {
    Map<String, String> elasticsearch = Map.of(NAME, "weir-elasticsearch");
    Map<String, String> alertmanager = Map.of(NAME, "weir-alertmanager");
    for (int port : List.of(6121, 6122, 6123, 6124, 8081)) {
      assertOpen("Flink", new Flow(FLINK, FLINK, port));
    }
    assertOpen("Elasticsearch", new Flow(elasticsearch, elasticsearch, 9300));
    assertOpen("Alertmanager", new Flow(alertmanager, alertmanager, 9094));
    assertOpen("audit.cluster-url", new Flow(AUDIT, FLINK, 8081));
    assertOpen("rules", new Flow(SELF, alertmanager, 9093));
    assertOpen("scrape", new Flow(SELF, FLINK, 9249));
    assertOpen("scrape", new Flow(SELF, Map.of(NAME, "weir-pushgateway"), 9091));
    gateways().forEach(gateway -> assertOpen("scrape", new Flow(SELF, gateway, 8080)));
  }

  @Test
  void othersOfTheClusterGetWhereTheyMust() {
    gateways().forEach(gateway -> assertThat(letsIn("ingress-nginx", gateway, 8080)).isTrue());
    assertThat(letsIn("flink-operator", FLINK, 8081)).isTrue();
    Map<String, String> solver = Map.of("acme.cert-manager.io/http01-solver", "true");
    assertThat(letsIn("ingress-nginx", solver, 8089)).isTrue();
    assertThat(letsIn("elastic-system", Map.of(NAME, "weir-elasticsearch"), 9200)).isTrue();
  }

  @Test
  void whatIsOutsideIsReached() {
    for (Map<String, String> caller : List.of(FLINK, AUDIT, SELF, gateway("search"))) {
      assertThat(letsOut(caller, 443)).as("S3 or the API of Kubernetes from " + caller).isTrue();
    }
    assertThat(letsOut(Map.of(NAME, "weir-alertmanager"), 443)).as("who is told").isTrue();
    for (Map<String, String> caller : List.of(FLINK, SELF, TASK, QUERIES)) {
      assertThat(opens(caller, "egress", "to", rule -> true, 53)).as("names").isTrue();
    }
  }

  @Test
  void grafanaReachesEveryDataSource() {
    String sources =
        Yaml.text(Repository.K8S.resolve("grafana/provisioning/datasources/weir.yaml"));
    Set<String> variables = new TreeSet<>();
    Matcher variable = VARIABLE.matcher(sources);
    while (variable.find()) {
      variables.add(variable.group(1));
    }

    assertThat(variables).isEqualTo(new TreeMap<>(DATA_SOURCES).keySet());
    variables.forEach(
        name -> {
          Flow flow = DATA_SOURCES.get(name);
          assertThat(letsIn("monitoring", flow.called(), flow.port())).as(name).isTrue();
        });
    Set<String> documented = new TreeSet<>();
    Matcher address = DATA_SOURCE_ADDRESS.matcher(sources.replaceAll("\\s*\n# ", " "));
    while (address.find()) {
      String name = address.group(1);
      documented.add(name);
      int port =
          address.group(4) != null
              ? Integer.parseInt(address.group(4))
              : address.group(2).equals("https") ? 443 : 80;
      assertThat(portOfPods(address.group(3), DATA_SOURCES.get(name).called(), port))
          .as(address.group())
          .isEqualTo(DATA_SOURCES.get(name).port());
    }
    assertThat(documented).isEqualTo(variables);
  }

  /** Where a service's port leads to; the services of Elasticsearch are its operator's. */
  private int portOfPods(String service, Map<String, String> called, int port) {
    if (service.equals("weir-es-http")) {
      return port;
    }
    Manifest found =
        objects.stream()
            .filter(object -> object.isA("Service") && object.name().equals(service))
            .findFirst()
            .orElseThrow();
    Map<String, Object> selector = Yaml.map(found.at("spec", "selector"));
    if (selector.containsKey(NAME)) {
      assertThat(selector).isEqualTo(called);
    }
    Object target =
        Yaml.maps(found.at("spec", "ports")).stream()
            .filter(entry -> entry.get("port").equals(port))
            .map(entry -> entry.get("targetPort"))
            .findFirst()
            .orElseThrow(() -> new AssertionError(service + " has no port " + port));
    return PORT_NAMES.getOrDefault(target, -1);
  }

  /** Addresses that are none of the namespace's do not have to be let through. */
  @Test
  void onlyPublicAddressesAreLeftOut() {
    for (String file : List.of("components/flink/weir.yaml", "base/gateway/gateway.yaml")) {
      Yaml.document(Repository.K8S.resolve(file))
          .forEach(
              (key, value) -> {
                if (value.toString().startsWith("http")
                    && !ADDRESS.matcher(value.toString()).find()) {
                  assertThat(URI.create(value.toString()).getHost()).as(key).contains(".");
                }
              });
    }
  }

  private void assertOpen(String about, Flow flow) {
    assertThat(
            opens(flow.caller(), "egress", "to", peer -> selects(peer, flow.called()), flow.port()))
        .as("%s: out of %s to %s, %s", about, flow.caller(), flow.called(), flow.port())
        .isTrue();
    assertThat(
            opens(
                flow.called(),
                "ingress",
                "from",
                peer -> selects(peer, flow.caller()),
                flow.port()))
        .as("%s: from %s into %s, %s", about, flow.caller(), flow.called(), flow.port())
        .isTrue();
  }

  private boolean letsIn(String namespace, Map<String, String> called, int port) {
    return opens(
        called,
        "ingress",
        "from",
        peer ->
            !peer.containsKey("podSelector")
                && namespace.equals(
                    Yaml.at(
                        peer, "namespaceSelector", "matchLabels", "kubernetes.io/metadata.name")),
        port);
  }

  private boolean letsOut(Map<String, String> caller, int port) {
    return opens(
        caller, "egress", "to", peer -> "0.0.0.0/0".equals(Yaml.at(peer, "ipBlock", "cidr")), port);
  }

  private static boolean selects(Map<String, Object> peer, Map<String, String> labels) {
    return peer.containsKey("podSelector")
        && !peer.containsKey("namespaceSelector")
        && covers(Yaml.map(Yaml.at(peer, "podSelector", "matchLabels")), labels);
  }

  private static boolean covers(Map<String, Object> selector, Map<String, String> labels) {
    return new HashMap<String, Object>(labels).entrySet().containsAll(selector.entrySet());
  }

  /** Whether some policy of a pod opens a port in a direction to somebody. */
  private boolean opens(
      Map<String, String> pod,
      String direction,
      String side,
      Predicate<Map<String, Object>> peer,
      int port) {
    return objects.stream()
        .filter(object -> object.isA("NetworkPolicy"))
        .filter(policy -> covers(Yaml.map(policy.at("spec", "podSelector", "matchLabels")), pod))
        .flatMap(policy -> Yaml.maps(policy.at("spec", direction)).stream())
        .anyMatch(
            rule ->
                Yaml.maps(rule.get(side)).stream().anyMatch(peer)
                    && (!rule.containsKey("ports")
                        || Yaml.maps(rule.get("ports")).stream()
                            .anyMatch(open -> open.get("port").equals(port))));
  }
}
