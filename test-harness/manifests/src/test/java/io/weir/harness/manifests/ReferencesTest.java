package io.weir.harness.manifests;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What one object names is there: maps, secrets, keys, accounts, mounts, classes, labels. */
class ReferencesTest {
  /** What a script names as a file of its own folder. */
  private static final Pattern BESIDE_A_SCRIPT = Pattern.compile("\\$\\{0%/\\*}/([\\w-][\\w.-]*)");

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
  void everyConfigMapAndSecretIsThereWithTheKeyThatIsWanted(String overlay) {
    List<Manifest> objects = Kustomize.render(overlay);
    String listed = overlay.equals("agents") ? "agents" : "secrets";
    Map<String, Set<String>> maps = keysOf(objects, "ConfigMap", "data");
    Map<String, Set<String>> secrets = keysOf(objects, "Secret", "stringData");
    Yaml.map(Yaml.document(Repository.K8S.resolve("secrets.yaml")).get(listed))
        .forEach((name, entry) -> secrets.put(name, texts(Yaml.at(entry, "keys"))));
    List<String> missing = new ArrayList<>();
    Set<String> used = new HashSet<>();

    for (Manifest object : objects) {
      object.walk(
          (key, map) -> {
            switch (key) {
              case "configMap" -> check(object, maps, map.get("name"), map, missing, used);
              case "configMapKeyRef" -> check(object, maps, map.get("name"), map, missing, used);
              case "secret" -> {
                Object name =
                    map.containsKey("secretName") ? map.get("secretName") : map.get("name");
                check(object, secrets, name, map, missing, used);
              }
              case "secretKeyRef", "keySecret", "passwordSecretRef" ->
                  check(object, secrets, map.get("name"), map, missing, used);
              case "roles", "fileRealm", "tls", "spec" -> {
                if (map.containsKey("secretName")) {
                  check(object, secrets, map.get("secretName"), map, missing, used);
                }
              }
              default -> {}
            }
          });
    }

    assertThat(missing).isEmpty();
    if (overlay.equals("grafana")) {
      // Its maps are found by their labels.
      return;
    }
    assertThat(used).as("a map that nothing uses").containsAll(maps.keySet());
    if (!overlay.equals("restore")) {
      assertThat(used).as("a secret that nothing uses").containsAll(secrets.keySet());
    }
  }

  private static void check(
      Manifest object,
      Map<String, Set<String>> known,
      Object name,
      Map<String, Object> reference,
      List<String> missing,
      Set<String> used) {
    if (name == null) {
      return;
    }
    used.add(name.toString());
    Set<String> keys = known.get(name.toString());
    if (keys == null) {
      missing.add(object + " names " + name);
      return;
    }
    Set<String> wanted = new TreeSet<>();
    if (reference.get("key") != null) {
      wanted.add(reference.get("key").toString());
    }
    Yaml.maps(reference.get("items")).forEach(item -> wanted.add(item.get("key").toString()));
    wanted.removeAll(keys);
    if (!wanted.isEmpty()) {
      missing.add(object + " wants " + wanted + " of " + name);
    }
  }

  private static Map<String, Set<String>> keysOf(
      List<Manifest> objects, String kind, String field) {
    Map<String, Set<String>> keys = new HashMap<>();
    objects.stream()
        .filter(object -> object.isA(kind))
        .forEach(object -> keys.put(object.name(), Yaml.map(object.at(field)).keySet()));
    return keys;
  }

  private static Set<String> texts(Object list) {
    Set<String> texts = new HashSet<>();
    Yaml.list(list).forEach(item -> texts.add(item.toString()));
    return texts;
  }

