package io.weir.sinks.prometheus;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.weir.sinks.support.SelfSignedServer;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.xerial.snappy.Snappy;

/** What can go wrong between the sink and whatever listens on the port. */
@Timeout(60)
class HttpRemoteWriteClientTest {
  private final BlockingQueue<Received> received = new LinkedBlockingQueue<>();
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final CountDownLatch end = new CountDownLatch(1);
  private HttpServer server;
  private volatile Responder responder = exchange -> exchange.sendResponseHeaders(204, -1);

  private interface Responder {
    void respond(HttpExchange exchange) throws IOException;
  }

  private record Received(
      String method, String uri, Map<String, List<String>> headers, byte[] body, int clientPort) {}

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(threads);
    server.createContext(
        "/",
        exchange -> {
          received.add(
              new Received(
                  exchange.getRequestMethod(),
                  exchange.getRequestURI().toString(),
                  Map.copyOf(exchange.getRequestHeaders()),
                  exchange.getRequestBody().readAllBytes(),
                  exchange.getRemoteAddress().getPort()));
          responder.respond(exchange);
          exchange.close();
        });
    server.start();
  }

  @AfterEach
  void stop() {
    end.countDown();
    server.stop(0);
    threads.shutdownNow();
  }

  @Test
  void sendsARequestOfRemoteWrite() throws Exception {
    List<SeriesSample> samples = Samples.encoded(0, 3_000);
    try (RemoteWriteClient client = client(connection(null, null, null))) {
      assertThat(client.write(samples).join())
          .isEqualTo(new WriteAnswer.Answered(204, "", Duration.ZERO));
    }

    Received request = received.remove();
    assertThat(request.method()).isEqualTo("POST");
    assertThat(request.uri()).isEqualTo("/api/v1/write?tenant=a");
    assertThat(request.headers())
        .containsEntry("Content-encoding", List.of("snappy"))
        .containsEntry("Content-type", List.of("application/x-protobuf"))
        .containsEntry("X-prometheus-remote-write-version", List.of("0.1.0"))
        .containsEntry("User-agent", List.of("weir"))
        .containsEntry("X-scope-orgid", List.of("team"))
        .doesNotContainKey("Authorization");
    assertThat(Snappy.uncompress(request.body())).isEqualTo(WriteRequest.encode(samples));
  }

  @Test
  void logsIn() throws Exception {
    try (RemoteWriteClient client = client(connection("weir", "s:\u00e9", null))) {
      client.write(Samples.encoded(0, 1)).join();
    }
    try (RemoteWriteClient client = client(connection(null, null, "token"))) {
      client.write(Samples.encoded(0, 1)).join();
    }

    assertThat(received.remove().headers())
        .containsEntry("Authorization", List.of("Basic d2VpcjpzOsOp"));
    assertThat(received.remove().headers()).containsEntry("Authorization", List.of("Bearer token"));
  }

  @Test
  void readsStatusWordsAndRetryAfter() {
    responder =
        exchange -> {
          exchange.getResponseHeaders().add("Retry-After", "7");
          respond(exchange, 429, "slow down\n");
        };

    try (RemoteWriteClient client = client(connection(null, null, null))) {
      assertThat(client.write(Samples.encoded(0, 1)).join())
          .isEqualTo(new WriteAnswer.Answered(429, "slow down", Duration.ofSeconds(7)));
    }
  }

  @Test
  void keepsOnlyTheBeginningOfALongAnswerAndTheConnection() {
    responder = exchange -> respond(exchange, 500, "x".repeat(1_000_000));

    try (RemoteWriteClient client = client(connection(null, null, null))) {
      for (int i = 0; i < 3; i++) {
        WriteAnswer.Answered answer =
            (WriteAnswer.Answered) client.write(Samples.encoded(0, 1)).join();
        assertThat(answer.body()).isEqualTo("x".repeat(HeadOfBody.MAX_BYTES));
      }
    }
    assertThat(received.stream().map(Received::clientPort).distinct()).hasSize(1);
  }

  @Test
  void doesNotFollowARedirection() {
    responder =
        exchange -> {
          exchange.getResponseHeaders().add("Location", "/elsewhere");
          exchange.sendResponseHeaders(307, -1);
        };

    try (RemoteWriteClient client = client(connection(null, null, null))) {
      assertThat(((WriteAnswer.Answered) client.write(Samples.encoded(0, 1)).join()).status())
          .isEqualTo(307);
    }
  }

  @Test
  void givesUpARequestThatIsNotAnswered() {
    responder = exchange -> hang();

    assertTimeout();
  }

  @Test
  void givesUpAnAnswerThatDoesNotEnd() {
    responder =
        exchange -> {
          exchange.sendResponseHeaders(200, 0);
          exchange.getResponseBody().write('x');
          exchange.getResponseBody().flush();
          hang();
        };

    assertTimeout();
  }

  @Test
  void saysThatNobodyListens() {
    server.stop(0);

    try (RemoteWriteClient client = client(connection(null, null, null))) {
      assertThat(failure(client)).isInstanceOf(ConnectException.class);
    }
  }

  @Test
  void goesOnAfterABrokenConnection() {
    AtomicInteger requests = new AtomicInteger();
    responder =
        exchange -> {
          if (requests.incrementAndGet() == 1) {
            // A length that the body does not have.
            exchange.sendResponseHeaders(200, 100);
          } else {
            exchange.sendResponseHeaders(204, -1);
          }
        };

    try (RemoteWriteClient client = client(connection(null, null, null))) {
      assertThat(failure(client)).isInstanceOf(IOException.class);
      assertThat(client.write(Samples.encoded(0, 1)).join())
          .isEqualTo(new WriteAnswer.Answered(204, "", Duration.ZERO));
    }
  }

  @Test
  void answersWhatIsUnderWayWhenItIsClosed() {
    responder = exchange -> hang();
    RemoteWriteClient client = client(connection(null, null, null));
    CompletableFuture<WriteAnswer> answer = client.write(Samples.encoded(0, 1));

    client.close();

    assertThat(answer.join()).isInstanceOf(WriteAnswer.Unanswered.class);
    assertThat(client.write(Samples.encoded(0, 1)).join())
        .isInstanceOf(WriteAnswer.Unanswered.class);
  }

  @Test
  void saysWhenACertificateIsNotTrusted(@TempDir Path folder) throws Exception {
    try (SelfSignedServer stranger = new SelfSignedServer(folder);
        RemoteWriteClient client =
            client(RemoteWriteConnection.to(stranger.url("/api/v1/write").toString()))) {
      WriteAnswer answer = client.write(Samples.encoded(0, 3)).join();

      assertThat(answer).isInstanceOf(WriteAnswer.Untrusted.class);
      assertThat(((WriteAnswer.Untrusted) answer).problem())
          .startsWith("POST " + stranger.url("/api/v1/write") + " with 3 samples was not sent: ")
          .contains("certificate is not trusted");
      assertThat(stranger.requests()).isZero();
    }
  }

  private void assertTimeout() {
    RemoteWriteConnection impatient =
        new RemoteWriteConnection(
            url(), null, null, null, Map.of(), null, Duration.ofSeconds(5), Duration.ofMillis(200));
    try (RemoteWriteClient client = client(impatient)) {
      assertThat(failure(client)).isInstanceOf(HttpTimeoutException.class);
    }
  }

  private static Throwable failure(RemoteWriteClient client) {
    return ((WriteAnswer.Unanswered) client.write(Samples.encoded(0, 1)).join()).failure();
  }

  private void hang() {
    try {
      end.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void respond(HttpExchange exchange, int status, String text) throws IOException {
    byte[] body = text.getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(status, body.length);
    exchange.getResponseBody().write(body);
  }

  private URI url() {
    return URI.create(
        "http://127.0.0.1:" + server.getAddress().getPort() + "/api/v1/write?tenant=a");
  }

  private RemoteWriteConnection connection(String username, String password, String token) {
    return new RemoteWriteConnection(
        url(),
        username,
        password,
        token,
        Map.of("X-Scope-OrgID", "team"),
        null,
        Duration.ofSeconds(5),
        Duration.ofSeconds(20));
  }

  private static RemoteWriteClient client(RemoteWriteConnection connection) {
    return new HttpRemoteWriteClient(connection);
  }
}
