package io.weir.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.weir.gateway.auth.KeyToken;
import io.weir.gateway.auth.Scope;
import io.weir.gateway.auth.TestingKeys;
import io.weir.gateway.auth.oidc.TestingProvider;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What is noted of callers, and what never is. */
@Timeout(120)
class AuditTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String RULE =
      "{\"id\":\"r\",\"metric\":\"m\",\"condition\":\">\",\"threshold\":1,\"duration_s\":60,"
          + "\"notification_channel\":\"c\"}";

  @TempDir private Path folder;

  @Test
  void changesAndRefusalsAreNotedWithWhoAndWhatCameOfThem() throws Exception {
    TestingKeys keys = new TestingKeys(folder);
    String admin = keys.add(Scope.ADMIN);
    String reader = keys.add(Scope.READ);
    try (Logged logged = new Logged();
        TestingGateway gateway =
            new TestingGateway("auth.keys-file", keys.file().path().toString())) {
      HttpTester http = new HttpTester(gateway, admin);
      assertThat(http.post("alerts", RULE).statusCode()).isEqualTo(201);
      assertThat(http.get("alerts").statusCode()).isEqualTo(200);
      assertThat(http.send("DELETE", "alerts/none", "", null).statusCode()).isEqualTo(404);
      assertThat(new HttpTester(gateway, reader).post("alerts", RULE).statusCode()).isEqualTo(403);
      assertThat(new HttpTester(gateway).get("alerts?x=%0aforged").statusCode()).isEqualTo(401);
      Awaitility.await()
          .atMost(Duration.ofSeconds(30))
          .until(() -> logged.of(Audit.NAME).size() == 4);
      List<String> lines = logged.of(Audit.NAME);
      JsonNode created = JSON.readTree(lines.get(0));
      assertThat(created.path("audit").asText()).isEqualTo("change");
      assertThat(created.path("operation").asText()).isEqualTo("createAlert");
      assertThat(created.path("caller").asText())
          .isEqualTo("key:" + KeyToken.id(admin).orElseThrow());
      assertThat(created.path("status").asInt()).isEqualTo(201);
      assertThat(created.path("location").asText()).isEqualTo("/alerts/r");
      assertThat(created.path("address").asText()).isEqualTo("127.0.0.1");
      assertThat(JSON.readTree(lines.get(1)).path("status").asInt()).isEqualTo(404);
      assertThat(JSON.readTree(lines.get(1)).path("path").asText()).isEqualTo("/alerts/none");
      JsonNode refused = JSON.readTree(lines.get(2));
      assertThat(refused.path("audit").asText()).isEqualTo("refused");
      assertThat(refused.path("reason").asText()).contains("admin");
      assertThat(JSON.readTree(lines.get(3)).path("reason").asText()).isEqualTo("missing");
      assertThat(lines.get(3)).doesNotContain("forged");
    }
  }

  @Test
  void aFloodOfRefusalsIsCountedAndNotWrittenDown() throws Exception {
    TestingKeys keys = new TestingKeys(folder);
    try (Logged logged = new Logged();
        TestingGateway gateway =
            new TestingGateway("auth.keys-file", keys.file().path().toString())) {
      HttpTester http = new HttpTester(gateway);
      long start = System.nanoTime();
      int sent = 0;
      while (sent < 400) {
        assertThat(http.get("alerts").statusCode()).isEqualTo(401);
        sent++;
      }
      long seconds = 2 + (System.nanoTime() - start) / 1_000_000_000;
      assertThat(logged.of(Audit.NAME).size()).isLessThanOrEqualTo((int) (20 * seconds));
      assertThat(http.get("metrics").statusCode()).isEqualTo(401);
    }
  }

  @Test
  void noSecretIsEverLoggedOrAnswered() {
    TestingKeys keys = new TestingKeys(folder);
    String good = keys.add(Scope.ADMIN);
    String bad = KeyToken.create(new Random(5)::nextBytes);
    TestingProvider.SigningKey signing = TestingProvider.key("k", "RS256");
    try (Logged logged = new Logged();
        TestingProvider provider = new TestingProvider();
        TestingGateway gateway =
            new TestingGateway(
                "auth.keys-file", keys.file().path().toString(),
                "oidc.issuer", provider.issuer(),
                "oidc.audience", "weir",
                "prometheus.bearer-token", "prometheus-secret",
                "elasticsearch.username", "u",
                "elasticsearch.password", "elasticsearch-secret",
                "kafka.properties.sasl.jaas.config", "kafka-secret")) {
      provider.publish(signing);
      String token = provider.token(signing, claims -> {});
      String wrong = provider.token(signing, claims -> claims.put("aud", "x"));
      StringBuilder answers = new StringBuilder();
      for (String key : List.of(good, bad, token, wrong, "weir_typo", "Basic dTpw")) {
        HttpTester http = new HttpTester(gateway, key);
        for (String path :
            List.of("whoami", "logs/search", "alerts/x", "ready", "api/v1/query?query=up", "x")) {
          answers.append(http.get(path).body());
        }
        answers.append(http.post("alerts", "{").body());
        answers.append(http.post("ingest/logs", "{").body());
      }
      assertThat(logged.lines()).anyMatch(line -> line.startsWith(Audit.NAME));
      for (String secret :
          List.of(
              good.substring(18),
              bad.substring(18),
              token.substring(30),
              wrong.substring(30),
              "prometheus-secret",
              "elasticsearch-secret",
              "kafka-secret",
              "dTpw")) {
        assertThat(logged.lines()).noneMatch(line -> line.contains(secret));
        assertThat(answers.toString()).doesNotContain(secret);
      }
    }
  }
}
