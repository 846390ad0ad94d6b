package io.weir.harness.e2e.agents;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import io.weir.harness.e2e.SharedNodes;
import io.weir.harness.e2e.delivery.KafkaTopic;
import io.weir.harness.node.GatewayProcess;
import io.weir.harness.node.HarnessLayout;
import io.weir.harness.node.KafkaBroker;
import io.weir.model.kafka.Murmur2;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
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
import java.util.zip.GZIPOutputStream;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * Runs what {@code docs/ingest.md} tells people to run, as it stands there, and holds what cannot
 * be run to what takes it.
 */
@ExtendWith(SharedNodes.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class IngestSnippetsITCase {
  private static final Pattern SNIPPET =
      Pattern.compile("<!-- (?:run|check): ([a-z-]+) -->\n```([a-z]+)\n(.*?)```", Pattern.DOTALL);

  /** As its source of files makes them, with what the snippet adds. */
  private static final String VECTOR_EVENT =
      """
      {"file":"/var/log/payments/payments.log","host":"web-1","message":"card refused",
       "offset":%1$d,"source_type":"file","timestamp":"2026-03-29T10:00:00.123456789Z",
       "service":"payments","id":"web-1:/var/log/payments/payments.log:%1$d:0cc175b9"}
      """
          .replace("\n", "");

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
            "rsyslog",
            "vector",
            "vector-kafka");
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

  @Test
  void theRequestThatVectorMakesIsTaken() throws Exception {
    JsonNode sink = sink("vector");
    assertThat(sink.path("type").asText()).isEqualTo("http");
    assertThat(sink.path("encoding").path("codec").asText()).isEqualTo("json");
    assertThat(sink.path("batch").path("max_events").asInt()).isBetween(1, 10_000);
    String path = URI.create(sink.path("uri").asText()).getPath();
    // Vector puts the events of a batch between the two as a list.
    String body =
        sink.path("payload_prefix").asText()
            + "["
            + VECTOR_EVENT.formatted(17)
            + ","
            + VECTOR_EVENT.formatted(99)
            + "]"
            + sink.path("payload_suffix").asText();
    ByteArrayOutputStream zipped = new ByteArrayOutputStream();
    try (OutputStream gzip = new GZIPOutputStream(zipped)) {
      gzip.write(body.getBytes(UTF_8));
    }
    HttpResponse<String> answer =
        HttpClient.newHttpClient()
            .send(
                HttpRequest.newBuilder(URI.create(weir() + path))
                    .header("Content-Type", "application/json")
                    .header("Content-Encoding", sink.path("compression").asText())
                    .POST(HttpRequest.BodyPublishers.ofByteArray(zipped.toByteArray()))
                    .build(),
                HttpResponse.BodyHandlers.ofString());
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(202);
    assertThat(answer.body()).contains("\"accepted\":2");
    assertThat(read(logs)).anyMatch(record -> record.contains("payments.log:99:"));
  }

  /** With another program that has librdkafka: it checks options and values as for Vector. */
  @Test
  void librdkafkaTakesTheOptionsOfVector() throws Exception {
    JsonNode sink = sink("vector-kafka");
    assertThat(sink.path("topic").asText()).isEqualTo("logs");
    assertThat(sink.path("key_field").asText()).isEqualTo("service");
    KafkaTopic topic = new KafkaTopic(kafka, "ingest-page-vector").create(3);
    List<String> command =
        new ArrayList<>(
            List.of(
                ROOT.resolve(".weir/opt/bin/kcat").toString(),
                "-P",
                "-b",
                kafka.bootstrapServers(),
                "-t",
                topic.name(),
                "-K=",
                "-X",
                "compression.codec=" + sink.path("compression").asText(),
                "-X",
                "message.timeout.ms=" + sink.path("message_timeout_ms").asText()));
    sink.path("librdkafka_options")
        .fields()
        .forEachRemaining(
            option -> {
              command.add("-X");
              command.add(option.getKey() + "=" + option.getValue().asText());
            });
    Process kcat =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("vector.out").toFile())
            .start();
    try (OutputStream in = kcat.getOutputStream()) {
      in.write(("payments=" + VECTOR_EVENT.formatted(17) + "\n").getBytes(UTF_8));
    }
    assertThat(kcat.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(kcat.exitValue()).as(Files.readString(folder.resolve("vector.out"))).isZero();
    List<Integer> partitions = new ArrayList<>();
    topic.read(record -> partitions.add(record.partition()));
    assertThat(partitions).containsExactly(Murmur2.positive("payments".getBytes(UTF_8)) % 3);
  }

  private JsonNode sink(String snippet) throws IOException {
    return new ObjectMapper(new YAMLFactory())
        .readTree(snippets.get(snippet))
        .path("sinks")
        .path("weir");
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