  @ParameterizedTest
  @ValueSource(strings = {"overlays/dev", "overlays/1tb-day", "overlays/peak", "restore", "agents"})
  void everyMountHasItsVolumeAndEveryVolumeItsMount(String overlay) {
    for (Manifest object : Kustomize.render(overlay)) {
      for (Manifest.Pod pod : object.pods()) {
        Set<Object> volumes = new HashSet<>();
        pod.volumes().forEach(volume -> volumes.add(volume.get("name")));
        Yaml.maps(object.at("spec", "volumeClaimTemplates"))
            .forEach(claim -> volumes.add(Yaml.at(claim, "metadata", "name")));
        Set<Object> mounts = new HashSet<>();
        Set<Object> paths = new HashSet<>();
        for (Map<String, Object> container : pod.containers()) {
          paths.clear();
          Yaml.maps(container.get("volumeMounts"))
              .forEach(
                  mount -> {
                    mounts.add(mount.get("name"));
                    assertThat(paths.add(mount.get("mountPath"))).as("%s twice", mount).isTrue();
                  });
        }
        assertThat(mounts).as(object.toString()).isEqualTo(volumes);
      }
    }
  }

  /** A key of a map that is mounted as a folder is named by the path of its file alone. */
  @ParameterizedTest
  @ValueSource(strings = {"overlays/dev", "overlays/1tb-day", "overlays/peak", "restore", "agents"})
  void everyFileOfAMountedMapThatIsNamedIsAKeyOfIt(String overlay) {
    List<Manifest> objects = Kustomize.render(overlay);
    Map<String, Set<String>> maps = keysOf(objects, "ConfigMap", "data");
    Set<String> found = new TreeSet<>();
    List<String> missing = new ArrayList<>();
    for (Manifest object : objects) {
      Set<String> texts = new HashSet<>();
      objects.stream()
          // A session's jobs run in its pods.
          .filter(part -> part == object || object.name().equals(part.at("spec", "deploymentName")))
          .forEach(
              part ->
                  part.walk((key, map) -> map.values().forEach(value -> addTexts(value, texts))));
      for (MountedMap mounted : mountedMaps(object)) {
        for (String text : texts) {
          Matcher file = mounted.file().matcher(text);
          while (file.find()) {
            found.add(mounted.map() + "/" + file.group(1));
            if (!maps.get(mounted.map()).contains(file.group(1))) {
              missing.add(object + " names " + file.group() + ", no key of " + mounted.map());
            }
          }
        }
      }
    }

    assertThat(missing).isEmpty();
    assertThat(found).as("files that are named").isNotEmpty();
    if (overlay.startsWith("overlays/")) {
      assertThat(found)
          .extracting(name -> name.replaceFirst("-[0-9a-z]{10}/", "/"))
          .contains("weir-hot-lifecycle/apply.sh");
    }
    for (Manifest map : objects) {
      if (map.isA("ConfigMap")) {
        Map<String, Object> data = Yaml.map(map.at("data"));
        Matcher beside = BESIDE_A_SCRIPT.matcher(data.values().toString());
        while (beside.find()) {
          assertThat(data).as(map.toString()).containsKey(beside.group(1));
        }
      }
    }
  }

  /**
   * A map that is mounted whole.
   *
   * @param file what names a file in it; its group is the key
   */
  private record MountedMap(String map, Pattern file) {}

  private static Set<MountedMap> mountedMaps(Manifest object) {
    Set<MountedMap> mounted = new HashSet<>();
    for (Manifest.Pod pod : object.pods()) {
      Map<Object, Object> volumes = new HashMap<>();
      pod.volumes()
          .forEach(volume -> volumes.put(volume.get("name"), Yaml.at(volume, "configMap")));
      for (Map<String, Object> container : pod.containers()) {
        List<Map<String, Object>> mounts = Yaml.maps(container.get("volumeMounts"));
        for (Map<String, Object> mount : mounts) {
          Map<String, Object> map = Yaml.map(volumes.get(mount.get("name")));
          if (map.get("name") != null && map.get("items") == null && mount.get("subPath") == null) {
            String path = mount.get("mountPath").toString();
            mounted.add(
                new MountedMap(
                    map.get("name").toString(),
                    Pattern.compile(
                        "(?<![\\w.-])"
                            + Pattern.quote(path)
                            + others(path, mounts)
                            + "/([\\w.-]+)")));
          }
        }
      }
    }
    return mounted;
  }

