package io.weir.harness.node;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.weir.harness.process.Readiness;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Optional;

/** Requests to one local server. Errors name the request, the status and the answer. */
final class Http {
  /** Long, because a submission on a busy machine is one request. */
  private static final Duration TIMEOUT = Duration.ofMinutes(2);

  private static final Duration PROBE_TIMEOUT = Duration.ofSeconds(2);
  private static final ObjectMapper JSON = new ObjectMapper();

  private final URI base;
  private final HttpClient client =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(PROBE_TIMEOUT)
          .build();

  Http(URI base) {
    this.base = base;
  }

  /** Ready when the path answers 200. */
  Readiness answers(String path) {
    return () -> {
      HttpResponse<String> response =
          exchange(HttpRequest.newBuilder(resolve(path)).timeout(PROBE_TIMEOUT).build());
      return response.statusCode() == 200
          ? Optional.empty()
          : Optional.of(path + " answers " + response.statusCode());
    };
  }

  JsonNode get(String path) {
    return json(send(HttpRequest.newBuilder(resolve(path))));
  }

  JsonNode post(String path, JsonNode body) {
    return json(
        send(
            HttpRequest.newBuilder(resolve(path))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body.toString()))));
  }

  /** Sends a request and fails unless the answer is 2xx. */
  String send(HttpRequest.Builder builder) {
    HttpRequest request = builder.timeout(TIMEOUT).build();
    HttpResponse<String> response;
    try {
      response = exchange(request);
    } catch (IOException e) {
      throw new UncheckedIOException(describe(request) + " failed: " + e, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(describe(request) + " was interrupted", e);
    }
    if (response.statusCode() / 100 != 2) {
      throw new HttpStatusException(describe(request), response.statusCode(), response.body());
    }
    return response.body();
  }

  HttpResponse<String> exchange(HttpRequest request) throws IOException, InterruptedException {
    return client.send(request, HttpResponse.BodyHandlers.ofString());
  }

  /** A server behind a proxy may have a path of its own, below which all of its paths are. */
  URI resolve(String path) {
    String address = base.toString();
    String below = path.startsWith("/") ? path.substring(1) : path;
    return URI.create(address.endsWith("/") ? address + below : address + "/" + below);
  }

  private static String describe(HttpRequest request) {
    return request.method() + " " + request.uri();
  }

  static JsonNode json(String body) {
    try {
      return JSON.readTree(body);
    } catch (IOException e) {
      throw new UncheckedIOException("not JSON: " + body, e);
    }
  }
}
