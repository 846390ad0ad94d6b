package io.weir.sinks.elasticsearch;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import org.elasticsearch.client.Request;
import org.elasticsearch.client.Response;
import org.elasticsearch.client.ResponseException;
import org.elasticsearch.client.RestClient;

/** Requests of the maintenance tasks, whose errors name the request and Elasticsearch's words. */
final class MaintenanceRequests {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int NOT_FOUND = 404;

  private MaintenanceRequests() {}

  /**
   * Performs a request.
   *
   * @throws ElasticsearchException if it is refused
   * @throws IOException if there is no answer
   */
  static JsonNode perform(RestClient client, Request request) throws IOException {
    try {
      return read(client.performRequest(request));
    } catch (ResponseException e) {
      throw refused(request, e);
    }
  }

  /** As {@link #perform}; empty where what the request names is not found. */
  static Optional<JsonNode> performIfFound(RestClient client, Request request) throws IOException {
    try {
      return Optional.of(read(client.performRequest(request)));
    } catch (ResponseException e) {
      if (e.getResponse().getStatusLine().getStatusCode() == NOT_FOUND) {
        return Optional.empty();
      }
      throw refused(request, e);
    }
  }

  private static JsonNode read(Response response) throws IOException {
    try (InputStream body = response.getEntity().getContent()) {
      return JSON.readTree(body);
    }
  }

  private static ElasticsearchException refused(Request request, ResponseException e)
      throws IOException {
    Response response = e.getResponse();
    ErrorCause error = ErrorCause.NONE;
    if (response.getEntity() != null) {
      try (InputStream body = response.getEntity().getContent()) {
        error = BulkAnswerReader.readError(body);
      }
    }
    return new ElasticsearchException(
        request.getMethod()
            + " "
            + response.getHost()
            + request.getEndpoint()
            + " was answered "
            + response.getStatusLine().getStatusCode()
            + " "
            + error,
        e);
  }
}
