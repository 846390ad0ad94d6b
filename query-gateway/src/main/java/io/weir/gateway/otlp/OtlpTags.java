package io.weir.gateway.otlp;

import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.resource.v1.Resource;
import io.weir.model.json.MetricPointJson;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Tags of a series: what identifies the resource, and the point's attributes. Where both have a
 * name, the resource keeps it and the point's is called {@code exported_<name>}, or the series of
 * two hosts could become one. Attributes whose names become the same are joined by {@code ;}.
 */
final class OtlpTags {
  /** Attributes of a resource that are tags of each of its series; the first there counts. */
  private static final Map<String, List<String>> IDENTITY =
      Map.of(
          "service", List.of("service.name"),
          "service_namespace", List.of("service.namespace"),
          "instance", List.of("service.instance.id"),
          "host", List.of("host.name", "k8s.node.name"),
          "pod", List.of("k8s.pod.name"),
          "region", List.of("cloud.region"));

  private static final String EXPORTED = "exported_";

  private final Map<String, String> identity = new TreeMap<>();
  private final Map<String, String> rest = new TreeMap<>();

  OtlpTags(Resource resource) throws RejectedPointException {
    Map<String, String> attributes = new TreeMap<>();
    for (KeyValue attribute : resource.getAttributesList()) {
      String text = AnyValues.text(attribute.getValue());
      if (!text.isEmpty()) {
        attributes.putIfAbsent(attribute.getKey(), text);
      }
    }
    for (Map.Entry<String, List<String>> tag : IDENTITY.entrySet()) {
      for (String name : tag.getValue()) {
        String value = attributes.get(name);
        if (value != null) {
          identity.put(tag.getKey(), checked(tag.getKey(), value));
          attributes.remove(name);
          break;
        }
      }
    }
    attributes.forEach(this::describe);
  }

  /** Only a description: what does not fit is cut, and no series depends on it. */
  private void describe(String key, String value) {
    String name = OtlpNames.tag(key);
    if (name != null
        && !identity.containsKey(name)
        && identity.size() + rest.size() < MetricPointJson.MAX_TAGS) {
      rest.putIfAbsent(name, cut(value));
    }
  }

  private static String cut(String value) {
    if (value.length() <= MetricPointJson.MAX_TAG_VALUE) {
      return value;
    }
    int end = MetricPointJson.MAX_TAG_VALUE;
    return value.substring(0, Character.isHighSurrogate(value.charAt(end - 1)) ? end - 1 : end);
  }

  /** Returns the tags of {@code target_info}, which describes the resource; empty without need. */
  Map<String, String> description() {
    if (rest.isEmpty()) {
      return Map.of();
    }
    Map<String, String> all = new TreeMap<>(rest);
    all.putAll(identity);
    return all;
  }

  /** Returns the tags of a point. */
  Map<String, String> of(List<KeyValue> attributes) throws RejectedPointException {
    Map<String, String> tags = new TreeMap<>();
    for (KeyValue attribute : attributes) {
      String name = OtlpNames.tag(attribute.getKey());
      if (name == null) {
        throw new RejectedPointException(
            "invalid_tags", "'" + abbreviated(attribute.getKey()) + "' is no name of a tag");
      }
      String value = AnyValues.text(attribute.getValue());
      if (value.isEmpty()) {
        continue;
      }
      String free = identity.containsKey(name) ? EXPORTED + name : name;
      tags.put(free, checked(free, tags.containsKey(free) ? tags.get(free) + ";" + value : value));
    }
    tags.putAll(identity);
    if (tags.size() > MetricPointJson.MAX_TAGS) {
      throw new RejectedPointException(
          "invalid_tags", "more than " + MetricPointJson.MAX_TAGS + " attributes");
    }
    return tags;
  }

  private static String checked(String name, String value) throws RejectedPointException {
    if (value.length() > MetricPointJson.MAX_TAG_VALUE) {
      // Cut, two series could become one.
      throw new RejectedPointException(
          "invalid_tags", name + " has more than " + MetricPointJson.MAX_TAG_VALUE + " characters");
    }
    return value;
  }

  private static String abbreviated(String text) {
    return text.length() <= 60 ? text : text.substring(0, 60) + "...";
  }
}
