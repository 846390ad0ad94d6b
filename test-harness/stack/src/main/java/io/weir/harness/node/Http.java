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
          exchange(HttpRequest.newBuilder(base.resolve(path)).timeout(PROBE_TIMEOUT).build());
      return response.statusCode() == 200
          ? Optional.empty()
          : Optional.of(path + " answers " + response.statusCode());
    };
  }

  JsonNode get(String path) {
    return json(send(HttpRequest.newBuilder(base.resolve(path))));
  }

  JsonNode post(String path, JsonNode body) {
    return json(
        send(
            HttpRequest.newBuilder(base.resolve(path))
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

  URI resolve(String path) {
    return base.resolve(path);
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
