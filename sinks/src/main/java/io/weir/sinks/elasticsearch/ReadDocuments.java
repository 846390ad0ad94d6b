package io.weir.sinks.elasticsearch;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.weir.model.audit.FactBlock;
import io.weir.model.audit.FactCollector;
import io.weir.model.audit.Facts;
import io.weir.model.audit.TopicSpan;
import io.weir.model.json.DocumentFields;
import java.io.IOException;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.functions.RichFlatMapFunction;
import org.apache.flink.util.Collector;
import org.elasticsearch.client.Request;
import org.elasticsearch.client.RestClient;

/**
 * Says which offsets Elasticsearch has: spans of topics in, facts about their documents out. Reads
 * in the order of offset and index, page by page, from the columns alone: neither source nor id of
 * any document is fetched. A shard that does not answer fails the job; half an answer would look
 * like a loss.
 */
public final class ReadDocuments extends RichFlatMapFunction<TopicSpan, FactBlock> {
  private static final long serialVersionUID = 1;

  /** Most hits of one answer that Elasticsearch allows by default. */
  private static final int PAGE = 10_000;

  private static final String INDEX = "_index";

  private final ElasticsearchConnection connection;

  private transient RestClient client;
  private transient ObjectMapper json;

  /**
   * Creates the operator.
   *
   * @param connection where Elasticsearch is
   */
  public ReadDocuments(ElasticsearchConnection connection) {
    this.connection = requireNonNull(connection, "connection");
  }

  @Override
  public void open(OpenContext context) {
    client = connection.open(1);
    json = new ObjectMapper();
  }

  @Override
  public void flatMap(TopicSpan span, Collector<FactBlock> out) throws IOException {
    try (FactCollector facts = new FactCollector(span.topic(), out::collect)) {
      JsonNode after = null;
      JsonNode hits;
      do {
        hits = page(span, after);
        for (JsonNode hit : hits) {
          after = hit.path("sort");
          facts.add(span.partition(), after.path(0).asLong(), Facts.HOT);
        }
      } while (hits.size() == PAGE);
    }
  }

  private JsonNode page(TopicSpan span, JsonNode after) throws IOException {
    Request request = new Request("POST", "/logs-*/_search");
    request.addParameter("allow_no_indices", "true");
    request.addParameter("ignore_unavailable", "true");
    request.addParameter("allow_partial_search_results", "false");
    request.addParameter("filter_path", "timed_out,hits.hits.sort");
    request.setJsonEntity(body(span, after).toString());
    return MaintenanceRequests.perform(client, request).path("hits").path("hits");
  }

  private ObjectNode body(TopicSpan span, JsonNode after) {
    ObjectNode body = json.createObjectNode();
    body.put("size", PAGE);
    body.put("_source", false);
    body.put("stored_fields", "_none_");
    body.put("track_total_hits", false);
    ArrayNode filter = body.putObject("query").putObject("bool").putArray("filter");
    term(filter, DocumentFields.KAFKA_TOPIC, span.topic());
    term(filter, DocumentFields.KAFKA_TOPIC_CODE, span.topicCode());
    filter.addObject().putObject("term").put(DocumentFields.KAFKA_PARTITION, span.partition());
    filter
        .addObject()
        .putObject("range")
        .putObject(DocumentFields.KAFKA_OFFSET)
        .put("gte", after == null ? span.first() : after.path(0).asLong())
        .put("lt", span.end());
    ArrayNode sort = body.putArray("sort");
    sort.addObject().put(DocumentFields.KAFKA_OFFSET, "asc");
    sort.addObject().put(INDEX, "asc");
    if (after != null) {
      body.set("search_after", after);
    }
    return body;
  }

  private static void term(ArrayNode filter, String field, String value) {
    filter.addObject().putObject("term").put(field, value);
  }

  @Override
  public void close() throws IOException {
    if (client != null) {
      client.close();
    }
  }

  /**
   * Makes what was written before visible to searches.
   *
   * @throws IOException if Elasticsearch refuses it or does not answer
   */
  public static void refresh(ElasticsearchConnection connection) throws IOException {
    try (RestClient client = connection.open(1)) {
      Request request = new Request("POST", "/logs-*/_refresh");
      request.addParameter("allow_no_indices", "true");
      request.addParameter("ignore_unavailable", "true");
      MaintenanceRequests.perform(client, request);
    }
  }
}
