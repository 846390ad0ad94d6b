package io.weir.harness.e2e.agents;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.weir.harness.e2e.SharedNodes;
import io.weir.harness.e2e.delivery.KafkaTopic;
import io.weir.harness.node.GatewayProcess;
import io.weir.harness.node.HarnessLayout;
import io.weir.harness.node.KafkaBroker;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Runs what {@code docs/ingest.md} tells people to run, as it stands there. */
@ExtendWith(SharedNodes.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class IngestSnippetsITCase {
  private static final Pattern SNIPPET =
      Pattern.compile("<!-- run: ([a-z-]+) -->\n```([a-z]+)\n(.*?)```", Pattern.DOTALL);

  private static final Path ROOT = HarnessLayout.find().root();

  private final Map<String, String> snippets = new LinkedHashMap<>();
  private KafkaTopic logs;
  private KafkaTopic points;
  private KafkaBroker kafka;
  private GatewayProcess gateway;

  @TempDir private Path folder;

  @BeforeAll
  void start(SharedNodes nodes, KafkaBroker sharedKafka) throws IOException {
    Matcher found = SNIPPET.matcher(Files.readString(ROOT.resolve("docs/ingest.md")));
    while (found.find()) {
      snippets.put(found.group(1), found.group(3));
    }
    kafka = sharedKafka;
    logs = new KafkaTopic(kafka, "ingest-page").create(1);
    points = new KafkaTopic(kafka, "ingest-page-points").create(1);
    gateway =
        GatewayProcess.builder(nodes.directories())
            .name("gateway-snippets")
            .option("roles", "ingest")
            .option("kafka.bootstrap-servers", kafka.bootstrapServers())
            .option("kafka.logs-topic", logs.name())
            .option("kafka.metrics-topic", points.name())
            .build();
    gateway.start();
    gateway.awaitReady();
  }

  @AfterAll
  void stop() {
    if (gateway != null) {
      gateway.close();
    }
  }

  @Test
  void thePageHasOneForEachWayIn() {
    assertThat(snippets.keySet())
        .containsExactly(
            "curl-logs",
            "curl-metrics",
            "otlp-curl-logs",
            "otlp-curl-metrics",
            "otlp-java",
            "kcat",
            "rsyslog");
  }

  @Test
  void curlSendsJson() throws Exception {
    assertThat(bash("curl-logs")).contains("\"accepted\":1");
    assertThat(read(logs)).anyMatch(record -> record.contains("\"user_id\": 42"));
    assertThat(bash("curl-metrics")).contains("\"accepted\":1");
    assertThat(read(points)).anyMatch(record -> record.contains("queue_depth"));
  }

  @Test
  void curlSendsOtlp() throws Exception {
    assertThat(bash("otlp-curl-logs")).isEqualTo("{}");
    assertThat(read(logs)).anyMatch(record -> record.contains("5b8efff798038103d269b633813fc60c"));
    assertThat(bash("otlp-curl-metrics")).isEqualTo("{}");
    assertThat(read(points)).anyMatch(record -> record.contains("\"requests_total\""));
  }

  @Test
  void theSdkForJavaSendsOtlp() throws Exception {
    Path source = folder.resolve("Snippet.java");
    Files.writeString(
        source,
        """
        import io.opentelemetry.api.logs.Severity;
        import io.opentelemetry.exporter.otlp.http.logs.OtlpHttpLogRecordExporter;
        import io.opentelemetry.exporter.otlp.http.metrics.OtlpHttpMetricExporter;
        import io.opentelemetry.sdk.logs.SdkLoggerProvider;
        import io.opentelemetry.sdk.logs.export.BatchLogRecordProcessor;
        import io.opentelemetry.sdk.metrics.SdkMeterProvider;
        import io.opentelemetry.sdk.metrics.export.PeriodicMetricReader;
        import io.opentelemetry.sdk.resources.Resource;

        public class Snippet implements java.util.function.Consumer<String> {
          @Override public void accept(String weir) {
        %s
            logs.close();
            metrics.close();
          }
        }
        """
            .formatted(snippets.get("otlp-java")));
    int status =
        ToolProvider.getSystemJavaCompiler()
            .run(
                null,
                null,
                null,
                "-proc:none",
                "-cp",
                classPath(),
                "-d",
                folder.toString(),
                source.toString());
    assertThat(status).as("it compiles").isZero();
    try (URLClassLoader loader =
        new URLClassLoader(new URL[] {folder.toUri().toURL()}, getClass().getClassLoader())) {
      @SuppressWarnings("unchecked") // written above
      var snippet =
          (java.util.function.Consumer<String>)
              loader.loadClass("Snippet").getDeclaredConstructor().newInstance();
      snippet.accept(weir());
    }
    assertThat(read(logs)).anyMatch(record -> record.contains("\"user.id\":42"));
    assertThat(read(points)).anyMatch(record -> record.contains("\"orders_total\""));
  }

  /** The forked JVM of the tests may hold its class path in the manifest of one jar. */
  private static String classPath() {
    String whole = System.getProperty("surefire.test.class.path");
    return whole == null ? System.getProperty("java.class.path") : whole;
  }

  @Test
  void kcatProduces() throws Exception {
    bash("kcat");
    assertThat(read(logs)).anyMatch(record -> record.contains("web-1:17"));
  }

  @Test
  void rsyslogShips() throws Exception {
    Path log = folder.resolve("payments.log");
    Files.writeString(
        log, "2026-03-29T10:00:00Z ERROR [main] c.s.Cards - card refused by rsyslog\n");
    Process rsyslog = start("rsyslog");
    try {
      await()
          .atMost(Duration.ofMinutes(1))
          .until(() -> read(logs).stream().anyMatch(line -> line.contains("refused by rsyslog")));
    } finally {
      rsyslog.destroy();
      assertThat(rsyslog.waitFor(60, TimeUnit.SECONDS)).isTrue();
    }
  }

  private String weir() {
    return gateway.uri().toString().replaceAll("/$", "");
  }

  private String bash(String snippet) throws IOException, InterruptedException {
    Process process = start(snippet);
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).as(snippet).isTrue();
    String output = Files.readString(folder.resolve(snippet + ".out"));
    assertThat(process.exitValue()).as(output).isZero();
    return output;
  }

  private Process start(String snippet) throws IOException {
    // Only the names are the test's own: a topic nobody else reads, a folder that goes away.
    String text =
        snippets
            .get(snippet)
            .replace("-t logs", "-t " + logs.name())
            .replace("WEIR_TOPIC=logs", "WEIR_TOPIC=" + logs.name())
            .replace("/tmp/weir-docs", folder.toString())
            .replace("rsyslogd -n", "exec rsyslogd -n");
    ProcessBuilder builder =
        new ProcessBuilder("bash", "-euo", "pipefail", "-c", text)
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve(snippet + ".out").toFile());
    Map<String, String> environment = builder.environment();
    environment.put("WEIR", weir());
    environment.put("KAFKA", kafka.bootstrapServers());
    environment.put("REPOSITORY", ROOT.toString());
    environment.put("PATH", ROOT.resolve(".weir/opt/bin") + ":" + environment.get("PATH"));
    return builder.start();
  }

  private static List<String> read(KafkaTopic topic) {
    List<String> records = new ArrayList<>();
    topic.read(record -> records.add(new String(record.value(), UTF_8)));
    return records;
  }
}
