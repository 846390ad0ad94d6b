package io.weir.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.weir.gateway.auth.Scope;
import io.weir.gateway.auth.TestingKeys;
import io.weir.gateway.auth.oidc.TestingProvider;
import io.weir.gateway.auth.oidc.TestingProvider.SigningKey;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Bearer tokens over real HTTP, of an issuer with real keys. */
@Timeout(120)
class OidcTokenTest {
  private static final SigningKey RSA = TestingProvider.key("rsa-1", "RS256");
  private static final SigningKey EC = TestingProvider.key("ec-1", "ES256");

  private final TestingProvider provider = new TestingProvider();
  private final TestingGateway gateway =
      new TestingGateway("oidc.issuer", provider.issuer(), "oidc.audience", "weir");

  @AfterEach
  void stop() {
    gateway.close();
    provider.close();
  }

  @Test
  void rolesAndServicesOfATokenAreWhatItsCallerMay() {
    provider.publish(RSA);
    provider.publish(EC);
    for (SigningKey key : new SigningKey[] {RSA, EC}) {
      String token = provider.token(key, claims -> claims.putArray("weir_services").add("mine"));
      JsonNode caller = tester(token).ok("whoami");
      assertThat(caller.path("id").asText()).isEqualTo("user:u-1");
      assertThat(caller.path("name").asText()).isEqualTo("ada");
      assertThat(caller.path("scopes").toString()).isEqualTo("[\"read\"]");
      assertThat(caller.path("services").toString()).isEqualTo("[\"mine\"]");
      assertThat(status(token, "logs/search")).isEqualTo(200);
      assertThat(status(token, "logs/search?service=foreign")).isEqualTo(403);
      assertThat(tester(token).post("alerts", "{}").statusCode()).isEqualTo(403);
    }
    assertThat(provider.fetches()).as("keys are fetched once").isEqualTo(1);
    String admin =
        provider.token(
            RSA,
            claims -> {
              claims.put("roles", "weir-admin weir-ingest");
            });
    assertThat(tester(admin).ok("whoami").path("scopes").toString())
        .isEqualTo("[\"ingest\",\"admin\"]");
    assertThat(tester(admin).ok("whoami").path("services").isNull()).isTrue();
    String nobodys = provider.token(RSA, claims -> claims.remove("roles"));
    assertThat(status(nobodys, "whoami")).isEqualTo(200);
    assertThat(status(nobodys, "logs/search")).isEqualTo(403);
  }

  @Test
  void whateverIsWrongWithATokenIsTheSame401() {
    provider.publish(RSA);
    long past = Instant.now().getEpochSecond() - 3_600;
    SigningKey stranger = TestingProvider.key("rsa-1", "RS256");
    String good = provider.token(RSA, claims -> {});
    String[] bad = {
      provider.token(RSA, claims -> claims.put("aud", "other")),
      provider.token(RSA, claims -> claims.remove("aud")),
      provider.token(RSA, claims -> claims.put("iss", "http://elsewhere")),
      provider.token(RSA, claims -> claims.put("exp", past)),
      provider.token(RSA, claims -> claims.remove("exp")),
      provider.token(RSA, claims -> claims.put("nbf", past + 7_200)),
      provider.token(RSA, claims -> claims.remove("sub")),
      provider.token(RSA, claims -> claims.putArray("weir_services")),
      provider.token(RSA, claims -> claims.put("weir_services", 7)),
      provider.token(RSA, claims -> claims.putNull("weir_services")),
      provider.token(RSA, claims -> claims.putObject("weir_services").put("mine", true)),
      provider.token(stranger, claims -> {}),
      provider.unsigned(),
      provider.confused(RSA),
      good.substring(0, good.length() - 6) + "AAAAAA",
      "a.b.c",
      "..",
    };
    assertThat(status(good, "whoami")).isEqualTo(200);
    for (int i = 0; i < bad.length; i++) {
      HttpResponse<String> response = tester(bad[i]).get("whoami");
      assertThat(response.statusCode()).as("token " + i).isEqualTo(401);
      assertThat(response.body()).doesNotContain(bad[i]);
    }
  }

  @Test
  void aNewKeyOfTheProviderIsFetchedWhenATokenNeedsIt() {
    provider.publish(RSA);
    assertThat(status(provider.token(RSA, claims -> {}), "whoami")).isEqualTo(200);
    provider.withdrawAll();
    SigningKey next = TestingProvider.key("rsa-2", "RS256");
    provider.publish(next);
    String token = provider.token(next, claims -> {});
    assertThat(status(token, "whoami")).as("not more often than every 5 s").isEqualTo(401);
    gateway.clock.advance(Duration.ofSeconds(6));
    assertThat(status(token, "whoami")).isEqualTo(200);
    String old = provider.token(RSA, claims -> claims.put("sub", "u-2"));
    assertThat(status(old, "whoami")).isEqualTo(401);
    assertThat(provider.fetches()).isEqualTo(2);
  }

