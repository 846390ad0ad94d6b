package io.weir.harness.e2e.elasticsearch;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.weir.harness.node.ElasticsearchNode;
import io.weir.model.json.DocumentFields;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;

/** Reads back what one Kafka topic's events have become, through the node's own API. */
final class StoredDocuments {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int PAGE = 5_000;

  private final ElasticsearchNode node;
  private final String topic;

  StoredDocuments(ElasticsearchNode node, String topic) {
    this.node = node;
    this.topic = topic;
  }

  /** Returns how many documents all open hot indices hold. */
  long count() {
    return countIn("logs-*");
  }

  /** Returns how many documents of the topic an index holds. */
  long countIn(String indices) {
    return count(indices, query());
  }

  /** Returns how many documents of the topic match a query as well. */
  long countMatching(String query) {
    return count("logs-*", "{\"bool\":{\"filter\":[" + query() + "," + query + "]}}");
  }

  private long count(String indices, String query) {
    refresh();
    return json(node.send(
            "POST", "/" + indices + "/_count?ignore_unavailable=true", "{\"query\":" + query + "}"))
        .path("count")
        .asLong();
  }

  /** Returns the offsets of all documents, ascending; an offset that is there twice comes twice. */
  List<Long> offsets() {
    refresh();
    List<Long> offsets = new ArrayList<>();
    String after = "";
    while (true) {
      JsonNode hits =
          json(node.send(
                  "POST",
                  "/logs-*/_search",
                  "{\"size\":"
                      + PAGE
                      + ",\"_source\":false,\"query\":"
                      + query()
                      + ",\"sort\":[{\"kafka_offset\":\"asc\"},{\"_index\":\"asc\"}]"
                      + after
                      + "}"))
              .at("/hits/hits");
      for (JsonNode hit : hits) {
        offsets.add(hit.at("/sort/0").asLong());
      }
      if (hits.size() < PAGE) {
        return offsets;
      }
      after = ",\"search_after\":" + hits.get(PAGE - 1).get("sort");
    }
  }

  /** Returns the sources of at most 1,000 documents. */
  List<JsonNode> sources() {
    refresh();
    List<JsonNode> sources = new ArrayList<>();
    json(node.send("POST", "/logs-*/_search", "{\"size\":1000,\"query\":" + query() + "}"))
        .at("/hits/hits")
        .forEach(hit -> sources.add(hit.get("_source")));
    return sources;
  }

  private void refresh() {
    node.send("POST", "/logs-*/_refresh", "");
  }

  private String query() {
    return "{\"term\":{\"" + DocumentFields.KAFKA_TOPIC + "\":\"" + topic + "\"}}";
  }

  private static JsonNode json(String text) {
    try {
      return JSON.readTree(text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
