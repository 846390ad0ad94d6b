package io.weir.harness.manifests;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Lays down, in a folder that stands for its root, what the main container of a pod mounts of
 * ConfigMaps and Secrets: maps as they are rendered, Secrets with the keys that {@code
 * k8s/secrets.yaml} lists. What a pod does not mount it does not find.
 */
final class PodFiles {
  /** What a program could not do without understanding it. */
  static final String JAAS = "org.apache.kafka.common.security.scram.ScramLoginModule x;";

  private static final Map<String, String> CONTENTS =
      Map.of("sasl.jaas.config", JAAS, "keys.json", "{\"keys\": []}");

  private final List<Manifest> objects;
  private final Path root;

  private PodFiles(List<Manifest> objects, Path root) {
    this.objects = objects;
    this.root = root;
  }

  /**
   * @param objects that are there, maps among them
   * @param pod whose mounts are laid down
   * @param root is made
   */
  static void mount(List<Manifest> objects, Manifest.Pod pod, Path root) {
    PodFiles files = new PodFiles(objects, root);
    for (Map<String, Object> mount : Yaml.maps(pod.mainContainer().get("volumeMounts"))) {
      pod.volumes().stream()
          .filter(volume -> volume.get("name").equals(mount.get("name")))
          .forEach(volume -> files.lay(volume, mount.get("mountPath").toString()));
    }
  }

  private void lay(Map<String, Object> volume, String at) {
    Map<String, String> contents = new LinkedHashMap<>();
    if (volume.containsKey("configMap")) {
      Object name = Yaml.at(volume, "configMap", "name");
      objects.stream()
          .filter(object -> object.isA("ConfigMap") && object.name().equals(name))
          .forEach(
              map ->
                  Yaml.map(map.at("data"))
                      .forEach((key, text) -> contents.put(key, text.toString())));
    } else if (volume.containsKey("secret")) {
      Object name = Yaml.at(volume, "secret", "secretName");
      Map<String, Object> secrets =
          Yaml.map(Yaml.document(Repository.K8S.resolve("secrets.yaml")).get("secrets"));
      Yaml.list(Yaml.at(secrets.get(name), "keys"))
          .forEach(key -> contents.put(key.toString(), secret(key.toString())));
    }
    contents.forEach((key, text) -> write(at + "/" + key, inside(text)));
  }

  private static String secret(String key) {
    return key.equals("ca.crt")
        ? Yaml.text(Repository.ROOT.resolve("test-harness/manifests/src/test/resources/ca.crt"))
        : CONTENTS.getOrDefault(key, "secret");
  }

  /** Paths lead to the root that stands for the pod's. */
  private String inside(String text) {
    return text.replace("/run/secrets", root + "/run/secrets").replace("/etc/", root + "/etc/");
  }

  private void write(String path, String text) {
    try {
      Path file = root.resolve(path.substring(1));
      Files.createDirectories(file.getParent());
      Files.writeString(file, text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
