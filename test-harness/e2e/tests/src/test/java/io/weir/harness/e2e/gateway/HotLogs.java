package io.weir.harness.e2e.gateway;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.weir.harness.node.ElasticsearchNode;
import io.weir.model.index.HotIndices;
import io.weir.model.index.PromotedFields;
import io.weir.model.json.LogDocument;
import io.weir.model.log.LogEvent;
import io.weir.model.log.LogLevel;
import io.weir.sinks.elasticsearch.IndexTemplateSettings;
import io.weir.sinks.elasticsearch.IndexTemplates;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.TreeSet;
import org.apache.http.HttpHost;
import org.elasticsearch.client.RestClient;

/** Writes documents into the hot store as the logs job would, and makes them visible at once. */
final class HotLogs {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int BATCH = 2_000;
  private static final String CODE = "it000";

  private final ElasticsearchNode node;
  private final String topic;
  private final PromotedFields promoted;

  HotLogs(ElasticsearchNode node, String topic) {
    this(node, topic, PromotedFields.NONE);
  }

  HotLogs(ElasticsearchNode node, String topic, PromotedFields promoted) {
    this.node = node;
    this.topic = topic;
    this.promoted = promoted;
  }

  /** Installs the index template that the sinks ship. */
  HotLogs withTemplate() {
    try (RestClient client =
        RestClient.builder(new HttpHost(node.uri().getHost(), node.uri().getPort(), "http"))
            .build()) {
      new IndexTemplates(client)
          .install(new IndexTemplateSettings(1, 0, Duration.ofSeconds(1), false, 200, promoted));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return this;
  }

  LogEvent event(Instant at, long offset, String service, LogLevel level, String message) {
    return event(at, offset, service, "web-1", level, message, LogEvent.NO_FIELDS);
  }

  LogEvent event(
      Instant at,
      long offset,
      String service,
      String host,
      LogLevel level,
      String message,
      String fields) {
    long nanos = at.getEpochSecond() * 1_000_000_000L + at.getNano();
    return new LogEvent(
        nanos,
        service,
        host,
        "eu-1",
        level,
        message,
        fields,
        null,
        null,
        0,
        topic,
        CODE,
        (int) (offset % 4),
        offset,
        at.toEpochMilli());
  }

  /** Indexes events and refreshes. */
  void index(List<LogEvent> events) {
    LogDocument documents = new LogDocument(promoted);
    for (int from = 0; from < events.size(); from += BATCH) {
      StringBuilder bulk = new StringBuilder();
      for (LogEvent event : events.subList(from, Math.min(events.size(), from + BATCH))) {
        bulk.append("{\"create\":{\"_index\":\"")
            .append(HotIndices.hourly(event.timestampNanos()))
            .append("\",\"_id\":\"")
            .append(event.eventId())
            .append("\"}}\n")
            .append(new String(documents.encode(event), StandardCharsets.UTF_8))
            .append('\n');
      }
      JsonNode answer = json(node.send("POST", "/_bulk?refresh=true", bulk.toString()));
      if (answer.path("errors").asBoolean()) {
        throw new IllegalStateException("bulk: " + answer.toString().substring(0, 2_000));
      }
    }
  }

  /** Deletes indices by name. */
  void delete(TreeSet<String> indices) {
    for (String index : indices) {
      node.send("DELETE", "/" + index + "?ignore_unavailable=true", "");
    }
  }

  static JsonNode json(String text) {
    try {
      return JSON.readTree(text);
    } catch (IOException e) {
      throw new UncheckedIOException("not JSON: " + text, e);
    }
  }
}
