package io.weir.sinks.notification;

import static io.weir.sinks.notification.Alerts.firing;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.weir.model.alert.AlertState;
import io.weir.model.json.AlertStateJson;
import io.weir.sinks.support.SelfSignedServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.http.impl.client.HttpClients;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What servers do to a request, and what reaches a log of it. */
@Timeout(60)
class HttpReceiverTest {
  private static final Duration LONG = Duration.ofMinutes(5);

  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final CountDownLatch end = new CountDownLatch(1);
  private HttpServer server;
  private volatile Responder responder = exchange -> exchange.sendResponseHeaders(204, -1);

  private interface Responder {
    void respond(HttpExchange exchange) throws IOException;
  }

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(threads);
    server.createContext(
        "/",
        exchange -> {
          exchange.getRequestBody().readAllBytes();
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
  void ofAnAnswerThatDoesNotEndOnlyTheBeginningIsRead() throws Exception {
    AtomicLong written = new AtomicLong();
    responder =
        exchange -> {
          exchange.sendResponseHeaders(503, 0);
          byte[] page = "x".repeat(1_000).getBytes(StandardCharsets.US_ASCII);
          OutputStream out = exchange.getResponseBody();
          while (written.addAndGet(page.length) < 1L << 34) {
            out.write(page); // until the client hangs up
          }
        };
    try (HttpReceiver receiver = receiver(false, LONG)) {
      assertThatThrownBy(() -> receiver.tell(List.of(firing("a"))))
          .hasMessageContaining("answered 503: xxx")
          .message()
          .hasSizeLessThan(1_000);
    }
    assertThat(written.get()).isLessThan(1L << 34);
  }

  @Test
  void aServerThatTricklesItsAnswerIsGivenUp() throws Exception {
    responder =
        exchange -> {
          exchange.sendResponseHeaders(503, 0);
          OutputStream out = exchange.getResponseBody();
          out.write('a');
          out.flush();
          await();
        };
    try (HttpReceiver receiver = receiver(false, Duration.ofSeconds(2))) {
      assertThatThrownBy(() -> receiver.tell(List.of(firing("a"))))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("answered 503: a");
    }
  }

  @Test
  void aServerThatDoesNotAnswerIsGivenUp() throws Exception {
    responder = exchange -> await();
    try (HttpReceiver receiver = receiver(false, Duration.ofMillis(300))) {
      assertThatThrownBy(() -> receiver.tell(List.of(firing("a"))))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("no answer within PT0.3S");
    }
  }

  @Test
  void wordsThatDoNotComeMakeNoFailureOfASuccess() throws Exception {
    responder =
        exchange -> {
          exchange.sendResponseHeaders(200, 10);
          exchange.getResponseBody().write('a');
          exchange.getResponseBody().flush();
          await();
        };
    try (HttpReceiver receiver = receiver(false, Duration.ofSeconds(2))) {
      receiver.tell(List.of(firing("a")));
    }
  }

  @Test
  void nothingThatIsSecretAboutAForeignAddressIsShown() throws Exception {
    responder =
        exchange -> {
          byte[] words = ("Cannot POST " + exchange.getRequestURI()).getBytes();
          exchange.sendResponseHeaders(400, words.length);
          exchange.getResponseBody().write(words);
        };
    try (HttpReceiver receiver = receiver(true, LONG)) {
      assertThat(receiver.name() + receiver.id()).doesNotContain("s3cret");
      assertThatThrownBy(() -> receiver.tell(List.of(firing("a"))))
          .hasMessageContaining("answered 400")
          .hasMessageNotContaining("s3cret")
          .hasMessageNotContaining("t0ken");
    }
    server.stop(0);
    try (HttpReceiver receiver = receiver(true, LONG)) {
      assertThatThrownBy(() -> receiver.tell(List.of(firing("a"))))
          .hasMessageNotContaining("s3cret")
          .hasMessageNotContaining("t0ken");
    }
  }

  @Test
  void aCertificateThatIsNotTrustedIsNoReasonToWaitUnlessItIsSomebodyElses(@TempDir Path folder)
      throws Exception {
    try (SelfSignedServer stranger = new SelfSignedServer(folder)) {
      try (HttpReceiver own = receiver(stranger.url("/"), false, LONG)) {
        assertThatThrownBy(() -> own.tell(List.of(firing("a"))))
            .isInstanceOf(Receiver.UntrustedException.class)
            .hasMessageContaining("with 1 alerts was not sent")
            .hasMessageContaining("certificate is not trusted");
      }
      try (HttpReceiver foreign = receiver(stranger.url("/"), true, LONG)) {
        assertThatThrownBy(() -> foreign.tell(List.of(firing("a"))))
            .isInstanceOf(IOException.class)
            .isNotInstanceOf(Receiver.UntrustedException.class);
      }
      assertThat(stranger.requests()).isZero();
    }
  }

  private HttpReceiver receiver(boolean foreign, Duration deadline) {
    URI url =
        URI.create(
            "http://127.0.0.1:" + server.getAddress().getPort() + "/hooks/s3cret?auth=t0ken");
    return receiver(url, foreign, deadline);
  }

  private static HttpReceiver receiver(URI url, boolean foreign, Duration deadline) {
    return new HttpReceiver(
        new HttpReceiver.Address(url, "testing", foreign, deadline),
        HttpClients.custom().disableAutomaticRetries().build(),
        null,
        HttpReceiverTest::body);
  }

  private static byte[] body(List<AlertState> alerts) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    alerts.forEach(alert -> bytes.writeBytes(AlertStateJson.encode(alert)));
    return bytes.toByteArray();
  }

  private void await() throws IOException {
    try {
      end.await();
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
  }
}
