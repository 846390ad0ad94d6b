package io.weir.harness.node;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class FlinkRestTest {

  @Test
  void countsRestartsAsOfTheQuestionThoughFlinkAnswersWithWhatItFetchedBefore() throws IOException {
    try (LateFlink flink = new LateFlink()) {
      FlinkRest rest = new FlinkRest(flink.uri());
      assertThat(rest.restarts("job")).isZero();

      flink.restarts = 1;
      assertThat(rest.restarts("job")).isEqualTo(1);

      flink.restarts = 3;
      assertThat(rest.restarts("job")).isEqualTo(3);
    }
  }

  @Test
  void countsNoRestartsOfAJobWithoutMetrics() throws IOException {
    try (LateFlink flink = new LateFlink()) {
      assertThat(new FlinkRest(flink.uri()).restarts("other")).isZero();
    }
  }

  /** Answers as Flink does: from the metrics of the last fetch, which each question renews. */
  private static final class LateFlink implements AutoCloseable {
    private final HttpServer server;
    private volatile int restarts;
    private int fetchedRestarts;
    private long fetchedClock;

    LateFlink() throws IOException {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
      server.createContext(
          "/jobmanager/metrics", e -> answer(e, "Status.JVM.CPU.Time", fetchedClock));
      server.createContext("/jobs/job/metrics", e -> answer(e, "numRestarts", fetchedRestarts));
      server.createContext("/jobs/other/metrics", e -> answer(e, "[]"));
      server.start();
    }

    URI uri() {
      return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/");
    }

    private void answer(HttpExchange exchange, String id, long value) throws IOException {
      answer(exchange, "[{\"id\":\"" + id + "\",\"value\":\"" + value + "\"}]");
    }

    private void answer(HttpExchange exchange, String json) throws IOException {
      byte[] body = json.getBytes(StandardCharsets.UTF_8);
      exchange.sendResponseHeaders(200, body.length);
      exchange.getResponseBody().write(body);
      fetchedRestarts = restarts;
      fetchedClock++;
      exchange.close();
    }

    @Override
    public void close() {
      server.stop(0);
    }
  }
}
