package io.weir.harness.manifests;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** YAML as trees of maps, lists and scalars; keys that stand twice are errors. */
final class Yaml {
  private Yaml() {}

  static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Returns the documents of a file that are maps; empty ones are left out. */
  static List<Map<String, Object>> documents(Path file) {
    return documents(text(file), file.toString());
  }

  static List<Map<String, Object>> documents(String text, String name) {
    LoadSettings settings =
        LoadSettings.builder().setLabel(name).setAllowDuplicateKeys(false).build();
    List<Map<String, Object>> documents = new ArrayList<>();
    for (Object document : new Load(settings).loadAllFromString(text)) {
      if (document != null) {
        documents.add(map(document));
      }
    }
    return documents;
  }

  static Object tree(String text) {
    return new Load(LoadSettings.builder().build()).loadFromString(text);
  }

  static Map<String, Object> document(Path file) {
    List<Map<String, Object>> documents = documents(file);
    if (documents.size() != 1) {
      throw new IllegalArgumentException(file + " has " + documents.size() + " documents");
    }
    return documents.get(0);
  }

  @SuppressWarnings("unchecked")
  static Map<String, Object> map(Object value) {
    return value == null ? new LinkedHashMap<>() : (Map<String, Object>) value;
  }

  @SuppressWarnings("unchecked")
  static List<Object> list(Object value) {
    return value == null ? new ArrayList<>() : (List<Object>) value;
  }

  static List<Map<String, Object>> maps(Object value) {
    return list(value).stream().map(Yaml::map).toList();
  }

  /** Returns what stands under these keys, null where a step is missing. */
  static Object at(Object tree, String... path) {
    Object value = tree;
    for (String key : path) {
      value = value instanceof Map<?, ?> map ? map.get(key) : null;
    }
    return value;
  }

  /** Returns a copy that shares nothing that could change. */
  static Object copy(Object tree) {
    if (tree instanceof Map<?, ?> map) {
      Map<String, Object> copy = new LinkedHashMap<>();
      map.forEach((key, value) -> copy.put(key.toString(), copy(value)));
      return copy;
    }
    if (tree instanceof List<?> list) {
      List<Object> copy = new ArrayList<>();
      list.forEach(value -> copy.add(copy(value)));
      return copy;
    }
    return tree;
  }
}
