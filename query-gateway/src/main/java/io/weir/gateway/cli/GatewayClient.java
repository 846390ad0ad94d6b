package io.weir.gateway.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;

/** Talks to a gateway. */
final class GatewayClient {
  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);
  private static final Duration TIMEOUT = Duration.ofSeconds(60);
  private static final Pattern TOKEN = Pattern.compile("[!-~]+");
  private static final ObjectMapper JSON = new ObjectMapper();

  private final URI base;
  private final HttpClient http;
  private final Optional<String> key;

  /**
   * @param key that is presented with each call
   */
  GatewayClient(URI base, Optional<String> key) {
    key.filter(text -> !TOKEN.matcher(text).matches())
        .ifPresent(
            text -> {
              throw new GatewayCallException("the key has characters that no key has");
            });
    this.key = key;
    String text = Objects.requireNonNull(base, "base").toString();
    this.base = URI.create(text.endsWith("/") ? text : text + "/");
    this.http =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(CONNECT_TIMEOUT)
            .build();
  }

  /** The parameters of a call, in the order in which they were added. */
  static final class Query {
    private final List<String> parts = new ArrayList<>();

    /** Adds a parameter unless its value is null. */
    Query add(String name, Object value) {
      if (value != null) {
        parts.add(name + "=" + URLEncoder.encode(value.toString(), StandardCharsets.UTF_8));
      }
      return this;
    }

    /** Adds a parameter for each value. */
    Query addAll(String name, List<String> values) {
      if (values != null) {
        values.forEach(value -> add(name, value));
      }
      return this;
    }

    @Override
    public String toString() {
      return parts.isEmpty() ? "" : "?" + String.join("&", parts);
    }
  }

  /**
   * GETs JSON.
   *
   * @throws GatewayCallException with what the gateway said, or that it cannot be reached
   */
  JsonNode get(String path, Query query) throws InterruptedException {
    return send(request(path + query).build());
  }

  /**
   * Opens a stream of server-sent events; the caller closes it.
   *
   * @param lastEventId behind which to go on, null for none
   * @throws GatewayCallException with what the gateway said, or that it cannot be reached
   */
  InputStream stream(String path, Query query, String lastEventId) throws InterruptedException {
    HttpRequest.Builder request =
        request(path + query) // the time is until the head of the answer
            .header("Accept", "text/event-stream");
    if (lastEventId != null) {
      request.header("Last-Event-ID", lastEventId);
    }
    HttpResponse<InputStream> response =
        exchange(request.build(), HttpResponse.BodyHandlers.ofInputStream());
    if (response.statusCode() == 200) {
      return response.body();
    }
    try (InputStream body = response.body()) {
      throw failure(response, body.readAllBytes());
    } catch (IOException e) {
      throw new GatewayCallException("status " + response.statusCode());
    }
  }

  /** POSTs JSON; an empty idempotency key sends none. */
  JsonNode post(String path, byte[] body, String idempotencyKey) throws InterruptedException {
    HttpRequest.Builder request =
        request(path)
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofByteArray(body));
    if (!idempotencyKey.isEmpty()) {
      request.header("Idempotency-Key", idempotencyKey);
    }
    return send(request.build());
  }

  /** PUTs JSON in place of a version, which an ETag names. */
  JsonNode put(String path, byte[] body, String etag) throws InterruptedException {
    return send(
        request(path)
            .header("Content-Type", "application/json")
            .header("If-Match", etag)
            .PUT(HttpRequest.BodyPublishers.ofByteArray(body))
            .build());
  }

  /** DELETEs a version, which an ETag names; {@code *} stands for any. */
  void delete(String path, String etag) throws InterruptedException {
    send(request(path).header("If-Match", etag).DELETE().build());
  }

  private HttpRequest.Builder request(String path) {
    HttpRequest.Builder request = HttpRequest.newBuilder(base.resolve(path)).timeout(TIMEOUT);
    key.ifPresent(text -> request.header("Authorization", "Bearer " + text));
    return request;
  }

  private JsonNode send(HttpRequest request) throws InterruptedException {
    HttpResponse<byte[]> response = exchange(request, HttpResponse.BodyHandlers.ofByteArray());
    if (response.statusCode() == 204) {
      return MissingNode.getInstance();
    }
    if (response.statusCode() / 100 != 2) {
      throw failure(response, response.body());
    }
    return read(response, response.body());
  }

  private <T> HttpResponse<T> exchange(HttpRequest request, HttpResponse.BodyHandler<T> handler)
      throws InterruptedException {
    try {
      return http.send(request, handler);
    } catch (ConnectException e) {
      throw new GatewayCallException(
          "no gateway answers at " + base + " (--url or WEIR_URL names another)");
    } catch (IOException e) {
      throw new GatewayCallException(request.method() + " " + request.uri() + ": " + e);
    }
  }

  private static GatewayCallException failure(HttpResponse<?> response, byte[] content) {
    JsonNode body = read(response, content);
    return new GatewayCallException(
        body.path("detail").asText("status " + response.statusCode()), body);
  }

  private static JsonNode read(HttpResponse<?> response, byte[] body) {
    try {
      return JSON.readTree(body);
    } catch (IOException e) {
      throw new GatewayCallException(
          response.request().method()
              + " "
              + response.uri()
              + " answered with status "
              + response.statusCode()
              + " and no JSON");
    }
  }
}
