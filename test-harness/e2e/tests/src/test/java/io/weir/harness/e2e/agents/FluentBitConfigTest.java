package io.weir.harness.e2e.agents;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import io.weir.harness.node.HarnessLayout;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import party.iroiro.luajava.Lua;
import party.iroiro.luajava.LuaException;
import party.iroiro.luajava.luajit.LuaJit;

/**
 * Fluent Bit is not there to be run: its configuration is read, and held to what it promises. Its
 * script is run, in the interpreter that Fluent Bit has.
 */
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
          Set.of(
              "multiline.key_content",
              "multiline.parser",
              "emitter_name",
              "emitter_storage.type",
              "emitter_mem_buf_limit"),
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

  private static final Pattern SIZE = Pattern.compile("\\d+[KMG]");
  private static final Pattern SWITCH = Pattern.compile("on|off|true|false");

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

  /** Values by key: what Fluent Bit would take for something else it does not complain about. */
  private static final Map<String, Pattern> VALUES =
      Map.ofEntries(
          Map.entry("flush", Pattern.compile("\\d+")),
          Map.entry("grace", Pattern.compile("\\d+")),
          Map.entry("storage.type", Pattern.compile("filesystem")),
          Map.entry("emitter_storage.type", Pattern.compile("filesystem")),
          Map.entry("emitter_mem_buf_limit", SIZE),
          Map.entry("buffer_max_size", SIZE),
          Map.entry("buffer_size", SIZE),
          Map.entry("storage.backlog.mem_limit", SIZE),
          Map.entry("storage.total_limit_size", SIZE),
          Map.entry("storage.metrics", SWITCH),
          Map.entry("storage.checksum", SWITCH),
          Map.entry("http_server", SWITCH),
          Map.entry("db.locking", SWITCH),
          Map.entry("read_from_head", SWITCH),
          Map.entry("read_from_tail", SWITCH),
          Map.entry("skip_long_lines", SWITCH),
          Map.entry("merge_log", SWITCH),
          Map.entry("keep_log", SWITCH),
          Map.entry("labels", SWITCH),
          Map.entry("annotations", SWITCH),
          Map.entry("rdkafka.enable.idempotence", SWITCH),
          // Its own; in any order.
          Map.entry("multiline.parser", Pattern.compile("(cri|docker|go|java|python|ruby|, )+")),
          Map.entry("format", Pattern.compile("json")),
          Map.entry("timestamp_format", Pattern.compile("iso8601(_ns)?|double")),
          Map.entry("rdkafka.compression.codec", Pattern.compile("lz4|zstd|gzip|snappy")));

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
          if (VALUES.containsKey(key)) {
            assertThat(plugin.path(key).asText())
                .as("%s of %s", key, name)
                .matches(VALUES.get(key));
          }
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

  /** An emitter holds what a filter has put aside; by default 10 MB of it, in memory. */
  @Test
  void filtersThatPutRecordsAsideKeepThemOnDisk() {
    for (String name : List.of("multiline", "rewrite_tag")) {
      JsonNode filter = filter(name);
      assertThat(filter.path("emitter_storage.type").asText()).as(name).isEqualTo("filesystem");
      assertThat(filter.path("emitter_name").asText()).as(name).isNotEmpty();
    }
    // Any other mode than the default, "parser", leaves the parsers aside.
    assertThat(filter("multiline").has("mode")).isFalse();
    assertThat(filter("multiline").path("multiline.parser").asText()).contains("java");
  }

  @Test
  void whatWeirReadsAsWarnOrAboveIsUrgent() throws LuaException {
    try (Lua lua = script()) {
      for (LevelCases.Case each : LevelCases.all()) {
        // A line that is JSON is merged into the record and kept beside.
        Map<String, Object> record = new HashMap<>();
        record.put("log", each.line());
        if (each.record() != null) {
          record.putAll(each.record());
        }
        Map<String, Object> shipped = run(lua, record);
        Object queue = shipped.remove("weir_queue");
        assertThat(queue)
            .as("%s", record)
            .isEqualTo(LevelCases.isUrgent(record) ? "urgent" : "rest");
      }
    }
  }

  @Test
  void theKeyIsTheServiceAndTheJournalsPriorityCountsWhereAProgramGaveIt() throws LuaException {
    try (Lua lua = script()) {
      Map<String, Object> pod =
          Map.of("labels", Map.of("app", "shop"), "container_name", "main", "host", "node-1");
      assertThat(run(lua, Map.of("log", "x", "kubernetes", pod)))
          .containsEntry("service", "shop")
          .containsEntry("host", "node-1")
          .containsEntry("weir_queue", "rest");
      assertThat(run(lua, Map.of("log", "x", "kubernetes", Map.of("container_name", "main"))))
          .containsEntry("service", "main");
      assertThat(run(lua, Map.of("MESSAGE", "x", "PRIORITY", "3", "SYSLOG_IDENTIFIER", "sshd")))
          .containsEntry("service", "sshd")
          .containsEntry("weir_queue", "urgent");
      assertThat(run(lua, Map.of("MESSAGE", "ERROR x", "PRIORITY", "6", "_TRANSPORT", "stdout")))
          .containsEntry("service", "node")
          .containsEntry("weir_queue", "urgent")
          .doesNotContainKey("PRIORITY");
      assertThat(run(lua, Map.of("MESSAGE", "ERROR x", "PRIORITY", "6", "_TRANSPORT", "syslog")))
          .containsEntry("weir_queue", "rest")
          .containsKey("PRIORITY");
    }
  }

  private Lua script() throws LuaException {
    Lua lua = new LuaJit();
    lua.openLibraries();
    lua.run(filter("lua").path("code").asText());
    return lua;
  }

  /** Calls the script as Fluent Bit does: tag, time and record; code, time and record. */
  private static Map<String, Object> run(Lua lua, Map<String, Object> record) throws LuaException {
    lua.getGlobal("weir");
    lua.push("kube.any");
    lua.push(0L);
    lua.push(record, Lua.Conversion.FULL);
    lua.pCall(3, 3);
    assertThat(lua.toObject(-3)).isEqualTo(2.0);
    Map<String, Object> shipped = new HashMap<>();
    lua.toMap(-1).forEach((key, value) -> shipped.put(key.toString(), value));
    lua.pop(3);
    return shipped;
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
    JsonNode rewrite = filter("rewrite_tag");
    // KEY REGEX NEW_TAG KEEP: the urgent record goes on under the new tag only.
    String[] rule = rewrite.path("rule").asText().split(" ");
    assertThat(rule).hasSize(4);
    assertThat(rule[2]).startsWith("urgent.");
    assertThat(rule[3]).isEqualTo("false");
    assertThat(output("weir_urgent").path("match").asText()).isEqualTo("urgent.*");
    String rest = output("weir_rest").path("match_regex").asText();
    assertThat("urgent.kube.x").as("is not sent twice").doesNotMatch(rest + ".*");
    assertThat("kube.x").matches(rest + ".*");
    assertThat("node.x").matches(rest + ".*");
    assertThat(rewrite.path("match_regex").asText()).isEqualTo(rest);
  }

  private JsonNode filter(String name) {
    for (JsonNode filter : config.path("pipeline").path("filters")) {
      if (filter.path("name").asText().equals(name)) {
        return filter;
      }
    }
    throw new AssertionError("no filter " + name);
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
