package io.weir.harness.stack;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class FirstSearchesTest {
  private static final FirstQuery QUERY = FirstQuery.ALL.get(0);

  /** Answers as status and body; the last one stays. */
  private final Deque<String> answers = new ArrayDeque<>();

  private HttpServer server;

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/logs/search",
        exchange -> {
          String answer = answers.size() > 1 ? answers.poll() : answers.peek();
          byte[] body = answer.substring(4).getBytes(UTF_8);
          exchange.sendResponseHeaders(Integer.parseInt(answer.substring(0, 3)), body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    server.start();
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  @Test
  void goesOnAskingThroughErrorsOfTheServerUntilThereAreHits() {
    answers.addAll(
        List.of(
            "503 {}",
            "500 {}",
            "504 {}",
            "200 {\"logs\":[]}",
            "200 {\"logs\":[{}],\"total_matched\":7,\"took_ms\":12}"));

    assertThat(searches(Duration.ofMinutes(1)).awaitHits(QUERY)).isEqualTo("7 hits in 12 ms");
  }

  @Test
  void saysWhatIsMissingInsteadOfFailing() {
    answers.add("200 {\"logs\":[]}");

    assertThat(searches(Duration.ofMillis(1)).awaitHits(QUERY))
        .startsWith("no hits yet (no hits)")
        .contains("what to do: ");
  }

  @Test
  void doesNotRepeatWhatCanNeverBeAnswered() {
    answers.addAll(List.of("400 {}", "200 {\"logs\":[{}]}"));

    assertThat(searches(Duration.ofMinutes(1)).awaitHits(QUERY)).contains("400");
  }

  @Test
  void doesNotFailWhenTheGatewayIsAway() {
    URI nobody = URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/");
    server.stop(0);

    assertThat(new FirstSearches(nobody, Duration.ofMillis(1)).awaitHits(QUERY))
        .startsWith("no hits yet");
  }

  private FirstSearches searches(Duration patience) {
    return new FirstSearches(
        URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/"), patience);
  }
}