  @Test
  void whileTheProviderIsAwayNobodyIsLetInAndEverybodyIsToldToComeAgain() {
    provider.away(true);
    provider.publish(RSA);
    String token = provider.token(RSA, claims -> {});
    HttpResponse<String> response = tester(token).get("whoami");
    assertThat(response.statusCode()).isEqualTo(503);
    assertThat(response.headers().firstValue("Retry-After")).isPresent();
    provider.away(false);
    gateway.clock.advance(Duration.ofSeconds(6));
    assertThat(status(token, "whoami")).isEqualTo(200);
    provider.away(true);
    gateway.clock.advance(Duration.ofHours(1));
    assertThat(status(provider.token(RSA, claims -> claims.put("sub", "u-3")), "whoami"))
        .as("keys that are there stay")
        .isEqualTo(200);
  }

  @Test
  void whileTheProviderIsSilentKnownKeysServe() {
    provider.publish(RSA);
    assertThat(status(provider.token(RSA, claims -> {}), "whoami")).isEqualTo(200);
    CountDownLatch open = new CountDownLatch(1);
    provider.silentUntil(open);
    gateway.clock.advance(Duration.ofSeconds(6));
    SigningKey unknown = TestingProvider.key("rsa-2", "RS256");
    CompletableFuture<HttpResponse<String>> waiting =
        tester(provider.token(unknown, claims -> {})).getAsync("whoami");
    await().until(() -> provider.asked() == 3);
    String another = provider.token(RSA, claims -> claims.put("sub", "u-4"));
    assertThat(status(another, "whoami")).isEqualTo(200);
    assertThat(waiting).isNotDone();
    open.countDown();
    assertThat(waiting.join().statusCode()).isEqualTo(401);
  }

  @ParameterizedTest
  @ValueSource(strings = {"https://weir.example/services", "access.services"})
  void aClaimThatHasDotsInItsNameOrLeadsIntoAnObjectRestricts(String claim) {
    provider.publish(RSA);
    try (TestingGateway other = withServicesIn(claim)) {
      Consumer<ObjectNode> literal =
          claims -> claims.putArray("https://weir.example/services").add("mine");
      Consumer<ObjectNode> nested =
          claims -> claims.putObject("access").putArray("services").add("mine");
      String token = provider.token(RSA, claim.startsWith("https") ? literal : nested);
      assertThat(new HttpTester(other, token).ok("whoami").path("services").toString())
          .isEqualTo("[\"mine\"]");
      String unreadable = provider.token(RSA, claims -> claims.putNull(claim));
      assertThat(new HttpTester(other, unreadable).get("whoami").statusCode()).isEqualTo(401);
      String without = provider.token(RSA, claims -> claims.putObject("access"));
      assertThat(new HttpTester(other, without).ok("whoami").path("services").isNull()).isTrue();
    }
  }

  @Test
  void aClaimWhosePathLeadsThroughSomethingElseRestrictsToNothing() {
    provider.publish(RSA);
    try (TestingGateway other = withServicesIn("access.services")) {
      for (String token :
          List.of(
              provider.token(RSA, claims -> claims.put("access", "all")),
              provider.token(RSA, claims -> claims.putNull("access")))) {
        assertThat(new HttpTester(other, token).get("whoami").statusCode()).isEqualTo(401);
      }
    }
  }

  @Test
  void aBodyWaitsUntilItsSenderIsKnown() {
    provider.publish(RSA);
    String token = provider.token(RSA, claims -> claims.put("roles", "weir-ingest"));
    assertThat(
            tester(token)
                .post("ingest/logs", "{\"events\":[{\"service\":\"a\",\"message\":\"m\"}]}")
                .statusCode())
        .isEqualTo(202);
    assertThat(gateway.publisher.published()).hasSize(1);
  }

  @Test
  void keysAndTokensAreTakenSideBySide(@TempDir Path folder) {
    provider.publish(RSA);
    TestingKeys keys = new TestingKeys(folder);
    String key = keys.add(Scope.READ);
    try (TestingGateway both =
        new TestingGateway(
            "oidc.issuer",
            provider.issuer(),
            "oidc.audience",
            "weir",
            "oidc.roles-claim",
            "realm_access.roles",
            "auth.keys-file",
            keys.file().path().toString())) {
      String token =
          provider.token(
              RSA, claims -> claims.putObject("realm_access").putArray("roles").add("weir-read"));
      assertThat(new HttpTester(both, key).get("logs/search").statusCode()).isEqualTo(200);
      assertThat(new HttpTester(both, token).get("logs/search").statusCode()).isEqualTo(200);
      assertThat(new HttpTester(both, "neither").get("logs/search").statusCode()).isEqualTo(401);
      assertThat(new HttpTester(both).get("logs/search").statusCode()).isEqualTo(401);
    }
  }

  private TestingGateway withServicesIn(String claim) {
    return new TestingGateway(
        "oidc.issuer", provider.issuer(), "oidc.audience", "weir", "oidc.services-claim", claim);
  }

  private HttpTester tester(String token) {
    return new HttpTester(gateway, token);
  }

  private int status(String token, String path) {
    return tester(token).get(path).statusCode();
  }
}
