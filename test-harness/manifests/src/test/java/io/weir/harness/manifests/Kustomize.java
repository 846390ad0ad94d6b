package io.weir.harness.manifests;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Renders a folder as {@code kubectl kustomize} does, as far as the folders here go, so that they
 * can be tested where there is no kubectl; where there is one, a test compares the two. Anything
 * that it does not know is an error. Generated ConfigMaps keep their names, without the hash.
 */
final class Kustomize {
  private static final Set<String> KNOWN =
      Set.of(
          "apiVersion",
          "kind",
          "namespace",
          "labels",
          "resources",
          "components",
          "configMapGenerator",
          "patches",
          "images",
          "configurations");

  private static final Set<String> CLUSTER_SCOPED =
      Set.of("Namespace", "ClusterRole", "ClusterRoleBinding");

  private Kustomize() {}

  /** Returns the objects of a folder below {@code k8s/}. */
  static List<Manifest> render(String folder) {
    List<Manifest> objects = new ArrayList<>();
    accumulate(Repository.K8S.resolve(folder).normalize(), objects);
    return List.copyOf(objects);
  }

  private static void accumulate(Path folder, List<Manifest> objects) {
    Map<String, Object> kustomization = Yaml.document(folder.resolve("kustomization.yaml"));
    for (String key : kustomization.keySet()) {
      if (!KNOWN.contains(key)) {
        throw new IllegalArgumentException(folder + ": '" + key + "' is not known here");
      }
    }
    List<Manifest> own = new ArrayList<>();
    for (Object resource : Yaml.list(kustomization.get("resources"))) {
      Path path = folder.resolve(resource.toString()).normalize();
      if (Files.isDirectory(path)) {
        accumulate(path, own);
      } else {
        Yaml.documents(path).forEach(tree -> own.add(new Manifest(Yaml.map(Yaml.copy(tree)))));
      }
    }
    boolean component = "Component".equals(kustomization.get("kind"));
    if (!component) {
      Yaml.maps(kustomization.get("configMapGenerator"))
          .forEach(generator -> generate(folder, generator, own));
    }
    for (Object part : Yaml.list(kustomization.get("components"))) {
      accumulate(folder.resolve(part.toString()).normalize(), own);
    }
    if (component) {
      // It changes what it is put on.
      objects.addAll(own);
      Yaml.maps(kustomization.get("configMapGenerator"))
          .forEach(generator -> generate(folder, generator, objects));
      Yaml.maps(kustomization.get("patches")).forEach(patch -> patch(folder, patch, objects));
      return;
    }
    Yaml.maps(kustomization.get("patches")).forEach(patch -> patch(folder, patch, own));
    own.forEach(object -> transform(kustomization, object));
    objects.addAll(own);
  }

  private static void generate(Path folder, Map<String, Object> generator, List<Manifest> own) {
    Map<String, Object> data = new LinkedHashMap<>();
    for (Object entry : Yaml.list(generator.get("files"))) {
      String[] parts = entry.toString().split("=", 2);
      Path file = folder.resolve(parts[parts.length - 1]);
      data.put(parts.length == 2 ? parts[0] : file.getFileName().toString(), Yaml.text(file));
    }
    for (Object literal : Yaml.list(generator.get("literals"))) {
      String[] parts = literal.toString().split("=", 2);
      data.put(parts[0], parts[1]);
    }
    String name = generator.get("name").toString();
    Object behavior = generator.get("behavior");
    if (behavior != null) {
      Manifest there =
          own.stream()
              .filter(object -> object.isA("ConfigMap") && object.name().equals(name))
              .findFirst()
              .orElseThrow(() -> new IllegalArgumentException(folder + ": no ConfigMap " + name));
      if (behavior.equals("merge")) {
        Yaml.map(there.at("data")).forEach(data::putIfAbsent);
      } else if (!behavior.equals("replace")) {
        throw new IllegalArgumentException(folder + ": '" + behavior + "' is not known here");
      }
      there.tree().put("data", data);
      return;
    }
    Map<String, Object> tree = new LinkedHashMap<>();
    tree.put("apiVersion", "v1");
    tree.put("kind", "ConfigMap");
    Map<String, Object> metadata = new LinkedHashMap<>(Map.of("name", name));
    Map<String, Object> options = Yaml.map(generator.get("options"));
    for (String option : options.keySet()) {
      switch (option) {
        case "labels" -> metadata.put("labels", Yaml.copy(options.get(option)));
        case "disableNameSuffixHash" -> {} // There are no hashes here.
        default ->
            throw new IllegalArgumentException(folder + ": '" + option + "' is not known here");
      }
    }
    tree.put("metadata", metadata);
    tree.put("data", data);
    own.add(new Manifest(tree));
  }

  private static void patch(Path folder, Map<String, Object> entry, List<Manifest> own) {
    String text =
        entry.containsKey("path")
            ? Yaml.text(folder.resolve(entry.get("path").toString()))
            : entry.get("patch").toString();
    Object patch = Yaml.tree(text);
    List<Manifest> targets = own.stream().filter(object -> isTarget(entry, patch, object)).toList();
    if (targets.isEmpty()) {
      throw new IllegalArgumentException(folder + ": a patch meets nothing: " + entry);
    }
    for (Manifest target : targets) {
      if (patch instanceof List<?>) {
        Patches.apply(target.tree(), Yaml.maps(patch));
      } else {
        Map<String, Object> overlay = Yaml.map(Yaml.copy(patch));
        overlay.remove("metadata");
        Map<String, Object> metadata = Yaml.map(Yaml.copy(Yaml.at(patch, "metadata")));
        metadata.remove("name");
        overlay.put("metadata", metadata);
        Patches.merge(
            target.tree(), overlay, !target.group().contains(".") || isKubernetes(target));
      }
    }
  }

  private static boolean isKubernetes(Manifest object) {
    return object.group().endsWith(".k8s.io");
  }

  private static boolean isTarget(Map<String, Object> entry, Object patch, Manifest object) {
    Map<String, Object> target = Yaml.map(entry.get("target"));
    if (target.isEmpty()) {
      return object.kind().equals(Yaml.at(patch, "kind"))
          && object.name().equals(Yaml.at(patch, "metadata", "name"));
    }
    return matches(target.get("kind"), object.kind()) && matches(target.get("name"), object.name());
  }

  private static boolean matches(Object pattern, String text) {
    return pattern == null || Pattern.matches(pattern.toString(), text);
  }

  private static void transform(Map<String, Object> kustomization, Manifest object) {
    Map<String, Object> metadata = Yaml.map(object.tree().get("metadata"));
    if (kustomization.containsKey("namespace") && !CLUSTER_SCOPED.contains(object.kind())) {
      metadata.put("namespace", kustomization.get("namespace"));
    }
    for (Map<String, Object> labels : Yaml.maps(kustomization.get("labels"))) {
      Map<String, Object> all = Yaml.map(metadata.get("labels"));
      all.putAll(Yaml.map(labels.get("pairs")));
      metadata.put("labels", all);
    }
    for (Map<String, Object> image : Yaml.maps(kustomization.get("images"))) {
      object.walk((key, map) -> rename(image, map));
    }
  }

  private static void rename(Map<String, Object> image, Map<String, Object> map) {
    if (image.get("name").equals(map.get("image"))) {
      map.put("image", image.get("newName") + ":" + image.get("newTag"));
    }
  }
}
