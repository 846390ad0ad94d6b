package io.weir.sinks.elasticsearch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.weir.model.index.PromotedFields;
import io.weir.model.json.DocumentFields;
import io.weir.model.json.FieldTerms;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import org.junit.jupiter.api.Test;

class IndexTemplatesTest {
  private static final IndexTemplateSettings SETTINGS =
      new IndexTemplateSettings(3, 2, Duration.ofSeconds(7), false, 77, PromotedFields.NONE);

  @Test
  void mapsEveryFieldOfADocumentAndNoOther() {
    JsonNode properties = IndexTemplates.render(SETTINGS).at("/template/mappings/properties");

    Iterable<String> mapped = properties::fieldNames;
    assertThat(mapped).containsExactlyInAnyOrderElementsOf(DocumentFields.ALL);
  }

  @Test
  void indexesEveryTermThatIsWritten() {
    JsonNode terms =
        IndexTemplates.render(SETTINGS)
            .at("/template/mappings/properties")
            .get(DocumentFields.FIELD_TERMS);

    assertThat(terms.get("ignore_above").intValue())
        .isGreaterThanOrEqualTo(FieldTerms.MAX_TERM_CHARS);
  }

  @Test
  void mapsPromotedFieldsByTheirTypes() {
    PromotedFields promoted =
        PromotedFields.parse(List.of("http.status=long", "ms=double", "user=keyword"));

    ObjectNode template = IndexTemplates.render(withPromoted(promoted));

    assertThat(template.at("/template/mappings/properties/promoted"))
        .hasToString(
            "{\"type\":\"object\",\"subobjects\":false,\"properties\":{"
                + "\"http.status\":{\"type\":\"long\",\"ignore_malformed\":true},"
                + "\"ms\":{\"type\":\"double\",\"ignore_malformed\":true},"
                + "\"user\":{\"type\":\"keyword\",\"ignore_above\":1024}}}");
    assertThat(template.get("version").intValue()).isEqualTo(2);
    assertThat(template.at("/_meta/digest").textValue())
        .isNotEqualTo(digest(withPromoted(PromotedFields.NONE)));
  }

  @Test
  void needsRoomForPromotedFields() {
    List<String> many =
        java.util.stream.IntStream.range(0, 48).mapToObj(i -> "f" + i + "=long").toList();

    assertThatThrownBy(() -> withPromoted(PromotedFields.parse(many)))
        .hasMessageContaining("total fields 77 must be at least 78 for 48 promoted fields");
  }

  private static IndexTemplateSettings withPromoted(PromotedFields promoted) {
    return new IndexTemplateSettings(3, 2, Duration.ofSeconds(7), false, 77, promoted);
  }

  @Test
  void takesItsSettingsFromParameters() {
    JsonNode index = IndexTemplates.render(SETTINGS).at("/template/settings/index");

    assertThat(index.get("number_of_shards").intValue()).isEqualTo(3);
    assertThat(index.get("number_of_replicas").intValue()).isEqualTo(2);
    assertThat(index.get("refresh_interval").textValue()).isEqualTo("7000ms");
    assertThat(index.get("codec").textValue()).isEqualTo("default");
    assertThat(index.at("/mapping/total_fields/limit").intValue()).isEqualTo(77);
    assertThat(
            IndexTemplates.render(IndexTemplateSettings.DEFAULT)
                .at("/template/settings/index/codec")
                .textValue())
        .isEqualTo("best_compression");
  }

  @Test
  void hasADigestThatTellsSettingsApart() {
    String digest = digest(SETTINGS);

    assertThat(digest).hasSize(64).isEqualTo(digest(SETTINGS));
    assertThat(digest).isNotEqualTo(digest(IndexTemplateSettings.DEFAULT));
  }

  @Test
  void matchesHotIndicesAndNoDataStreams() {
    List<String> patterns = new java.util.ArrayList<>();
    Iterator<JsonNode> elements = IndexTemplates.render(SETTINGS).get("index_patterns").elements();
    elements.forEachRemaining(p -> patterns.add(p.textValue().replace("*", ".*")));

    assertThat(List.of("logs-2026-03-29-10", "logs-late-2026-03-29"))
        .allMatch(name -> patterns.stream().anyMatch(name::matches));
    assertThat(List.of("logs-nginx-default", "logs-2fa-default", "logs-late-arrivals-default"))
        .noneMatch(name -> patterns.stream().anyMatch(name::matches));
  }

  @Test
  void isWrittenAnewForEachInstallation() {
    ObjectNode first = IndexTemplates.render(SETTINGS);
    first.removeAll();

    assertThat(IndexTemplates.render(SETTINGS).isEmpty()).isFalse();
  }

  @Test
  void checksItsSettings() {
    assertThatThrownBy(
            () ->
                new IndexTemplateSettings(
                    0, -1, Duration.ofMillis(999), true, 1, PromotedFields.NONE))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("shards 0")
        .hasMessageContaining("replicas -1")
        .hasMessageContaining("refresh interval PT0.999S")
        .hasMessageContaining("total fields 1");
  }

  private static String digest(IndexTemplateSettings settings) {
    return IndexTemplates.render(settings).at("/_meta/digest").textValue();
  }
}
