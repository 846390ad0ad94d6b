package io.weir.jobs.tasks;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The programs around the sinks' maintenance, which is tested against a real node elsewhere. */
class ElasticsearchTasksTest {
  private static final Clock NOON =
      Clock.fixed(Instant.parse("2026-03-29T12:00:00Z"), ZoneOffset.UTC);

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  private final List<String> requests = new CopyOnWriteArrayList<>();
  private HttpServer server;
  private int deleteStatus = 200;

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::answer);
    server.start();
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  private void answer(HttpExchange exchange) throws IOException {
    String request = exchange.getRequestMethod() + " " + exchange.getRequestURI().getPath();
    requests.add(request);
    int status = 200;
    String body = "{}";
    if (request.startsWith("GET /_index_template/")) {
      status = 404;
    } else if (request.startsWith("GET /_cat/indices/")) {
      body =
          """
          [{"index":"logs-2026-03-29-11","docs.count":"5","store.size":"50"},
           {"index":"logs-2026-03-27-11","docs.count":"7","store.size":"70"},
           {"index":"logs-of-somebody","docs.count":"1","store.size":"10"}]
          """;
    } else if (request.startsWith("DELETE")) {
      status = deleteStatus;
      body = "{\"error\":{\"type\":\"x\",\"reason\":\"no right to\"}}";
    }
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().add("Content-Type", "application/json");
    exchange.getResponseHeaders().add("X-Elastic-Product", "Elasticsearch");
    exchange.sendResponseHeaders(status, bytes.length);
    exchange.getResponseBody().write(bytes);
    exchange.close();
  }

  private int run(Task task, String... args) {
    String[] all = new String[args.length + 2];
    all[0] = "--elasticsearch.hosts";
    all[1] = "http://127.0.0.1:" + server.getAddress().getPort();
    System.arraycopy(args, 0, all, 2, args.length);
    return TaskRunner.run(
        task,
        all,
        new PrintStream(out, true, StandardCharsets.UTF_8),
        new PrintStream(err, true, StandardCharsets.UTF_8));
  }

  private String out() {
    return out.toString(StandardCharsets.UTF_8);
  }

  private String err() {
    return err.toString(StandardCharsets.UTF_8);
  }

  @Test
  void installsTheTemplateAndSaysSo() {
    assertThat(run(new InstallTemplates(), "--templates.replicas", "0")).as(err()).isZero();

    assertThat(requests).contains("PUT /_index_template/weir-logs");
    assertThat(out()).contains("index template weir-logs: created");
  }

  @Test
  void reportsWrongTemplateOptionsWithoutARequest() {
    assertThat(run(new InstallTemplates(), "--templates.refresh-interval", "1 ms")).isEqualTo(2);

    assertThat(err()).contains("templates.*").contains("refresh interval");
    assertThat(requests).isEmpty();
  }

  @Test
  void deletesWhatIsOlderThanTheRetentionAndLeavesTheRest() {
    assertThat(run(new DeleteExpiredIndices(NOON), "--retention.hot", "1 d")).as(err()).isZero();

    assertThat(requests)
        .filteredOn(request -> request.startsWith("DELETE"))
        .containsExactly("DELETE /logs-2026-03-27-11");
    assertThat(out())
        .contains("deleted logs-2026-03-27-11, documents 7")
        .contains("left alone logs-of-somebody")
        .contains("deleted 1 indices, 7 documents, 70 bytes; 1 indices are within their time");
  }

  @Test
  void aDryRunDeletesNothing() {
    assertThat(
            run(
                new DeleteExpiredIndices(NOON),
                "--retention.hot",
                "1 d",
                "--retention.dry-run",
                "true"))
        .isZero();

    assertThat(requests).noneMatch(request -> request.startsWith("DELETE"));
    assertThat(out()).contains("would delete logs-2026-03-27-11");
  }

  @Test
  void failsWithTheReasonWhenAnIndexCannotBeDeleted() {
    deleteStatus = 403;

    assertThat(run(new DeleteExpiredIndices(NOON), "--retention.hot", "1 d")).isEqualTo(1);

    assertThat(err()).contains("logs-2026-03-27-11").contains("no right to");
  }

  @Test
  void namesTheHostThatDoesNotAnswer() {
    server.stop(0);

    assertThat(run(new InstallTemplates())).isEqualTo(1);
    assertThat(err()).startsWith("InstallTemplates failed: ").contains("refused");
  }
}
