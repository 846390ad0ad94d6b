package io.weir.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;

/** Calls a gateway as any client would. */
final class HttpTester {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String JSON_TYPE = "application/json";

  private final URI base;
  private final String key;
  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  HttpTester(TestingGateway gateway) {
    this(gateway, null);
  }

  /**
   * @param key that is presented with each call; null for none
   */
  HttpTester(TestingGateway gateway, String key) {
    this.base = gateway.uri();
    this.key = key;
  }

  private HttpRequest.Builder request(URI uri) {
    HttpRequest.Builder request = HttpRequest.newBuilder(uri);
    if (key != null) {
      request.header("Authorization", "Bearer " + key);
    }
    return request;
  }

  /** Returns the answer to a call that has to be answered with 200. */
  JsonNode ok(String path) {
    HttpResponse<String> response = get(path);
    assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
    return json(response);
  }

  HttpResponse<String> get(String path) {
    return getAsync(path).join();
  }

  CompletableFuture<HttpResponse<String>> getAsync(String path) {
    return client.sendAsync(
        request(URI.create(base + path)).build(), HttpResponse.BodyHandlers.ofString());
  }

  /** Sends JSON; a null ETag sends none. */
  HttpResponse<String> send(String method, String path, String body, String etag) {
    return etag == null
        ? send(method, path, body.getBytes(StandardCharsets.UTF_8), "Content-Type", JSON_TYPE)
        : send(
            method,
            path,
            body.getBytes(StandardCharsets.UTF_8),
            "Content-Type",
            JSON_TYPE,
            "If-Match",
            etag);
  }

  HttpResponse<String> post(String path, String body) {
    return send("POST", path, body, null);
  }

  HttpResponse<String> send(String method, String path, byte[] body, String... headers) {
    HttpRequest.Builder request =
        request(base.resolve(path)).method(method, HttpRequest.BodyPublishers.ofByteArray(body));
    if (headers.length > 0) {
      request.headers(headers);
    }
    try {
      return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  static JsonNode json(HttpResponse<String> response) {
    try {
      return JSON.readTree(response.body());
    } catch (IOException e) {
      throw new UncheckedIOException(response.body(), e);
    }
  }

  static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }
}
