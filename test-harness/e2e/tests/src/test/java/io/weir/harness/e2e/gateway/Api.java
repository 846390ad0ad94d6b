package io.weir.harness.e2e.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.weir.harness.node.GatewayProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Calls a gateway as any client would. */
public final class Api {
  private final URI base;
  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  public Api(GatewayProcess gateway) {
    this.base = gateway.uri();
  }

  /** Returns the answer to a call that has to be answered with 200. */
  JsonNode get(String path) {
    HttpResponse<String> response = call(path);
    assertThat(response.statusCode()).as(path + " -> " + response.body()).isEqualTo(200);
    return HotLogs.json(response.body());
  }

  /** Returns what the gateway measures of itself, a metric without labels. */
  public double metric(String name) {
    return call("metrics")
        .body()
        .lines()
        .filter(line -> line.startsWith(name + " "))
        .mapToDouble(line -> Double.parseDouble(line.substring(name.length() + 1)))
        .findFirst()
        .orElseThrow(() -> new AssertionError("no metric " + name));
  }

  /** Returns whatever is answered. */
  HttpResponse<String> call(String path) {
    return send(HttpRequest.newBuilder(URI.create(base + path)));
  }

  /** Posts a body to ingest; an empty encoding sends none. */
  HttpResponse<String> ingest(byte[] body, String encoding, String key) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(base.resolve("ingest/logs"))
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofByteArray(body));
    if (!encoding.isEmpty()) {
      request.header("Content-Encoding", encoding);
    }
    if (!key.isEmpty()) {
      request.header("Idempotency-Key", key);
    }
    return send(request);
  }

  HttpResponse<String> ingest(String body) {
    return ingest(body.getBytes(StandardCharsets.UTF_8), "", "");
  }

  /** Sends a body with headers, name after value after name. */
  HttpResponse<String> send(String method, String path, byte[] body, String... headers) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(base.resolve(path))
            .method(method, HttpRequest.BodyPublishers.ofByteArray(body));
    if (headers.length > 0) {
      request.headers(headers);
    }
    return send(request);
  }

  /** Sends JSON; an empty ETag sends none. */
  HttpResponse<String> json(String method, String path, String json, String etag) {
    byte[] body = json.getBytes(StandardCharsets.UTF_8);
    return etag.isEmpty()
        ? send(method, path, body, "Content-Type", "application/json")
        : send(method, path, body, "Content-Type", "application/json", "If-Match", etag);
  }

  private HttpResponse<String> send(HttpRequest.Builder request) {
    try {
      return client.send(
          request.timeout(Duration.ofSeconds(60)).build(), HttpResponse.BodyHandlers.ofString());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /**
   * Returns the offsets of all events of a search, page by page in the order in which they came.
   */
  List<Long> walk(String search) {
    List<Long> offsets = new ArrayList<>();
    String cursor = "";
    while (true) {
      JsonNode page = get(search + cursor);
      assertThat(page.path("partial").asBoolean()).as(page.toString()).isFalse();
      page.path("logs").forEach(log -> offsets.add(log.path("kafka_offset").asLong()));
      if (page.path("next_cursor").isNull()) {
        return offsets;
      }
      cursor = "&cursor=" + page.path("next_cursor").asText();
    }
  }

  static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }
}
