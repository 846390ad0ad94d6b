package io.weir.harness.manifests;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/** The two kinds of patches that kustomize has, as far as the manifests here use them. */
final class Patches {
  /** How items of lists are told apart where Kubernetes merges them. */
  private static final List<String> MERGE_KEYS = List.of("name", "mountPath", "containerPort");

  private static final Set<String> REPLACED_LISTS = Set.of("args", "command", "items");

  private Patches() {}

  /**
   * Lays a tree over another: maps are joined, null removes, lists are replaced.
   *
   * @param mergesLists whether lists of named items are joined by their names, as in kinds that
   *     Kubernetes itself has
   */
  static void merge(Map<String, Object> target, Map<String, Object> patch, boolean mergesLists) {
    patch.forEach(
        (key, value) -> {
          Object old = target.get(key);
          if (value == null) {
            target.remove(key);
          } else if (value instanceof Map<?, ?> && old instanceof Map<?, ?>) {
            merge(Yaml.map(old), Yaml.map(value), mergesLists);
          } else if (mergesLists
              && !REPLACED_LISTS.contains(key)
              && old instanceof List<?>
              && mergeKey(value) != null) {
            mergeLists(Yaml.list(old), Yaml.list(value), mergeKey(value));
          } else {
            target.put(key, Yaml.copy(value));
          }
        });
  }

  private static String mergeKey(Object list) {
    return MERGE_KEYS.stream()
        .filter(
            key ->
                !Yaml.list(list).isEmpty()
                    && Yaml.list(list).stream()
                        .allMatch(item -> item instanceof Map<?, ?> map && map.containsKey(key)))
        .findFirst()
        .orElse(null);
  }

  private static void mergeLists(List<Object> target, List<Object> patch, String key) {
    for (Object item : patch) {
      Object old =
          target.stream()
              .filter(there -> Objects.equals(Yaml.at(there, key), Yaml.at(item, key)))
              .findFirst()
              .orElse(null);
      if (old == null) {
        target.add(Yaml.copy(item));
      } else {
        merge(Yaml.map(old), Yaml.map(item), true);
      }
    }
  }

  /**
   * Applies operations of RFC 6902: add, remove, replace, test.
   *
   * @throws IllegalArgumentException naming the path that is not there, or the test that fails
   */
  static void apply(Map<String, Object> target, List<Map<String, Object>> operations) {
    for (Map<String, Object> operation : operations) {
      List<String> path = new ArrayList<>();
      for (String part : operation.get("path").toString().substring(1).split("/")) {
        path.add(part.replace("~1", "/").replace("~0", "~"));
      }
      String last = path.remove(path.size() - 1);
      Object parent = target;
      for (String part : path) {
        parent = child(parent, part, operation);
      }
      apply(parent, last, operation);
    }
  }

  private static void apply(Object parent, String last, Map<String, Object> operation) {
    String op = operation.get("op").toString();
    Object value = Yaml.copy(operation.get("value"));
    boolean exists = op.equals("add") || child(parent, last, operation) != null;
    if (op.equals("test")) {
      if (!child(parent, last, operation).equals(value)) {
        throw new IllegalArgumentException("test fails: " + operation);
      }
    } else if (op.equals("remove") && exists) {
      if (parent instanceof Map<?, ?>) {
        Yaml.map(parent).remove(last);
      } else {
        Yaml.list(parent).remove(Integer.parseInt(last));
      }
    } else if (op.equals("add") || op.equals("replace")) {
      put(parent, last, value, op.equals("add"));
    } else {
      throw new IllegalArgumentException("unknown operation: " + operation);
    }
  }

  private static void put(Object parent, String last, Object value, boolean adds) {
    if (parent instanceof Map<?, ?>) {
      Yaml.map(parent).put(last, value);
    } else if (last.equals("-")) {
      Yaml.list(parent).add(value);
    } else if (adds) {
      Yaml.list(parent).add(Integer.parseInt(last), value);
    } else {
      Yaml.list(parent).set(Integer.parseInt(last), value);
    }
  }

  private static Object child(Object parent, String key, Map<String, Object> operation) {
    Object child = null;
    if (parent instanceof Map<?, ?> map) {
      child = map.get(key);
    } else if (parent instanceof List<?> list && Integer.parseInt(key) < list.size()) {
      child = list.get(Integer.parseInt(key));
    }
    if (child == null) {
      throw new IllegalArgumentException("nothing at '" + key + "' of " + operation);
    }
    return child;
  }
}
