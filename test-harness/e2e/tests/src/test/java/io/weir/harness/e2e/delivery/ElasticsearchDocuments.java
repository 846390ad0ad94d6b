package io.weir.harness.e2e.delivery;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.weir.harness.node.ElasticsearchNode;
import io.weir.model.json.DocumentFields;
import io.weir.model.log.LogFlags;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.function.Consumer;

/** Every document of one topic in Elasticsearch, read through its plain HTTP API. */
final class ElasticsearchDocuments {
  private static final int PAGE = 5_000;
  private static final String KEEP_ALIVE = "2m";

  private final ObjectMapper mapper = new ObjectMapper();
  private final ElasticsearchNode node;
  private final String topic;

  ElasticsearchDocuments(ElasticsearchNode node, String topic) {
    this.node = node;
    this.topic = topic;
  }

  /**
   * A document.
   *
   * @param id its {@code _id}
   * @param index where it is
   * @param event what it says
   */
  record Document(String id, String index, StoredEvent event) {}

  /** Returns how many documents there are; what is not refreshed yet is made visible first. */
  long count() {
    refresh();
    ObjectNode body = mapper.createObjectNode();
    body.set("query", query());
    return json(node.send("POST", "/logs-*/_count", body.toString())).path("count").asLong();
  }

  /** Hands on every document, at one point in time. */
  void read(Consumer<Document> documents) {
    refresh();
    String pit =
        json(node.send("POST", "/logs-*/_pit?keep_alive=" + KEEP_ALIVE, "")).path("id").asText();
    JsonNode after = null;
    while (true) {
      ObjectNode body = mapper.createObjectNode();
      body.put("size", PAGE);
      body.put("track_total_hits", false);
      body.set("query", query());
      body.putObject("pit").put("id", pit).put("keep_alive", KEEP_ALIVE);
      body.putArray("sort").add("_shard_doc");
      if (after != null) {
        body.set("search_after", after);
      }
      JsonNode answer = json(node.send("POST", "/_search", body.toString()));
      if (answer.path("_shards").path("failed").asInt() > 0) {
        throw new IllegalStateException("shards failed: " + answer.path("_shards"));
      }
      pit = answer.path("pit_id").asText(pit);
      ArrayNode hits = (ArrayNode) answer.path("hits").path("hits");
      for (JsonNode hit : hits) {
        documents.accept(
            new Document(
                hit.path("_id").asText(), hit.path("_index").asText(), event(hit.path("_source"))));
      }
      if (hits.size() < PAGE) {
        break;
      }
      after = hits.get(hits.size() - 1).path("sort");
    }
    node.send("DELETE", "/_pit", mapper.createObjectNode().put("id", pit).toString());
  }

  private void refresh() {
    node.send("POST", "/logs-*/_refresh", "");
  }

  private ObjectNode query() {
    ObjectNode query = mapper.createObjectNode();
    query.putObject("term").put(DocumentFields.KAFKA_TOPIC, topic);
    return query;
  }

  private static StoredEvent event(JsonNode source) {
    Instant time = Instant.parse(source.path(DocumentFields.TIMESTAMP).asText());
    int flags = 0;
    for (JsonNode flag : source.path(DocumentFields.FLAGS)) {
      flags |= 1 << LogFlags.names().indexOf(flag.asText());
    }
    JsonNode fields = source.path(DocumentFields.FIELDS);
    return new StoredEvent(
        new Place(
            source.path(DocumentFields.KAFKA_PARTITION).asInt(),
            source.path(DocumentFields.KAFKA_OFFSET).asLong()),
        source.path(DocumentFields.KAFKA_TOPIC_CODE).asText(),
        time.getEpochSecond() * 1_000_000_000L + time.getNano(),
        source.path(DocumentFields.SERVICE).asText(),
        text(source, DocumentFields.HOST),
        text(source, DocumentFields.REGION),
        source.path(DocumentFields.LEVEL).asText(),
        source.path(DocumentFields.MESSAGE).asText(),
        fields.isMissingNode() ? JsonNodeFactory.instance.objectNode() : fields,
        text(source, DocumentFields.ID),
        text(source, DocumentFields.ORIGINAL_TIMESTAMP),
        flags,
        source.path(DocumentFields.APPEND_TIME).asLong());
  }

  private static String text(JsonNode source, String field) {
    JsonNode value = source.path(field);
    return value.isTextual() ? value.textValue() : null;
  }

  private JsonNode json(String text) {
    try {
      return mapper.readTree(text);
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }
}
