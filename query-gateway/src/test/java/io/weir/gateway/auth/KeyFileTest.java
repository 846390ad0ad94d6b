package io.weir.gateway.auth;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.weir.gateway.TestingClock;
import io.weir.gateway.auth.UnauthenticatedException.Reason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KeyFileTest {
  private static final CallerLimits DEFAULTS = new CallerLimits(100, 10, 5);

  @TempDir private Path folder;
  private final TestingClock clock = new TestingClock("2026-03-29T10:00:00Z");
  private TestingKeys keys;

  @BeforeEach
  void start() {
    keys = new TestingKeys(folder);
  }

  @Test
  void aKeyIsKnownAgainAndTheFileDoesNotHoldIt() throws IOException {
    String token = keys.add(Set.of(Scope.INGEST), "payments", "checkout");
    KeyAuthenticator authenticator = authenticator();
    Caller caller = authenticator.authenticate(token).toCompletableFuture().join();
    assertThat(caller.id()).isEqualTo("key:" + KeyToken.id(token).orElseThrow());
    assertThat(caller.scopes()).containsExactly(Scope.INGEST);
    assertThat(caller.services().allows("payments")).isTrue();
    assertThat(caller.services().allows("other")).isFalse();
    assertThat(caller.services().allows(null)).isFalse();
    String text = Files.readString(keys.file().path());
    assertThat(text).doesNotContain(token).doesNotContain(token.substring(18));
    assertThat(Files.getPosixFilePermissions(keys.file().path()))
        .isEqualTo(PosixFilePermissions.fromString("rw-------"));
  }

  @Test
  void aKeyWithAnotherSecretIsRefusedLikeOneThatNeverWas() {
    String token = keys.add(Scope.READ);
    KeyAuthenticator authenticator = authenticator();
    char last = token.charAt(token.length() - 2);
    String forged =
        token.substring(0, token.length() - 2)
            + (last == 'A' ? 'B' : 'A')
            + token.charAt(token.length() - 1);
    UnauthenticatedException wrong = refusal(authenticator, forged);
    UnauthenticatedException unknown =
        refusal(authenticator, KeyToken.create(new Random(99)::nextBytes));
    assertThat(wrong.reason()).isEqualTo(Reason.UNKNOWN).isEqualTo(unknown.reason());
    assertThat(wrong).hasMessage(unknown.getMessage());
    assertThat(refusal(authenticator, "weir_short").reason()).isEqualTo(Reason.MALFORMED);
  }

  @Test
  void aKeyExpires() {
    String token =
        keys.add(
            Set.of(Scope.READ),
            ServiceAccess.ALL,
            Optional.of(Instant.parse("2026-03-29T10:00:10Z")),
            CallerLimits.NONE);
    KeyAuthenticator authenticator = authenticator();
    assertThat(authenticator.authenticate(token).toCompletableFuture()).isCompleted();
    clock.advance(Duration.ofSeconds(10));
    assertThat(refusal(authenticator, token).reason()).isEqualTo(Reason.EXPIRED);
  }

  @Test
  void aChangedFileHoldsAndABrokenOneChangesNothing() throws IOException {
    String first = keys.add(Scope.READ);
    KeyAuthenticator authenticator = authenticator();
    String second = keys.add(Scope.READ);
    assertThat(refusal(authenticator, second).reason()).isEqualTo(Reason.UNKNOWN);
    authenticator.reload();
    assertThat(authenticator.authenticate(second).toCompletableFuture()).isCompleted();

    byte[] good = Files.readAllBytes(keys.file().path());
    Files.write(keys.file().path(), "{\"keys\": [{}]}".getBytes(UTF_8));
    authenticator.reload();
    assertThat(authenticator.problem().orElseThrow()).contains("keys[0].id: is missing");
    assertThat(authenticator.authenticate(first).toCompletableFuture()).isCompleted();
    Files.delete(keys.file().path());
    authenticator.reload();
    assertThat(authenticator.authenticate(first).toCompletableFuture()).isCompleted();

    Files.write(keys.file().path(), good);
    keys.revoke(first);
    authenticator.reload();
    assertThat(authenticator.problem()).isEmpty();
    assertThat(refusal(authenticator, first).reason()).isEqualTo(Reason.UNKNOWN);
    assertThat(authenticator.authenticate(second).toCompletableFuture()).isCompleted();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '~',
      value = {
        "\"scopes\":[\"raed\"];scopes: knows only",
        "\"scopes\":[];scopes: is not a list",
        "\"services\":[];services: is not a list of 1",
        "\"services\":\"payments\";services: is not a list",
        "\"services\":[\" \"];services: has an entry",
        "\"service\":[\"payments\"];service: is not known",
        "\"expires\":\"tomorrow\";expires: is not a time",
        "\"hash\":\"0123\";hash: is not sha256",
        "\"streams\":-1;streams: is not a whole number",
        "\"id\":\"me\";id: is no id",
      })
  void aMemberThatIsWrongIsNamedAndItsValueIsNot(String member, String problem) {
    String name = member.substring(1, member.indexOf('"', 1));
    StringBuilder key = new StringBuilder("{").append(member);
    String[][] good = {
      {"id", "\"0123456789ab\""},
      {"name", "\"n\""},
      {"hash", "\"sha256:" + "0".repeat(64) + "\""},
      {"scopes", "[\"read\"]"},
      {"created", "\"2026-03-29T10:00:00Z\""}
    };
    for (String[] one : good) {
      if (!one[0].equals(name)) {
        key.append(",\"").append(one[0]).append("\":").append(one[1]);
      }
    }
    byte[] file = ("{\"keys\":[" + key + "}]}").getBytes(UTF_8);
    assertThatExceptionOfType(InvalidKeyFileException.class)
        .isThrownBy(() -> KeyFileJson.decode(file))
        .withMessageContaining(problem);
  }

  @Test
  void limitsOfAKeyWinOverThoseOfTheGateway() {
    String own =
        keys.add(
            Set.of(Scope.READ), ServiceAccess.ALL, Optional.empty(), new CallerLimits(7, 0, 1));
    assertThat(authenticator().authenticate(own).toCompletableFuture().join().limits())
        .isEqualTo(new CallerLimits(7, 0, 1));
  }

  private KeyAuthenticator authenticator() {
    return new KeyAuthenticator(keys.file(), DEFAULTS, clock);
  }

  private static UnauthenticatedException refusal(KeyAuthenticator authenticator, String token) {
    try {
      authenticator.authenticate(token).toCompletableFuture().join();
    } catch (CompletionException e) {
      return (UnauthenticatedException) e.getCause();
    }
    throw new AssertionError("was let in");
  }
}
