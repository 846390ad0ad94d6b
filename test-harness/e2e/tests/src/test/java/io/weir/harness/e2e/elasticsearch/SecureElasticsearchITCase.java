package io.weir.harness.e2e.elasticsearch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.weir.harness.e2e.SharedNodes;
import io.weir.harness.e2e.SinkJob;
import io.weir.harness.node.ElasticsearchNode;
import io.weir.harness.node.GatewayProcess;
import io.weir.jobs.options.LogsJobOptions;
import io.weir.jobs.tasks.InstallTemplates;
import io.weir.sinks.elasticsearch.ElasticsearchConnection;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The sink, the template task and the gateway through TLS and credentials, to a real node. */
@ExtendWith(SharedNodes.class)
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class SecureElasticsearchITCase {
  private static final List<String> LOGIN =
      List.of("elasticsearch.username", TlsFront.USER, "elasticsearch.password", TlsFront.PASSWORD);
  private static final List<String> API_KEY = List.of("elasticsearch.api-key", TlsFront.API_KEY);
  private static final List<String> WRONG_LOGIN =
      List.of("elasticsearch.username", TlsFront.USER, "elasticsearch.password", "battery staple");

  @RegisterExtension static final SinkJobs JOBS = new SinkJobs();
  @TempDir static Path folder;

  private static TestingAuthority authority;
  private static TestingAuthority stranger;
  private static TlsFront front;

  private final ElasticsearchNode node;

  SecureElasticsearchITCase(ElasticsearchNode node) {
    this.node = node;
  }

  @BeforeAll
  static void start(ElasticsearchNode node) throws Exception {
    authority = new TestingAuthority(folder.resolve("authority"));
    stranger = new TestingAuthority(folder.resolve("stranger"));
    front = new TlsFront(node.uri(), authority.serverContext());
    List<String> arguments = arguments(authority, LOGIN);
    arguments.addAll(List.of("--templates.replicas", "0"));
    PrintStream out = new PrintStream(new ByteArrayOutputStream(), true, StandardCharsets.UTF_8);
    new InstallTemplates().run(arguments.toArray(String[]::new), out);
  }

  @AfterAll
  static void stop() {
    front.close();
  }

  static Stream<Arguments> rightCredentials() {
    return Stream.of(Arguments.of("secure-login", LOGIN), Arguments.of("secure-api-key", API_KEY));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("rightCredentials")
  void letsTheSinkAndTheGatewayIn(String topic, List<String> credentials, SharedNodes nodes)
      throws Exception {
    start(topic, connection(authority, credentials)).awaitEnd();

    assertThat(new StoredDocuments(node, topic).offsets())
        .isEqualTo(LongStream.range(0, 1_000).boxed().toList());
    try (GatewayProcess gateway = gateway(nodes, topic, authority, credentials)) {
      gateway.start();
      gateway.awaitReady();
      HttpResponse<String> found =
          get(
              gateway,
              "logs/search?q=kafka_topic:"
                  + topic
                  + "&from=2026-03-29T10:00Z&to=2026-03-29T10:01Z");
      assertThat(found.statusCode()).as(found.body()).isEqualTo(200);
      assertThat(found.body()).contains("\"total_matched\":1000");
    }
  }

  @Test
  void failsTheJobNamingTheCertificateThatIsNotTrusted() throws Exception {
    SinkJob job = start("secure-stranger", connection(stranger, LOGIN));

    assertThatThrownBy(job::awaitEnd)
        .hasStackTraceContaining("POST [" + front.url() + "]/_bulk")
        .hasStackTraceContaining("the server's certificate is not trusted")
        .hasStackTraceContaining("unable to find valid certification path");
    assertThat(new StoredDocuments(node, "secure-stranger").offsets()).isEmpty();
  }

  @Test
  void failsTheJobNamingTheLoginThatIsRefused() throws Exception {
    SinkJob job = start("secure-wrong", connection(authority, WRONG_LOGIN));

    assertThatThrownBy(job::awaitEnd)
        .hasStackTraceContaining("POST " + front.url() + "/_bulk")
        .hasStackTraceContaining("401 security_exception: unable to authenticate");
    assertThat(new StoredDocuments(node, "secure-wrong").offsets()).isEmpty();
  }

  @Test
  void failsTheTaskNamingTheReason() {
    PrintStream out = new PrintStream(new ByteArrayOutputStream(), true, StandardCharsets.UTF_8);

    assertThatThrownBy(
            () ->
                new InstallTemplates().run(arguments(stranger, LOGIN).toArray(String[]::new), out))
        .isInstanceOf(IOException.class)
        .hasStackTraceContaining("unable to find valid certification path");
    assertThatThrownBy(
            () ->
                new InstallTemplates()
                    .run(arguments(authority, WRONG_LOGIN).toArray(String[]::new), out))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("401 security_exception: unable to authenticate");
  }

  @Test
  void keepsTheGatewayFromBeingReadyAndNamesTheCertificate(SharedNodes nodes) throws Exception {
    try (GatewayProcess gateway = gateway(nodes, "secure-stranger", stranger, LOGIN)) {
      gateway.start();

      assertThat(notReady(gateway)).contains("unable to find valid certification path");
      HttpResponse<String> refused = get(gateway, "logs/search");
      assertThat(refused.statusCode()).isEqualTo(503);
      assertThat(refused.body()).contains("unable to find valid certification path");
    }
  }

  @Test
  void keepsTheGatewayFromBeingReadyAndNamesTheLogin(SharedNodes nodes) throws Exception {
    try (GatewayProcess gateway = gateway(nodes, "secure-wrong", authority, WRONG_LOGIN)) {
      gateway.start();

      assertThat(notReady(gateway))
          .contains("status 401")
          .contains("security_exception: unable to authenticate");
      assertThat(get(gateway, "logs/search").statusCode()).isEqualTo(500);
      // What a process says reaches its log a moment later.
      await()
          .atMost(Duration.ofSeconds(60))
          .untilAsserted(
              () ->
                  assertThat(Files.readString(gateway.process().logFile()))
                      .contains("status 401: security_exception: unable to authenticate"));
      assertThat(Files.readString(gateway.process().logFile())).doesNotContain("battery staple");
    }
  }

  private static SinkJob start(String topic, ElasticsearchConnection connection) throws Exception {
    return JOBS.start(
        connection, SinkJobs.Events.of(topic, 1_000), NoDeadLetters.factory(), builder -> builder);
  }

  /** As the job reads it from its arguments. */
  private static ElasticsearchConnection connection(
      TestingAuthority trusted, List<String> credentials) {
    List<String> arguments = arguments(trusted, credentials);
    arguments.addAll(
        List.of("--kafka.bootstrap-servers", "localhost:1", "--archive.path", "file:///unused"));
    Optional<ElasticsearchConnection> connection =
        LogsJobOptions.parse(arguments.toArray(String[]::new)).elasticsearch();
    return connection.orElseThrow();
  }

  private static List<String> arguments(TestingAuthority trusted, List<String> credentials) {
    List<String> arguments = new ArrayList<>();
    arguments.addAll(List.of("--elasticsearch.hosts", front.url()));
    arguments.addAll(List.of("--elasticsearch.ca-certificate", trusted.certificate().toString()));
    for (int i = 0; i < credentials.size(); i += 2) {
      arguments.add("--" + credentials.get(i));
      arguments.add(credentials.get(i + 1));
    }
    return arguments;
  }

  private static GatewayProcess gateway(
      SharedNodes nodes, String name, TestingAuthority trusted, List<String> credentials) {
    GatewayProcess.Builder gateway =
        GatewayProcess.builder(nodes.directories())
            .name("gateway-" + name)
            .option("roles", "search")
            .option("elasticsearch.hosts", front.url())
            .option("elasticsearch.ca-certificate", trusted.certificate().toString());
    for (int i = 0; i < credentials.size(); i += 2) {
      gateway.option(credentials.get(i), credentials.get(i + 1));
    }
    return gateway.build();
  }

  /** Waits until the gateway answers that it is not ready, and returns why. */
  private static String notReady(GatewayProcess gateway) {
    return await("an answer of /ready")
        .atMost(Duration.ofSeconds(60))
        .ignoreExceptions()
        .until(() -> get(gateway, "ready"), answer -> answer.statusCode() == 503)
        .body();
  }

  private static HttpResponse<String> get(GatewayProcess gateway, String path)
      throws IOException, InterruptedException {
    return HttpClient.newHttpClient()
        .send(
            HttpRequest.newBuilder(URI.create(gateway.uri() + path))
                .timeout(Duration.ofSeconds(30))
                .build(),
            HttpResponse.BodyHandlers.ofString());
  }
}
