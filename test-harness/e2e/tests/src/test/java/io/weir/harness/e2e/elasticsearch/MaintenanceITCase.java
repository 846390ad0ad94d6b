package io.weir.harness.e2e.elasticsearch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.weir.harness.e2e.SharedNodes;
import io.weir.harness.node.ElasticsearchNode;
import io.weir.harness.node.HarnessLayout;
import io.weir.model.index.PromotedFields;
import io.weir.sinks.elasticsearch.ElasticsearchConnection;
import io.weir.sinks.elasticsearch.ElasticsearchException;
import io.weir.sinks.elasticsearch.HotRetention;
import io.weir.sinks.elasticsearch.IndexTemplateSettings;
import io.weir.sinks.elasticsearch.IndexTemplates;
import io.weir.sinks.elasticsearch.IndexTemplates.Action;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import org.elasticsearch.client.RestClient;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Index template and retention, against a real node. */
@ExtendWith(SharedNodes.class)
class MaintenanceITCase {
  private static final IndexTemplateSettings ONE =
      new IndexTemplateSettings(1, 0, Duration.ofSeconds(1), true, 200, PromotedFields.NONE);
  private static final IndexTemplateSettings TWO =
      new IndexTemplateSettings(
          2,
          0,
          Duration.ofSeconds(3),
          false,
          300,
          PromotedFields.parse(List.of("http.status=long", "user=keyword")));

  /** Long before the hours of any other test. */
  private static final Clock CLOCK =
      Clock.fixed(Instant.parse("2001-02-10T12:30:00Z"), ZoneOffset.UTC);

  private final ElasticsearchNode node;
  private static final int VERSION = 2;

  private final RestClient client;

  MaintenanceITCase(ElasticsearchNode node) {
    this.node = node;
    this.client = ElasticsearchConnection.to(node.uri().toString()).open(1);
  }

  @AfterEach
  void close() throws Exception {
    new IndexTemplates(client).install(ONE);
    client.close();
  }

  @Test
  void installsTheTemplateOnceAndAgainWhenItsSettingsChange() throws Exception {
    deleteTemplate();
    IndexTemplates templates = new IndexTemplates(client);

    assertThat(templates.install(ONE))
        .isEqualTo(new IndexTemplates.Report(Action.CREATED, VERSION, 0));
    assertThat(templates.install(ONE))
        .isEqualTo(new IndexTemplates.Report(Action.UNCHANGED, VERSION, VERSION));
    assertThat(templates.install(TWO))
        .isEqualTo(new IndexTemplates.Report(Action.UPDATED, VERSION, VERSION))
        .hasToString("index template weir-logs: updated, version 2 with other settings");

    node.send("PUT", "/logs-2001-01-01-00", "");
    try {
      JsonNode settings =
          node.get("/logs-2001-01-01-00/_settings").at("/logs-2001-01-01-00/settings/index");
      assertThat(settings.path("number_of_shards").asText()).isEqualTo("2");
      assertThat(settings.path("number_of_replicas").asText()).isEqualTo("0");
      assertThat(settings.path("refresh_interval").asText()).isEqualTo("3000ms");
      assertThat(settings.path("codec").asText()).isEqualTo("default");
      assertThat(settings.at("/mapping/total_fields/limit").asText()).isEqualTo("300");
      JsonNode mappings =
          node.get("/logs-2001-01-01-00/_mapping").at("/logs-2001-01-01-00/mappings");
      assertThat(mappings.path("dynamic").asText()).isEqualTo("false");
      assertThat(mappings.at("/properties/timestamp/type").asText()).isEqualTo("date_nanos");
      assertThat(mappings.at("/properties/fields/enabled").asBoolean(true)).isFalse();
      JsonNode promoted = mappings.at("/properties/promoted/properties");
      assertThat(promoted.path("http.status").path("type").asText()).isEqualTo("long");
      assertThat(promoted.path("user").path("type").asText()).isEqualTo("keyword");
    } finally {
      node.send("DELETE", "/logs-2001-01-01-00", "");
    }
  }

  @Test
  void replacesAnOlderTemplateAndDoesNotTakeBackANewerOne() throws Exception {
    IndexTemplates templates = new IndexTemplates(client);
    putTemplateOfVersion(0);

    assertThat(templates.install(ONE))
        .isEqualTo(new IndexTemplates.Report(Action.UPDATED, VERSION, 0));

    putTemplateOfVersion(99);
    assertThatThrownBy(() -> templates.install(ONE))
        .isInstanceOf(ElasticsearchException.class)
        .hasMessageContaining("has version 99, this program brings version 2");
    assertThat(
            node.get("/_index_template/weir-logs")
                .at("/index_templates/0/index_template/version")
                .asInt())
        .isEqualTo(99);
    deleteTemplate();
  }

