package io.weir.jobs.tasks;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.weir.jobs.options.InvalidOptionsException;
import io.weir.jobs.options.OptionGroup;
import io.weir.jobs.options.RunReportOptions;
import io.weir.jobs.options.TopicOptions;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

class TaskRunnerTest {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  private interface Body {
    void run(PrintStream out) throws Exception;
  }

  private int run(Body body, String... args) {
    Task task =
        new Task() {
          @Override
          public String name() {
            return "Demo";
          }

          @Override
          public String summary() {
            return "demonstrates.";
          }

          @Override
          public List<OptionGroup> options() {
            return List.of(TopicOptions.GROUP, RunReportOptions.GROUP);
          }

          @Override
          public Map<String, Long> run(String[] given, PrintStream stream) throws Exception {
            body.run(stream);
            return Map.of("things", 3L);
          }
        };
    return TaskRunner.run(
        task,
        args,
        new PrintStream(out, true, StandardCharsets.UTF_8),
        new PrintStream(err, true, StandardCharsets.UTF_8));
  }

  @Test
  void endsWithZeroWhenItIsDone() {
    assertThat(run(stream -> stream.println("did it"))).isZero();
    assertThat(out.toString(StandardCharsets.UTF_8)).isEqualTo("did it\n");
  }

  @Test
  void endsWithTwoAndEveryErrorWhenOptionsAreWrong() {
    int code =
        run(
            stream -> {
              throw new InvalidOptionsException(List.of("a: is required", "b: is odd"));
            });

    assertThat(code).isEqualTo(2);
    assertThat(err.toString(StandardCharsets.UTF_8))
        .isEqualTo("Demo: invalid options:\n  a: is required\n  b: is odd\n");
  }

  @Test
  void endsWithOneAndTheReasonWithoutAStackTraceWhenItFails() {
    int code =
        run(
            stream -> {
              throw new IllegalStateException("no answer", new IOException("refused"));
            });

    assertThat(code).isEqualTo(1);
    assertThat(err.toString(StandardCharsets.UTF_8))
        .isEqualTo("Demo failed: no answer; caused by refused\n");
  }

  @Test
  void aReportThatCannotBeMadeIsAWarningAndChangesNothing() {
    // Nobody listens on the discard port.
    int done = run(stream -> {}, "--report.pushgateway-url", "http://127.0.0.1:9");
    int failed =
        run(
            stream -> {
              throw new IOException("refused");
            },
            "--report.pushgateway-url",
            "http://127.0.0.1:9");

    assertThat(done).isZero();
    assertThat(failed).isEqualTo(1);
    assertThat(err.toString(StandardCharsets.UTF_8).lines())
        .anyMatch(line -> line.startsWith("Demo: the outcome of Demo is not reported to"))
        .contains("Demo failed: refused");
  }

  @Test
  void wrongOptionsAreReportedAsAFailure() throws IOException {
    List<String> reports = new CopyOnWriteArrayList<>();
    HttpServer pushgateway = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
    pushgateway.createContext(
        "/",
        exchange -> {
          String body =
              new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
          reports.add(exchange.getRequestMethod() + " " + exchange.getRequestURI() + "\n" + body);
          exchange.sendResponseHeaders(202, -1);
          exchange.close();
        });
    pushgateway.start();
    try {
      int code =
          run(
              stream -> {
                throw new InvalidOptionsException(List.of("a: is required"));
              },
              "--report.pushgateway-url",
              "http://127.0.0.1:" + pushgateway.getAddress().getPort());

      assertThat(code).isEqualTo(2);
      assertThat(reports)
          .singleElement()
          .asString()
          .startsWith("POST /metrics/job/weir_run/run/Demo\n")
          .containsPattern("(?m)^weir_run_success 0(\\.0)?$");
    } finally {
      pushgateway.stop(0);
    }
  }

  @Test
  void anAddressThatIsNoneIsAWrongOption() {
    int code =
        TaskRunner.run(
            new GenerateAlertmanagerConfig(),
            new String[] {"--report.pushgateway-url", "http://127.0.0.1:9/path"},
            new PrintStream(out, true, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8));

    assertThat(code).isEqualTo(2);
    assertThat(err.toString(StandardCharsets.UTF_8)).contains("no address of a Pushgateway");
  }

  @Test
  void helpNamesEveryOptionWithItsDefaultAndRunsNothing() {
    int code =
        run(
            stream -> {
              throw new AssertionError("ran");
            },
            "--help");

    assertThat(code).isZero();
    assertThat(out.toString(StandardCharsets.UTF_8))
        .contains("Demo: demonstrates.")
        .contains("--topics.logs.retention <duration> (default: 48 h)")
        .contains("--config FILE");
  }
}
