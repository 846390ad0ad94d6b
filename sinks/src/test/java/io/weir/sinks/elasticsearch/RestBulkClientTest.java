package io.weir.sinks.elasticsearch;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.zip.GZIPInputStream;
import org.apache.http.HttpHost;
import org.elasticsearch.client.RestClient;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What can go wrong between the sink and whatever listens on the port. */
@org.junit.jupiter.api.Timeout(60)
class RestBulkClientTest {
  private static final String STORED = "{\"errors\":false}";

  private final BlockingQueue<Received> received = new LinkedBlockingQueue<>();
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final CountDownLatch end = new CountDownLatch(1);
  private HttpServer server;
  private volatile Responder responder = respond(200, STORED);

  private interface Responder {
    void respond(HttpExchange exchange) throws IOException;
  }

  private record Received(String uri, Map<String, List<String>> headers, byte[] body) {}

  @BeforeEach
  void start() throws IOException {
    server = start(0);
  }

  @AfterEach
  void stop() {
    end.countDown();
    server.stop(0);
    threads.shutdownNow();
  }

  @Test
  void sendsABulkRequest() throws Exception {
    List<BulkDocument> documents =
        IntStream.range(0, 3_000).mapToObj(i -> Documents.ofSize(i, 1_000)).toList();
    try (BulkClient client = client(connection(Duration.ofSeconds(20)), false)) {
      assertThat(client.send(documents).join()).isEqualTo(Answers.ALL_STORED);
    }

    Received request = received.remove();
    assertThat(request.uri()).startsWith("/_bulk?").contains("filter_path=errors");
    assertThat(request.headers()).containsEntry("Content-type", List.of("application/x-ndjson"));
    assertThat(request.headers()).containsEntry("Content-length", List.of("3000000"));
    assertThat(new String(request.body(), StandardCharsets.UTF_8))
        .hasSize(3_000_000)
        .startsWith("{\"create\":{\"_index\":\"logs-2026-03-29-10\",\"_id\":\"")
        .endsWith("\"}\n");
  }

  @Test
  void compressesWhenAsked() throws Exception {
    List<BulkDocument> documents = Documents.documents(1_000);
    try (BulkClient client = client(connection(Duration.ofSeconds(20)), true)) {
      assertThat(client.send(documents).join()).isEqualTo(Answers.ALL_STORED);
      assertThat(client.send(documents).join()).isEqualTo(Answers.ALL_STORED);
    }

    for (int i = 0; i < 2; i++) {
      Received request = received.remove();
      assertThat(request.headers()).containsEntry("Content-encoding", List.of("gzip"));
      byte[] body =
          new GZIPInputStream(new java.io.ByteArrayInputStream(request.body())).readAllBytes();
      assertThat(body).hasSize((int) documents.stream().mapToLong(BulkDocument::sizeInBytes).sum());
      assertThat(request.body().length).isLessThan(body.length / 4);
    }
  }

  @Test
  void introducesItself() throws Exception {
    HttpHost host = HttpHost.create(url());
    ElasticsearchConnection basic =
        new ElasticsearchConnection(
            List.of(host),
            "/search",
            "weir",
            "s\u00fc\u00df",
            null,
            Map.of("x-tenant", "a"),
            null,
            null,
            Duration.ofSeconds(20),
            Duration.ofSeconds(20));
    ElasticsearchConnection key =
        new ElasticsearchConnection(
            List.of(host),
            null,
            null,
            null,
            "a2V5",
            Map.of(),
            null,
            null,
            Duration.ofSeconds(20),
            Duration.ofSeconds(20));
    try (BulkClient client = client(basic, false)) {
      client.send(Documents.documents(1)).join();
    }
    try (BulkClient client = client(key, false)) {
      client.send(Documents.documents(1)).join();
    }

    Received first = received.remove();
    assertThat(first.uri()).startsWith("/search/_bulk");
    assertThat(first.headers())
        .containsEntry("Authorization", List.of("Basic d2Vpcjpzw7zDnw=="))
        .containsEntry("X-tenant", List.of("a"));
    assertThat(received.remove().headers()).containsEntry("Authorization", List.of("ApiKey a2V5"));
  }

  @Test
  void reportsARefusedRequestWithItsHost() throws Exception {
    responder = respond(413, "");
    try (BulkClient client = client(connection(Duration.ofSeconds(20)), false)) {
      assertThat(client.send(Documents.documents(1)).join())
          .isEqualTo(
              new BulkAnswer.Refused(413, new ErrorCause("", ""), "POST " + url() + "/_bulk"));

      responder = respond(401, "{\"error\":{\"type\":\"security_exception\",\"reason\":\"no\"}}");
      assertThat(client.send(Documents.documents(1)).join())
          .isEqualTo(
              new BulkAnswer.Refused(
                  401, new ErrorCause("security_exception", "no"), "POST " + url() + "/_bulk"));
    }
  }

  @Test
  void reportsAnAnswerThatIsNotElasticsearchs() throws Exception {
    responder = respond(200, "<html>It works!</html>");
    try (BulkClient client = client(connection(Duration.ofSeconds(20)), false)) {
      assertThat(client.send(Documents.documents(1)).join())
          .isInstanceOfSatisfying(
              BulkAnswer.Unreadable.class,
              a -> assertThat(a.problem()).contains(url()).contains("is this Elasticsearch?"));

      responder = respond(204, "");
      assertThat(client.send(Documents.documents(1)).join())
          .isInstanceOf(BulkAnswer.Unreadable.class);
    }
  }

