package io.weir.harness.e2e.agents;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import io.weir.harness.node.HarnessLayout;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Fluent Bit is not there to be run: its configuration is read, and held to what it promises. */
class FluentBitConfigTest {
  /** Keys of its documentation, by plugin. */
  private static final Map<String, Set<String>> KEYS =
      Map.of(
          "service",
          Set.of(
              "flush",
              "grace",
              "log_level",
              "http_server",
              "http_port",
              "storage.path",
              "storage.sync",
              "storage.checksum",
              "storage.max_chunks_up",
              "storage.backlog.mem_limit",
              "storage.metrics",
              "scheduler.base",
              "scheduler.cap"),
          "tail",
          Set.of(
              "path",
              "exclude_path",
              "multiline.parser",
              "db",
              "db.locking",
              "read_from_head",
              "refresh_interval",
              "buffer_max_size",
              "skip_long_lines",
              "storage.type"),
          "systemd",
          Set.of("db", "read_from_tail", "storage.type"),
          "multiline",
          Set.of("multiline.key_content", "multiline.parser", "mode"),
          "kubernetes",
          Set.of(
              "kube_tag_prefix",
              "merge_log",
              "keep_log",
              "k8s-logging.parser",
              "k8s-logging.exclude",
              "labels",
              "annotations",
              "buffer_size"),
          "lua",
          Set.of("call", "code"),
          "rewrite_tag",
          Set.of("rule", "emitter_name", "emitter_storage.type", "emitter_mem_buf_limit"),
          "modify",
          Set.of("remove"),
          "kafka",
          Set.of(
              "brokers",
              "topics",
              "format",
              "message_key_field",
              "timestamp_key",
              "timestamp_format",
              "retry_limit",
              "queue_full_retries",
              "storage.total_limit_size",
              "workers"));

  private static final Set<String> COMMON = Set.of("name", "alias", "match", "match_regex", "tag");

  /** Settings of librdkafka, behind {@code rdkafka.}. */
  private static final Set<String> RDKAFKA =
      Set.of(
          "client.id",
          "partitioner",
          "request.required.acks",
          "enable.idempotence",
          "message.timeout.ms",
          "queue.buffering.max.messages",
          "compression.codec",
          "linger.ms",
          "security.protocol",
          "sasl.mechanism",
          "sasl.username",
          "sasl.password",
          "ssl.ca.location");

  private JsonNode config;

  @BeforeEach
  void read() throws IOException {
    config =
        new ObjectMapper(new YAMLFactory())
            .readTree(HarnessLayout.find().root().resolve("k8s/agents/fluent-bit.yaml").toFile());
  }

  @Test
  void hasOnlySectionsAndKeysThatFluentBitKnows() {
    assertThat(names(config)).containsExactlyInAnyOrder("service", "pipeline");
    assertThat(names(config.path("pipeline")))
        .containsExactlyInAnyOrder("inputs", "filters", "outputs");
    assertThat(KEYS.get("service")).containsAll(names(config.path("service")));
    for (JsonNode section : config.path("pipeline")) {
      for (JsonNode plugin : section) {
        String name = plugin.path("name").asText();
        assertThat(KEYS).containsKey(name);
        for (String key : names(plugin)) {
          boolean known =
              COMMON.contains(key)
                  || KEYS.get(name).contains(key)
                  || (key.startsWith("rdkafka.")
                      && name.equals("kafka")
                      && RDKAFKA.contains(key.substring("rdkafka.".length())));
          assertThat(known).as("%s of %s", key, name).isTrue();
        }
      }
    }
  }

  @Test
  void flushesEachSecondAndBuffersOnDisk() {
    assertThat(config.path("service").path("flush").asInt()).isOne();
    assertThat(config.path("service").path("storage.path").asText()).isNotEmpty();
    assertThat(config.path("service").path("scheduler.cap").asInt()).isGreaterThan(1);
    for (JsonNode input : config.path("pipeline").path("inputs")) {
      assertThat(input.path("storage.type").asText()).isEqualTo("filesystem");
      assertThat(input.path("db").asText()).as("place in the files").isNotEmpty();
    }
    assertThat(plugins("inputs")).contains("tail", "systemd");
    assertThat(plugins("filters")).contains("kubernetes");
  }

  @Test
  void bothOutputsKeepThePromisesOfAProducer() {
    List<JsonNode> outputs = new ArrayList<>();
    config.path("pipeline").path("outputs").forEach(outputs::add);
    assertThat(outputs).hasSize(2);
    for (JsonNode output : outputs) {
      assertThat(output.path("name").asText()).isEqualTo("kafka");
      assertThat(output.path("retry_limit").asText()).isEqualTo("no_limits");
      assertThat(output.path("rdkafka.request.required.acks").asInt()).isEqualTo(-1);
      assertThat(output.path("rdkafka.partitioner").asText()).isEqualTo("murmur2_random");
      assertThat(output.path("rdkafka.enable.idempotence").asBoolean()).isTrue();
      assertThat(output.path("message_key_field").asText()).isEqualTo("service");
    }
    assertThat(output("weir_rest").path("storage.total_limit_size").asText()).isEqualTo("512M");
  }

  @Test
  void warningsAndAboveHaveAQueueAndAnOutputOfTheirOwn() {
    JsonNode rewrite = null;
    for (JsonNode filter : config.path("pipeline").path("filters")) {
      if (filter.path("name").asText().equals("rewrite_tag")) {
        rewrite = filter;
      }
    }
    assertThat(rewrite).isNotNull();
    // KEY REGEX NEW_TAG KEEP: the urgent record goes on under the new tag only.
    String[] rule = rewrite.path("rule").asText().split(" ");
    assertThat(rule).hasSize(4);
    assertThat(rule[2]).startsWith("urgent.");
    assertThat(rule[3]).isEqualTo("false");
    assertThat(rewrite.path("emitter_storage.type").asText()).isEqualTo("filesystem");
    assertThat(output("weir_urgent").path("match").asText()).isEqualTo("urgent.*");
    String rest = output("weir_rest").path("match_regex").asText();
    assertThat("urgent.kube.x").as("is not sent twice").doesNotMatch(rest + ".*");
    assertThat("kube.x").matches(rest + ".*");
    assertThat("node.x").matches(rest + ".*");
    assertThat(rewrite.path("match_regex").asText()).isEqualTo(rest);
  }

  private JsonNode output(String alias) {
    for (JsonNode output : config.path("pipeline").path("outputs")) {
      if (output.path("alias").asText().equals(alias)) {
        return output;
      }
    }
    throw new AssertionError("no output " + alias);
  }

  private List<String> plugins(String section) {
    List<String> names = new ArrayList<>();
    config
        .path("pipeline")
        .path(section)
        .forEach(plugin -> names.add(plugin.path("name").asText()));
    return names;
  }

  private static Set<String> names(JsonNode object) {
    Set<String> names = new HashSet<>();
    object.fieldNames().forEachRemaining(names::add);
    return names;
  }
}
