package io.weir.harness.manifests;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** Each Kafka user may do to topics what its programs do, and nothing that others rely on. */
class KafkaUsersTest {
  private static final List<String> USERS = List.of("weir-jobs", "weir-gateway", "weir-agents");

  /** What writes to each topic, by the programs: docs/architecture.md. */
  private static final Map<String, Set<String>> WRITERS =
      Map.of(
          "logs", Set.of("weir-agents", "weir-gateway", "weir-jobs"),
          "metrics", Set.of("weir-gateway", "weir-jobs"),
          "logs-dead-letters", Set.of("weir-jobs"),
          "metrics-dead-letters", Set.of("weir-jobs"),
          "alert-rules", Set.of("weir-gateway"),
          "dashboards", Set.of("weir-gateway"),
          "alert-state", Set.of("weir-jobs"),
          "alert-history", Set.of("weir-jobs"));

  private static final Map<String, Set<String>> READERS =
      Map.of(
          "logs", Set.of("weir-gateway", "weir-jobs"),
          "metrics", Set.of("weir-jobs"),
          "logs-dead-letters", Set.of("weir-gateway", "weir-jobs"),
          "metrics-dead-letters", Set.of("weir-gateway", "weir-jobs"),
          "alert-rules", Set.of("weir-gateway", "weir-jobs"),
          "dashboards", Set.of("weir-gateway"),
          "alert-state", Set.of("weir-gateway"),
          "alert-history", Set.of("weir-gateway"));

  private final List<Manifest> objects = Kustomize.render("base");

  @Test
  void everyTopicIsWrittenAndReadByThoseAlone() {
    Set<String> topics = new TreeSet<>();
    for (Manifest object : objects) {
      if (object.isA("KafkaTopic")) {
        String topic = object.name();
        topics.add(topic);
        assertThat(those("Write", topic)).as("write " + topic).isEqualTo(WRITERS.get(topic));
        assertThat(those("Read", topic)).as("read " + topic).isEqualTo(READERS.get(topic));
      }
    }
    assertThat(topics).isEqualTo(WRITERS.keySet()).isEqualTo(READERS.keySet());
  }

  @Test
  void checkTopicsMayMakeAndCompareEveryTopic() {
    for (String topic : WRITERS.keySet()) {
      for (String operation : List.of("Create", "Describe", "DescribeConfigs")) {
        assertThat(may("weir-jobs", operation, topic)).as(operation + " " + topic).isTrue();
      }
    }
  }

  private Set<String> those(String operation, String topic) {
    Set<String> users = new TreeSet<>();
    for (String user : USERS) {
      if (may(user, operation, topic)) {
        users.add(user);
      }
    }
    return users;
  }

  private boolean may(String user, String operation, String topic) {
    Manifest entry =
        objects.stream()
            .filter(object -> object.toString().equals("KafkaUser/" + user))
            .findFirst()
            .orElseThrow();
    return Yaml.maps(entry.at("spec", "authorization", "acls")).stream()
        .anyMatch(
            acl ->
                "topic".equals(Yaml.at(acl, "resource", "type"))
                    && covers(Yaml.map(acl.get("resource")), topic)
                    && Yaml.list(acl.get("operations")).contains(operation));
  }

  private static boolean covers(Map<String, Object> resource, String topic) {
    String name = resource.get("name").toString();
    return "prefix".equals(resource.get("patternType"))
        ? topic.startsWith(name)
        : topic.equals(name);
  }
}