  /** Folders of other mounts below this one. */
  private static String others(String path, List<Map<String, Object>> mounts) {
    return mounts.stream()
        .map(mount -> mount.get("mountPath").toString())
        .filter(other -> other.startsWith(path + "/"))
        .map(other -> "(?!" + Pattern.quote(other.substring(path.length())) + ")")
        .collect(Collectors.joining());
  }

  private static void addTexts(Object value, Set<String> texts) {
    if (value instanceof String text) {
      texts.add(text);
    } else if (value instanceof List<?> list) {
      list.forEach(item -> addTexts(item, texts));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"overlays/dev", "overlays/1tb-day", "overlays/peak", "restore"})
  void everyMainClassExists(String overlay) throws ClassNotFoundException, NoSuchMethodException {
    Set<String> classes = new TreeSet<>();
    for (Manifest object : Kustomize.render(overlay)) {
      object.walk(
          (key, map) -> {
            if (map.get("entryClass") != null) {
              classes.add(map.get("entryClass").toString());
            }
            for (Object word : Yaml.list(map.get("command"))) {
              if (word.toString().startsWith("io.weir.")) {
                classes.add(word.toString());
              }
            }
          });
    }
    assertThat(classes).isNotEmpty();
    for (String name : classes) {
      assertThat(Class.forName(name).getMethod("main", String[].class)).isNotNull();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"overlays/dev", "overlays/1tb-day", "overlays/peak", "agents"})
  void everyServiceAndMonitorFindsPods(String overlay) {
    List<Manifest> objects = Kustomize.render(overlay);
    List<Map<String, Object>> labels = new ArrayList<>();
    objects.forEach(object -> object.pods().forEach(pod -> labels.add(pod.labels())));
    List<Map<String, Object>> services = new ArrayList<>();
    for (Manifest object : objects) {
      if (object.isA("Service")) {
        services.add(Yaml.map(object.at("metadata", "labels")));
      }
      if (object.isA("Prometheus")) {
        Map<String, Object> made =
            new HashMap<>(Yaml.map(object.at("spec", "podMetadata", "labels")));
        made.put("prometheus", object.name());
        labels.add(made);
      }
    }
    for (Manifest object : objects) {
      switch (object.kind()) {
        case "Service" -> assertSelects(object, object.at("spec", "selector"), labels);
        case "PodMonitor", "PodDisruptionBudget" ->
            assertSelects(object, object.at("spec", "selector", "matchLabels"), labels);
        case "ServiceMonitor" ->
            assertSelects(object, object.at("spec", "selector", "matchLabels"), services);
        default -> {}
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"overlays/dev", "overlays/1tb-day", "overlays/peak"})
  void everyPortOfAServiceThatIsNamedIsThere(String overlay) {
    List<Manifest> objects = Kustomize.render(overlay);
    Map<String, Set<String>> ports = new HashMap<>();
    List<Manifest> services = objects.stream().filter(object -> object.isA("Service")).toList();
    services.forEach(
        service -> {
          Set<String> names = new HashSet<>();
          Yaml.maps(service.at("spec", "ports"))
              .forEach(port -> names.add(String.valueOf(port.get("name"))));
          ports.put(service.name(), names);
        });
    int named = 0;
    for (Manifest object : objects) {
      if (object.isA("ServiceMonitor")) {
        Map<String, Object> wanted = Yaml.map(object.at("spec", "selector", "matchLabels"));
        for (Manifest service : services) {
          Map<String, Object> labels = Yaml.map(service.at("metadata", "labels"));
          if (labels.entrySet().containsAll(wanted.entrySet())) {
            for (Map<String, Object> endpoint : Yaml.maps(object.at("spec", "endpoints"))) {
              assertThat(ports.get(service.name()))
                  .as(object + " of " + service)
                  .contains(endpoint.get("port").toString());
              named++;
            }
          }
        }
      }
      if (object.isA("Ingress")) {
        for (Map<String, Object> rule : Yaml.maps(object.at("spec", "rules"))) {
          for (Map<String, Object> path : Yaml.maps(Yaml.at(rule, "http", "paths"))) {
            String service = Yaml.at(path, "backend", "service", "name").toString();
            assertThat(ports.get(service))
                .as(object + " to " + service)
                .contains(Yaml.at(path, "backend", "service", "port", "name").toString());
            named++;
          }
        }
      }
    }
    assertThat(named).as("ports that are named").isGreaterThan(10);
  }

  /** What the contract has, but for what is of the pod alone. */
  @Test
  void everyCallIsReachedThroughTheIngress() {
    Manifest ingress =
        Kustomize.render("base").stream()
            .filter(object -> object.isA("Ingress"))
            .findFirst()
            .orElseThrow();
    List<Map<String, Object>> paths =
        Yaml.maps(Yaml.at(Yaml.maps(ingress.at("spec", "rules")).get(0), "http", "paths"));
    Map<String, Object> contract =
        Yaml.document(Repository.ROOT.resolve("query-gateway/src/main/resources/openapi.yaml"));
    List<String> calls = new ArrayList<>(Yaml.map(contract.get("paths")).keySet());
    calls.removeAll(List.of("/health", "/ready", "/metrics"));

    assertThat(calls).isNotEmpty().allMatch(call -> isReached(call, paths));
    assertThat(isReached("/metrics", paths)).isFalse();
  }

  private static boolean isReached(String call, List<Map<String, Object>> paths) {
    return paths.stream()
        .anyMatch(
            path ->
                call.equals(path.get("path"))
                    || "Prefix".equals(path.get("pathType"))
                        && call.startsWith(path.get("path") + "/"));
  }

  private static void assertSelects(
      Manifest object, Object selector, List<Map<String, Object>> labels) {
    assertThat(labels)
        .as("%s selects %s", object, selector)
        .anyMatch(pod -> pod.entrySet().containsAll(Yaml.map(selector).entrySet()));
  }

  @ParameterizedTest
  @ValueSource(strings = {"overlays/dev", "overlays/1tb-day", "overlays/peak"})
  void whatScalesAndServesIsThere(String overlay) {
    List<Manifest> objects = Kustomize.render(overlay);
    Set<String> names = new HashSet<>();
    objects.forEach(object -> names.add(object.toString()));
    for (Manifest object : objects) {
      object.walk(
          (key, map) -> {
            switch (key) {
              case "scaleTargetRef" ->
                  assertThat(names).contains(map.get("kind") + "/" + map.get("name"));
              case "service" -> assertThat(names).contains("Service/" + map.get("name"));
              case "roleRef", "issuerRef", "subjects" ->
                  assertThat(names).contains(map.get("kind") + "/" + map.get("name"));
              default -> {}
            }
            if (map.get("serviceAccountName") != null) {
              assertThat(names).contains("ServiceAccount/" + map.get("serviceAccountName"));
            }
          });
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"overlays/dev", "overlays/1tb-day", "overlays/peak", "restore"})
  void everyPodIsRestricted(String overlay) {
    for (Manifest object : Kustomize.render(overlay)) {
      for (Manifest.Pod pod : object.pods()) {
        assertThat(Yaml.at(pod.spec(), "securityContext", "runAsNonRoot"))
            .as(object.toString())
            .isEqualTo(true);
        assertThat(Yaml.at(pod.spec(), "securityContext", "seccompProfile", "type"))
            .as(object.toString())
            .isEqualTo("RuntimeDefault");
        for (Map<String, Object> container : pod.containers()) {
          assertThat(Yaml.at(container, "securityContext", "allowPrivilegeEscalation"))
              .as(object + " " + container.get("name"))
              .isEqualTo(false);
          assertThat(Yaml.at(container, "securityContext", "capabilities", "drop"))
              .as(object + " " + container.get("name"))
              .isEqualTo(List.of("ALL"));
        }
      }
    }
  }
}
