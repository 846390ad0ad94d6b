package io.weir.harness.fault;

import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;

/** One request that is under way through a {@link HttpFaultProxy}. Used by one thread. */
public final class HttpCall {
  /** What belongs to one connection only, or is set by the client itself. */
  private static final Set<String> NOT_PASSED_ON =
      Set.of("connection", "content-length", "expect", "host", "transfer-encoding", "upgrade");

  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final int SLOW_PIECES_PER_SECOND = 20;

  private final HttpExchange exchange;
  private final byte[] body;
  private final URI server;
  private final HttpClient client;
  private volatile boolean done;

  HttpCall(HttpExchange exchange, byte[] body, URI server, HttpClient client) {
    this.exchange = exchange;
    this.body = body;
    this.server = server;
    this.client = client;
  }

  public String method() {
    return exchange.getRequestMethod();
  }

  /** Returns path and query as they were sent, for example {@code /_bulk?filter_path=errors}. */
  public String target() {
    URI uri = exchange.getRequestURI();
    return uri.getRawQuery() == null
        ? uri.getRawPath()
        : uri.getRawPath() + "?" + uri.getRawQuery();
  }

  /** Returns the request's body; callers do not change it. */
  public byte[] body() {
    return body;
  }

  /** Sends the request on and returns the server's answer; the client does not get it by that. */
  public HttpAnswer forward() throws IOException {
    return forward(body);
  }

  /** Sends the request on with another body. */
  public HttpAnswer forward(byte[] otherBody) throws IOException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(server.resolve("/") + target().substring(1)))
            .timeout(PATIENCE)
            .method(
                method(),
                otherBody.length == 0
                    ? HttpRequest.BodyPublishers.noBody()
                    : HttpRequest.BodyPublishers.ofByteArray(otherBody));
    copy(exchange.getRequestHeaders(), request::header);
    try {
      HttpResponse<byte[]> response =
          client.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
      Map<String, List<String>> headers = new LinkedHashMap<>(response.headers().map());
      if (!method().equals("HEAD")) {
        headers.keySet().removeIf(HttpCall::isOfConnection);
      } else {
        // There it describes the object and not the answer.
        headers
            .keySet()
            .removeIf(name -> isOfConnection(name) && !name.equalsIgnoreCase("content-length"));
      }
      return new HttpAnswer(response.statusCode(), headers, response.body());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  /** Answers the client. */
  public void answer(HttpAnswer answer) throws IOException {
    begin(answer);
    if (hasBody(answer)) {
      exchange.getResponseBody().write(answer.body());
    }
  }

  /** Answers the client with the body at so many bytes a second. */
  public void answerSlowly(HttpAnswer answer, int bytesPerSecond) throws IOException {
    begin(answer);
    if (!hasBody(answer)) {
      return;
    }
    int piece = Math.max(1, bytesPerSecond / SLOW_PIECES_PER_SECOND);
    OutputStream out = exchange.getResponseBody();
    try {
      for (int from = 0; from < answer.body().length; from += piece) {
        out.write(answer.body(), from, Math.min(piece, answer.body().length - from));
        out.flush();
        TimeUnit.MILLISECONDS.sleep(1000L * piece / bytesPerSecond);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  /** Closes the client's connection without an answer. */
  public void hangUp() {
    done = true;
    exchange.close();
  }

  /** Returns whether the client has its answer, or never gets one. */
  public boolean isDone() {
    return done;
  }

  private void begin(HttpAnswer answer) throws IOException {
    done = true;
    answer
        .headers()
        .forEach(
            (name, values) ->
                values.forEach(value -> exchange.getResponseHeaders().add(name, value)));
    exchange.sendResponseHeaders(answer.status(), hasBody(answer) ? answer.body().length : -1);
  }

  private boolean hasBody(HttpAnswer answer) {
    return answer.body().length > 0 && !method().equals("HEAD");
  }

  private static void copy(Map<String, List<String>> headers, BiConsumer<String, String> to) {
    headers.forEach(
        (name, values) -> {
          if (!isOfConnection(name)) {
            values.forEach(value -> to.accept(name, value));
          }
        });
  }

  private static boolean isOfConnection(String header) {
    // HTTP/2 pseudo headers begin with a colon.
    return header.startsWith(":") || NOT_PASSED_ON.contains(header.toLowerCase(Locale.ROOT));
  }
}
