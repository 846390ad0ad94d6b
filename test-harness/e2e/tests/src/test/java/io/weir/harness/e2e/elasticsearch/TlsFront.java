package io.weir.harness.e2e.elasticsearch;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import javax.net.ssl.SSLContext;

/**
 * What x-pack would put in front of the real node, which the embedded one does not have: TLS, and a
 * check of the credentials that refuses in Elasticsearch's words. Every request that passes is
 * answered by the real node.
 */
final class TlsFront implements AutoCloseable {
  static final String USER = "weir";
  static final String PASSWORD = "correct horse";

  /** An API key in the form in which Elasticsearch shows it. */
  static final String API_KEY =
      Base64.getEncoder().encodeToString("id:key".getBytes(StandardCharsets.UTF_8));

  private static final Set<String> ACCEPTED =
      Set.of(
          "Basic "
              + Base64.getEncoder()
                  .encodeToString((USER + ":" + PASSWORD).getBytes(StandardCharsets.UTF_8)),
          "ApiKey " + API_KEY);

  /** What belongs to one connection only, or is set by the client itself. */
  private static final Set<String> NOT_PASSED_ON =
      Set.of(
          "authorization",
          "connection",
          "content-length",
          "expect",
          "host",
          "transfer-encoding",
          "upgrade");

  private final HttpsServer server;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final URI node;

  TlsFront(URI node, SSLContext context) throws IOException {
    this.node = node;
    server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setHttpsConfigurator(new HttpsConfigurator(context));
    server.setExecutor(threads);
    server.createContext("/", this::handle);
    server.start();
  }

  String url() {
    return "https://localhost:" + server.getAddress().getPort();
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      byte[] body = exchange.getRequestBody().readAllBytes();
      String credentials = exchange.getRequestHeaders().getFirst("Authorization");
      if (credentials == null || !ACCEPTED.contains(credentials)) {
        refuse(exchange, credentials);
      } else {
        passOn(exchange, body);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void refuse(HttpExchange exchange, String credentials) throws IOException {
    String reason =
        (credentials == null ? "missing authentication credentials" : "unable to authenticate")
            + " for REST request ["
            + exchange.getRequestURI()
            + "]";
    String json =
        "{\"error\":{\"root_cause\":[],\"type\":\"security_exception\",\"reason\":\""
            + reason
            + "\"},\"status\":401}";
    exchange.getResponseHeaders().set("Content-Type", "application/json");
    exchange.getResponseHeaders().set("X-elastic-product", "Elasticsearch");
    exchange.getResponseHeaders().set("WWW-Authenticate", "Basic realm=\"security\"");
    answer(exchange, 401, json.getBytes(StandardCharsets.UTF_8));
  }

  private void passOn(HttpExchange exchange, byte[] body) throws IOException, InterruptedException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(node.resolve(exchange.getRequestURI().toString()))
            .method(
                exchange.getRequestMethod(),
                body.length == 0
                    ? HttpRequest.BodyPublishers.noBody()
                    : HttpRequest.BodyPublishers.ofByteArray(body));
    copy(exchange.getRequestHeaders(), request::header);
    HttpResponse<byte[]> response =
        client.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
    copy(response.headers().map(), exchange.getResponseHeaders()::add);
    answer(exchange, response.statusCode(), response.body());
  }

  private static void copy(Map<String, List<String>> headers, HeaderSink to) {
    headers.forEach(
        (name, values) -> {
          if (!NOT_PASSED_ON.contains(name.toLowerCase(java.util.Locale.ROOT))) {
            values.forEach(value -> to.add(name, value));
          }
        });
  }

  private static void answer(HttpExchange exchange, int status, byte[] body) throws IOException {
    boolean bodiless = body.length == 0 || exchange.getRequestMethod().equals("HEAD");
    exchange.sendResponseHeaders(status, bodiless ? -1 : body.length);
    if (!bodiless) {
      exchange.getResponseBody().write(body);
    }
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }

  @FunctionalInterface
  private interface HeaderSink {
    void add(String name, String value);
  }
}
