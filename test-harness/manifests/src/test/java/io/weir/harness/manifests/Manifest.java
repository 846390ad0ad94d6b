package io.weir.harness.manifests;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;

/**
 * One object of a manifest.
 *
 * @param tree all of it
 */
record Manifest(Map<String, Object> tree) {

  String apiVersion() {
    return String.valueOf(tree.get("apiVersion"));
  }

  /** Group without its version, empty for the core's. */
  String group() {
    int slash = apiVersion().indexOf('/');
    return slash < 0 ? "" : apiVersion().substring(0, slash);
  }

  String kind() {
    return String.valueOf(tree.get("kind"));
  }

  String name() {
    return String.valueOf(Yaml.at(tree, "metadata", "name"));
  }

  boolean isA(String kind) {
    return kind.equals(kind());
  }

  Object at(String... path) {
    return Yaml.at(tree, path);
  }

  /** A pod that some controller would make of this object. */
  record Pod(Map<String, Object> labels, Map<String, Object> spec) {
    List<Map<String, Object>> containers() {
      List<Map<String, Object>> all = new ArrayList<>(Yaml.maps(spec.get("initContainers")));
      all.addAll(Yaml.maps(spec.get("containers")));
      return all;
    }

    /** The container that does the work, beside those that prepare it. */
    Map<String, Object> mainContainer() {
      return Yaml.maps(spec.get("containers")).get(0);
    }

    List<Map<String, Object>> volumes() {
      return Yaml.maps(spec.get("volumes"));
    }
  }

  /** The pods of the kinds that have a pod template somewhere. */
  List<Pod> pods() {
    return switch (kind()) {
      case "DaemonSet", "Deployment", "StatefulSet", "Job" -> List.of(pod(at("spec", "template")));
      case "CronJob" -> List.of(pod(at("spec", "jobTemplate", "spec", "template")));
      case "FlinkDeployment" -> List.of(pod(at("spec", "podTemplate")));
      case "Elasticsearch" ->
          Yaml.maps(at("spec", "nodeSets")).stream()
              .map(nodes -> pod(nodes.get("podTemplate")))
              .toList();
      default -> List.of();
    };
  }

  private static Pod pod(Object template) {
    return new Pod(
        Yaml.map(Yaml.at(template, "metadata", "labels")), Yaml.map(Yaml.at(template, "spec")));
  }

  /** Calls somebody with every map in the tree and the key it stands under. */
  void walk(BiConsumer<String, Map<String, Object>> visitor) {
    walk("", tree, visitor);
  }

  private static void walk(
      String key, Object value, BiConsumer<String, Map<String, Object>> visitor) {
    if (value instanceof Map<?, ?>) {
      visitor.accept(key, Yaml.map(value));
      Yaml.map(value).forEach((name, child) -> walk(name, child, visitor));
    } else if (value instanceof List<?>) {
      Yaml.list(value).forEach(child -> walk(key, child, visitor));
    }
  }

  @Override
  public String toString() {
    return kind() + "/" + name();
  }
}