  @Test
  void deletesExpiredIndicesAndNothingElse() throws Exception {
    List<String> expired =
        List.of(
            "logs-2001-01-10-11",
            "logs-late-2001-01-10",
            "logs-2001-01-11-11"); // ended 30 days and 30 minutes ago
    List<String> kept = List.of("logs-2001-01-11-13", "logs-late-2001-01-11");
    List<String> foreign = List.of("logs-1999", "logs-2001-01-10-11-shrunk", "logs-app-default");
    List<String> all = new ArrayList<>(expired);
    all.addAll(kept);
    all.addAll(foreign);
    new IndexTemplates(client).install(ONE);
    all.forEach(name -> node.send("PUT", "/" + name, ""));
    node.send("PUT", "/logs-2001-01-10-11/_create/1?refresh=true", "{\"message\":\"a\"}");
    node.send("POST", "/logs-2001-01-11-11/_close", "");
    try {
      HotRetention retention = new HotRetention(client, CLOCK, Duration.ofDays(30));

      HotRetention.Report plan = retention.run(true);

      assertThat(plan.dryRun()).isTrue();
      assertThat(plan.expired())
          .extracting(HotRetention.Expired::name)
          .containsExactlyElementsOf(expired);
      assertThat(names()).containsAll(all);

      HotRetention.Report report = retention.run(false);

      assertThat(report.expired()).isEqualTo(plan.expired());
      assertThat(report.failed()).isEmpty();
      assertThat(report.kept()).isGreaterThanOrEqualTo(kept.size());
      assertThat(report.unrecognised()).containsAll(foreign);
      assertThat(report.documents()).isEqualTo(1);
      assertThat(report.bytes()).isPositive();
      assertThat(names())
          .containsAll(kept)
          .containsAll(foreign)
          .doesNotContainAnyElementsOf(expired);
      assertThat(retention.run(false).expired()).as("a second run").isEmpty();
    } finally {
      kept.forEach(name -> node.send("DELETE", "/" + name, ""));
      foreign.forEach(name -> node.send("DELETE", "/" + name, ""));
    }
  }

  /**
   * What the lifecycle policy of a real cluster does to an index, done by hand, because this node
   * has no x-pack. It refuses the policy's setting, which is why the template does not carry it.
   */
  @Test
  void anIndexAtRestIsSearchedAndDeletedLikeAnyOther() throws Exception {
    String index = "/logs-2001-01-10-10";
    new IndexTemplates(client).install(ONE);
    node.send("PUT", index + "/_create/1?refresh=true", "{\"message\":\"a\"}");
    node.send("PUT", index + "/_create/2?refresh=true", "{\"message\":\"b\"}");
    JsonNode policy =
        new ObjectMapper()
            .readTree(
                HarnessLayout.find()
                    .root()
                    .resolve("k8s/base/elasticsearch/lifecycle-policy.json")
                    .toFile());
    JsonNode warm = policy.at("/policy/phases/warm/actions");
    assertThat(warm.has("readonly")).isTrue();
    assertThatThrownBy(
            () -> node.send("PUT", index + "/_settings", "{\"index.lifecycle.name\":\"x\"}"))
        .hasMessageContaining("index.lifecycle.name");

    node.send("PUT", index + "/_block/write", "");
    node.send(
        "POST",
        index + "/_forcemerge?max_num_segments=" + warm.at("/forcemerge/max_num_segments").asInt(),
        "");

    assertThat(node.get(index + "/_stats/segments").at("/_all/primaries/segments/count").asInt())
        .isOne();
    assertThat(node.get(index + "/_count").path("count").asInt()).isEqualTo(2);
    HotRetention.Report report = new HotRetention(client, CLOCK, Duration.ofDays(30)).run(false);
    assertThat(report.failed()).isEmpty();
    assertThat(report.expired())
        .extracting(HotRetention.Expired::name)
        .containsExactly("logs-2001-01-10-10");
    assertThat(names()).doesNotContain("logs-2001-01-10-10");
  }

  private void deleteTemplate() {
    if (!node.get("/_index_template/weir-*").at("/index_templates").isEmpty()) {
      node.send("DELETE", "/_index_template/weir-logs", "");
    }
  }

  private void putTemplateOfVersion(int version) {
    node.send(
        "PUT",
        "/_index_template/weir-logs",
        "{\"index_patterns\":[\"logs-2*-*-*-*\"],\"version\":" + version + "}");
  }

  private List<String> names() {
    List<String> names = new ArrayList<>();
    node.get("/_cat/indices/logs-*?format=json&h=index&expand_wildcards=all")
        .forEach(index -> names.add(index.path("index").asText()));
    return names;
  }
}
