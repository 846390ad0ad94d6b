package io.weir.harness.fault;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A real HTTP server that remembers what it was asked, behind the proxy. */
@Timeout(60)
class HttpFaultProxyTest {
  private final List<String> seen = new CopyOnWriteArrayList<>();
  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private HttpServer server;
  private HttpFaultProxy proxy;

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          try (exchange) {
            String body = new String(exchange.getRequestBody().readAllBytes(), UTF_8);
            seen.add(exchange.getRequestMethod() + " " + exchange.getRequestURI() + " " + body);
            exchange.getResponseHeaders().add("X-Kept", "kept");
            byte[] answer = ("answer to " + body).getBytes(UTF_8);
            boolean head = exchange.getRequestMethod().equals("HEAD");
            if (head) {
              exchange.getResponseHeaders().add("Content-Length", "1234");
            }
            exchange.sendResponseHeaders(200, head ? -1 : answer.length);
            if (!head) {
              exchange.getResponseBody().write(answer);
            }
          }
        });
    server.start();
    proxy = new HttpFaultProxy(URI.create("http://127.0.0.1:" + server.getAddress().getPort()));
  }

  @AfterEach
  void stop() {
    proxy.close();
    server.stop(0);
  }

  @Test
  void passesOnMethodTargetBodyHeadersAndAnswer() throws Exception {
    HttpResponse<String> answer = send("PUT", "date%3D1/a%20b?partNumber=1&x=%26", "text");
    assertThat(seen).containsExactly("PUT /date%3D1/a%20b?partNumber=1&x=%26 text");
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.body()).isEqualTo("answer to text");
    assertThat(answer.headers().firstValue("X-Kept")).hasValue("kept");
  }

  @Test
  void theAnswerToHeadSaysHowLongTheObjectIs() throws Exception {
    assertThat(send("HEAD", "object", "").headers().firstValueAsLong("Content-Length"))
        .hasValue(1234);
  }

  @Test
  void refusesWhatItIsToldToAndOnlyThat() throws Exception {
    try (HttpFaultProxy.Injection storm =
        proxy.inject(
            call -> call.target().startsWith("/_bulk"),
            HttpFaults.refuse(HttpAnswer.json(429, "{}")))) {
      assertThat(send("POST", "_bulk", "x").statusCode()).isEqualTo(429);
      assertThat(send("GET", "health", "").statusCode()).isEqualTo(200);
      assertThat(storm.hits()).isEqualTo(1);
    }
    assertThat(send("POST", "_bulk", "x").statusCode()).isEqualTo(200);
    assertThat(seen).containsExactly("GET /health ", "POST /_bulk x");
  }

  @Test
  void aLostAnswerIsOneThatTheServerGave() {
    proxy.inject(call -> true, HttpFaults.first(1, HttpFaults.loseAnswer()));
    // A request that may be repeated is repeated by this client, hence the POST.
    assertThatThrownBy(() -> send("POST", "apply", "once")).isInstanceOf(IOException.class);
    assertThat(seen).containsExactly("POST /apply once");
  }

  @Test
  void aServerThatIsGoneLooksAsItDoesWithoutTheProxy() {
    server.stop(0);
    assertThatThrownBy(() -> send("POST", "any", "x")).isInstanceOf(IOException.class);
  }

  @Test
  void aSlowBodyComesWholeAndSlowly() throws Exception {
    proxy.inject(call -> true, HttpFaults.slowAnswer(2_000));
    long start = System.nanoTime();
    assertThat(send("POST", "any", "y".repeat(990)).body()).hasSize("answer to ".length() + 990);
    assertThat(System.nanoTime() - start).isGreaterThan(TimeUnit.MILLISECONDS.toNanos(400));
  }

  @Test
  void aShareOfTheRequestsIsStruckAsTheNumbersSay() throws Exception {
    double[] numbers = {0.2, 0.7, 0.5, 0.49};
    int[] next = {0};
    proxy.inject(
        call -> true,
        HttpFaults.share(
            0.5, () -> numbers[next[0]++], HttpFaults.refuse(HttpAnswer.s3Error(503, "SlowDown"))));
    assertThat(send("GET", "1", "").statusCode()).isEqualTo(503);
    assertThat(send("GET", "2", "").statusCode()).isEqualTo(200);
    assertThat(send("GET", "3", "").statusCode()).isEqualTo(200);
    assertThat(send("GET", "4", "").body()).contains("<Code>SlowDown</Code>");
  }

  private HttpResponse<String> send(String method, String target, String body) throws Exception {
    return client.send(
        HttpRequest.newBuilder(URI.create(proxy.uri() + target))
            .method(
                method,
                body.isEmpty()
                    ? HttpRequest.BodyPublishers.noBody()
                    : HttpRequest.BodyPublishers.ofString(body))
            .build(),
        HttpResponse.BodyHandlers.ofString());
  }
}
