package io.weir.gateway.auth.oidc;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.auth.JWTOptions;
import io.vertx.ext.auth.jwt.JWTAuth;
import io.vertx.ext.auth.jwt.JWTAuthOptions;
import io.weir.gateway.TrustedAuthorities;
import io.weir.gateway.upstream.TimedBody;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;

/**
 * Fetches the keys by which an identity provider signs: its description of itself below the issuer,
 * then the keys that this names. Thread-safe.
 *
 * @see <a href="https://openid.net/specs/openid-connect-discovery-1_0.html">OpenID Connect
 *     Discovery</a>
 */
final class ProviderKeys {
  private static final Duration TIMEOUT = Duration.ofSeconds(10);
  private static final Duration AT_MOST = Duration.ofSeconds(30);
  private static final int MAX_BYTES = 1 << 20;
  private static final int MAX_KEYS = 100;
  private static final int LEEWAY_SECONDS = 30;

  /** Kinds whose public half verifies. A shared secret in a public list is none. */
  private static final Set<String> KINDS = Set.of("RSA", "EC");

  private final Vertx vertx;
  private final OidcSettings settings;
  private final HttpClient http;

  ProviderKeys(Vertx vertx, OidcSettings settings) {
    this.vertx = Objects.requireNonNull(vertx, "vertx");
    this.settings = Objects.requireNonNull(settings, "settings");
    HttpClient.Builder builder =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .followRedirects(HttpClient.Redirect.NEVER)
            .connectTimeout(TIMEOUT);
    settings.caCertificate().ifPresent(pem -> builder.sslContext(trusting(pem)));
    this.http = builder.build();
  }

  /**
   * The keys of one moment.
   *
   * @param ids of the keys; a key need not have one
   * @param verifier checks signature, issuer, audience and times
   */
  record Verifier(Set<String> ids, JWTAuth verifier) {}

  /** Fetches the keys; fails with the reason if they cannot be had or are unusable. */
  CompletableFuture<Verifier> fetch() {
    String issuer = settings.issuer().toString();
    String base = issuer.endsWith("/") ? issuer.substring(0, issuer.length() - 1) : issuer;
    return get(URI.create(base + "/.well-known/openid-configuration"))
        .thenCompose(
            description -> {
              if (!issuer.equals(description.getString("issuer"))) {
                throw new IllegalStateException(
                    "the provider calls itself '" + description.getString("issuer") + "'");
              }
              String keys = description.getString("jwks_uri");
              if (keys == null) {
                throw new IllegalStateException("the provider names no keys");
              }
              return get(URI.create(keys));
            })
        .thenApply(this::verifier)
        // Each of the two may take the time of its headers and that of its body.
        .orTimeout(AT_MOST.toMillis(), TimeUnit.MILLISECONDS);
  }

  private CompletableFuture<JsonObject> get(URI uri) {
    return http.sendAsync(
            HttpRequest.newBuilder(uri).timeout(TIMEOUT).build(),
            HttpResponse.BodyHandlers.ofInputStream())
        .thenApply(
            response -> {
              try (InputStream body = response.body()) {
                byte[] bytes = TimedBody.read(body, MAX_BYTES + 1, TIMEOUT);
                if (response.statusCode() != 200 || bytes.length > MAX_BYTES) {
                  throw new IllegalStateException(
                      uri + " answered with status " + response.statusCode());
                }
                return new JsonObject(Buffer.buffer(bytes));
              } catch (IOException e) {
                throw new IllegalStateException(uri + " cannot be read: " + e, e);
              } catch (DecodeException e) {
                throw new IllegalStateException(uri + " is no JSON", e);
              }
            });
  }

  private Verifier verifier(JsonObject set) {
    JsonArray given = set.getJsonArray("keys", new JsonArray());
    List<JsonObject> usable = new ArrayList<>();
    Set<String> ids = new HashSet<>();
    for (int i = 0; i < Math.min(MAX_KEYS, given.size()); i++) {
      JsonObject key = given.getJsonObject(i);
      boolean signs = Optional.ofNullable(key.getString("use")).orElse("sig").equals("sig");
      if (signs && KINDS.contains(key.getString("kty"))) {
        usable.add(key);
        Optional.ofNullable(key.getString("kid")).ifPresent(ids::add);
      }
    }
    if (usable.isEmpty()) {
      throw new IllegalStateException("the provider has no RSA or EC keys to verify by");
    }
    return new Verifier(
        Set.copyOf(ids),
        JWTAuth.create(
            vertx,
            new JWTAuthOptions()
                .setJwks(usable)
                .setJWTOptions(
                    new JWTOptions()
                        .setIssuer(settings.issuer().toString())
                        .setAudience(List.of(settings.audience()))
                        .setLeeway(LEEWAY_SECONDS))));
  }

  private static SSLContext trusting(Path pem) {
    try {
      return TrustedAuthorities.only(pem);
    } catch (IOException | GeneralSecurityException e) {
      throw new IllegalStateException("oidc.ca-certificate: " + pem + ": " + e, e);
    }
  }
}
