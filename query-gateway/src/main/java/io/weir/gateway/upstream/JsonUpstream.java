package io.weir.gateway.upstream;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.weir.gateway.search.StoreException;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Objects;

/**
 * Asks another system's HTTP API that speaks JSON, within bounds of time and size. Blocks; to be
 * called on a role's threads. Thread-safe.
 */
public final class JsonUpstream {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int MAX_BYTES = 8 << 20;
  private static final int MAX_WORDS = 500;

  private final String name;
  private final URI base;
  private final Duration timeout;
  private final HttpClient http;

  /**
   * @param name of the system, as people are told it
   * @param base its address; may have a path
   * @param timeout of one request
   */
  public JsonUpstream(String name, URI base, Duration timeout) {
    this.name = Objects.requireNonNull(name, "name");
    String text = base.toString();
    this.base = URI.create(text.endsWith("/") ? text : text + "/");
    this.timeout = Objects.requireNonNull(timeout, "timeout");
    this.http =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(timeout)
            .followRedirects(HttpClient.Redirect.NEVER)
            .build();
  }

  /** An answer, whatever its status; {@code json} is missing where the body is none. */
  public record Answer(int status, JsonNode json, String text) {
    /** Returns whether all went well. */
    public boolean ok() {
      return status / 100 == 2;
    }

    /** Returns what was said, short enough to be passed on. */
    public String words() {
      String words = json.isTextual() ? json.asText() : text;
      return words.length() <= MAX_WORDS ? words : words.substring(0, MAX_WORDS);
    }
  }

  /**
   * Returns the JSON at a path.
   *
   * @param path below the address, without a slash in front
   * @throws StoreException if it does not answer well
   */
  public JsonNode get(String path) {
    Answer answer = send("GET", path, null);
    if (!answer.ok()) {
      throw unexpected(answer);
    }
    return answer.json();
  }

  /**
   * Sends a request.
   *
   * @param body null for none
   * @throws StoreException if there is no answer
   */
  public Answer send(String method, String path, JsonNode body) {
    HttpRequest.Builder request = HttpRequest.newBuilder(base.resolve(path)).timeout(timeout);
    if (body == null) {
      request.method(method, HttpRequest.BodyPublishers.noBody());
    } else {
      request
          .header("Content-Type", "application/json")
          .method(method, HttpRequest.BodyPublishers.ofString(body.toString()));
    }
    try {
      HttpResponse<InputStream> response =
          http.send(request.build(), HttpResponse.BodyHandlers.ofInputStream());
      try (InputStream in = response.body()) {
        byte[] bytes = TimedBody.read(in, MAX_BYTES + 1, timeout);
        if (bytes.length > MAX_BYTES) {
          throw new StoreException(
              StoreException.Kind.OVERLOADED,
              name + "'s answer is larger than " + MAX_BYTES + " bytes",
              null);
        }
        return answer(response.statusCode(), bytes);
      }
    } catch (HttpTimeoutException e) {
      throw new StoreException(
          StoreException.Kind.TIMEOUT, name + " did not answer within " + timeout, e);
    } catch (IOException e) {
      throw new StoreException(
          StoreException.Kind.UNAVAILABLE, name + " at " + base + " cannot be reached", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StoreException(StoreException.Kind.UNAVAILABLE, "interrupted", e);
    }
  }

  /** Returns the failure that an answer is which nobody expects. */
  public StoreException unexpected(Answer answer) {
    return new StoreException(
        StoreException.Kind.UNAVAILABLE,
        name + " answered with status " + answer.status() + ": " + answer.words(),
        null);
  }

  private static Answer answer(int status, byte[] bytes) {
    String text = new String(bytes, StandardCharsets.UTF_8);
    try {
      return new Answer(status, JSON.readTree(bytes), text);
    } catch (IOException e) {
      return new Answer(status, MissingNode.getInstance(), text);
    }
  }
}