  @Test
  void givesUpAnAnswerThatDoesNotCome() throws Exception {
    responder =
        exchange -> {
          try {
            end.await();
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
        };
    try (BulkClient client = client(connection(Duration.ofMillis(200)), false)) {
      assertThat(client.send(Documents.documents(1)).get(60, TimeUnit.SECONDS))
          .isInstanceOfSatisfying(
              BulkAnswer.Unanswered.class,
              a -> assertThat(a.failure()).isInstanceOf(java.net.SocketTimeoutException.class));
    }
  }

  @Test
  void givesUpAnAnswerThatTrickles() throws Exception {
    CountDownLatch brokenOff = new CountDownLatch(1);
    responder =
        exchange -> {
          exchange.sendResponseHeaders(200, STORED.length() + 1_000_000L);
          try {
            // Each byte comes in time; all of them would take days.
            while (!end.await(50, TimeUnit.MILLISECONDS)) {
              exchange.getResponseBody().write(' ');
              exchange.getResponseBody().flush();
            }
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          } catch (IOException e) {
            brokenOff.countDown();
          }
        };
    try (BulkClient client = client(connection(Duration.ofMillis(500)), false)) {
      assertThat(client.send(Documents.documents(1)).get(60, TimeUnit.SECONDS))
          .isInstanceOfSatisfying(
              BulkAnswer.Unanswered.class,
              a -> assertThat(a.failure()).hasMessage("no whole answer within PT1S"));
      assertThat(brokenOff.await(60, TimeUnit.SECONDS)).as("the connection is given up").isTrue();

      responder = respond(200, STORED);
      assertThat(client.send(Documents.documents(1)).join()).isEqualTo(Answers.ALL_STORED);
    }
  }

  @Test
  void reportsABrokenConnectionAndGoesOnAfterIt() throws Exception {
    responder = HttpExchange::close;
    try (BulkClient client = client(connection(Duration.ofSeconds(20)), false)) {
      assertThat(client.send(Documents.documents(1)).join())
          .isInstanceOf(BulkAnswer.Unanswered.class);

      responder = respond(200, STORED);
      assertThat(client.send(Documents.documents(1)).join()).isEqualTo(Answers.ALL_STORED);
    }
  }

  @Test
  void reportsAHostThatIsDownAndFindsItUpAgain() throws Exception {
    int port = server.getAddress().getPort();
    ElasticsearchConnection connection = connection(Duration.ofSeconds(20));
    server.stop(0);
    try (BulkClient client = client(connection, false)) {
      assertThat(client.send(Documents.documents(1)).join())
          .isInstanceOf(BulkAnswer.Unanswered.class);

      server = start(port);
      assertThat(client.send(Documents.documents(1)).join()).isEqualTo(Answers.ALL_STORED);
    }
  }

  @Test
  void sendsTheWholeBodyToTheNextHostWhenTheFirstFails() throws Exception {
    responder =
        exchange -> {
          if (received.size() == 1) {
            respond(503, "").respond(exchange);
          } else {
            respond(200, STORED).respond(exchange);
          }
        };
    HttpServer other = start(0);
    try (BulkClient client =
        client(
            ElasticsearchConnection.to(url(), "http://localhost:" + other.getAddress().getPort()),
            false)) {
      List<BulkDocument> documents =
          IntStream.range(0, 500).mapToObj(i -> Documents.ofSize(i, 1_000)).toList();

      assertThat(client.send(documents).join()).isEqualTo(Answers.ALL_STORED);

      assertThat(received).hasSize(2).extracting(r -> r.body().length).containsOnly(500_000);
    } finally {
      other.stop(0);
    }
  }

  @Test
  void replacesAClientThatHasStopped() throws Exception {
    AtomicInteger opened = new AtomicInteger();
    ElasticsearchConnection connection = connection(Duration.ofSeconds(20));
    RestClient[] last = new RestClient[1];
    try (BulkClient client =
        new RestBulkClient(
            () -> {
              opened.incrementAndGet();
              last[0] = connection.open(1);
              return last[0];
            },
            connection.patience(),
            false)) {
      client.send(Documents.documents(1)).join();
      last[0].close();

      assertThat(client.send(Documents.documents(1)).join()).isEqualTo(Answers.ALL_STORED);
    }
    assertThat(opened).hasValue(2);
  }

  @Test
  void answersAfterItIsClosed() throws Exception {
    BulkClient client = client(connection(Duration.ofSeconds(20)), false);
    client.close();

    assertThat(client.send(Documents.documents(1)).join())
        .isInstanceOfSatisfying(
            BulkAnswer.Unanswered.class,
            a -> assertThat(a.failure()).hasMessageContaining("closed"));
  }

  private static BulkClient client(ElasticsearchConnection connection, boolean compress) {
    return new RestBulkClient(() -> connection.open(2), connection.patience(), compress);
  }

  private ElasticsearchConnection connection(Duration requestTimeout) {
    return new ElasticsearchConnection(
        List.of(HttpHost.create(url())),
        null,
        null,
        null,
        null,
        Map.of(),
        null,
        null,
        Duration.ofSeconds(20),
        requestTimeout);
  }

  private String url() {
    return "http://localhost:" + server.getAddress().getPort();
  }

  private HttpServer start(int port) throws IOException {
    HttpServer started =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
    started.setExecutor(threads);
    started.createContext(
        "/",
        exchange -> {
          received.add(
              new Received(
                  exchange.getRequestURI().toString(),
                  Map.copyOf(exchange.getRequestHeaders()),
                  exchange.getRequestBody().readAllBytes()));
          responder.respond(exchange);
        });
    started.start();
    return started;
  }

  private static Responder respond(int status, String body) {
    return exchange -> {
      byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
      exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
      exchange.getResponseBody().write(bytes);
      exchange.close();
    };
  }
}
