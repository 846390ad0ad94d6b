package io.weir.gateway.auth.oidc;

import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.auth.authentication.TokenCredentials;
import io.weir.gateway.auth.Authenticator;
import io.weir.gateway.auth.Caller;
import io.weir.gateway.auth.CallerLimits;
import io.weir.gateway.auth.Scope;
import io.weir.gateway.auth.ServiceAccess;
import io.weir.gateway.auth.UnauthenticatedException;
import io.weir.gateway.auth.UnauthenticatedException.Reason;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Knows callers by the signed tokens of an OpenID Connect provider. A token that was verified is
 * remembered, by its digest, until it expires: verifying costs far more than looking it up. Keys
 * are fetched when the first token comes, when one is signed by a key that is not known yet (not
 * more often than every few seconds), and from time to time. Thread-safe.
 */
public final class OidcAuthenticator implements Authenticator {
  private static final Logger LOG = LoggerFactory.getLogger(OidcAuthenticator.class);
  private static final Duration BETWEEN_FETCHES = Duration.ofSeconds(5);
  private static final int MAX_REMEMBERED = 10_000;
  private static final Duration MAX_REMEMBERED_FOR = Duration.ofMinutes(5);

  private final ProviderKeys provider;
  private final OidcSettings settings;
  private final CallerLimits limits;
  private final Clock clock;
  private final Map<String, Remembered> remembered =
      new LinkedHashMap<>(64, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Remembered> eldest) {
          return size() > MAX_REMEMBERED;
        }
      };

  /** The last keys that were had; null before the first. */
  private ProviderKeys.Verifier known;

  /** The last attempt to have others; null before the first. */
  private CompletableFuture<ProviderKeys.Verifier> fetching;

  private Instant fetchedAt = Instant.MIN;

  private record Remembered(Caller caller, Instant until) {}

  /**
   * @param limits of each caller
   */
  public OidcAuthenticator(Vertx vertx, OidcSettings settings, CallerLimits limits, Clock clock) {
    this.settings = Objects.requireNonNull(settings, "settings");
    this.provider = new ProviderKeys(vertx, settings);
    this.limits = Objects.requireNonNull(limits, "limits");
    this.clock = Objects.requireNonNull(clock, "clock");
  }

  /** Three parts with dots between them. */
  @Override
  public boolean knows(String token) {
    return token.chars().filter(c -> c == '.').count() == 2;
  }

  @Override
  public CompletionStage<Caller> authenticate(String token) {
    String digest = digest(token);
    Instant now = clock.instant();
    synchronized (this) {
      Remembered known = remembered.get(digest);
      if (known != null && now.isBefore(known.until())) {
        return CompletableFuture.completedFuture(known.caller());
      }
    }
    Optional<String> keyId;
    try {
      keyId = keyId(token);
    } catch (IllegalArgumentException e) {
      return refused(Reason.MALFORMED, "the token is no signed JSON web token");
    }
    return keys(keyId)
        .thenCompose(verifier -> verify(token, verifier))
        .thenApply(
            claims -> {
              Caller caller = caller(claims);
              Instant expires = Instant.ofEpochSecond(claims.getLong("exp"));
              Instant latest = now.plus(MAX_REMEMBERED_FOR);
              synchronized (this) {
                remembered.put(
                    digest, new Remembered(caller, expires.isBefore(latest) ? expires : latest));
              }
              return caller;
            });
  }

  /** Fetches the keys again if they are old; to be called from time to time. */
  public void refresh() {
    synchronized (this) {
      if (fetching == null || fetchedAt.plus(settings.refreshInterval()).isAfter(clock.instant())) {
        return;
      }
    }
    fetch();
  }

  /** Keys that are there serve while others are fetched, unless the token needs one of those. */
  private CompletableFuture<ProviderKeys.Verifier> keys(Optional<String> wanted) {
    synchronized (this) {
      boolean serves = known != null && (wanted.isEmpty() || known.ids().contains(wanted.get()));
      if (serves) {
        return CompletableFuture.completedFuture(known);
      }
      boolean tooSoon =
          fetching != null && fetchedAt.plus(BETWEEN_FETCHES).isAfter(clock.instant());
      if (tooSoon) {
        return fetching;
      }
    }
    return fetch();
  }

  /** Keys that are there stay until others have come. */
  private synchronized CompletableFuture<ProviderKeys.Verifier> fetch() {
    if (fetching != null && !fetching.isDone()) {
      return fetching;
    }
    fetchedAt = clock.instant();
    fetching = provider.fetch().handle(this::fetched).toCompletableFuture();
    return fetching;
  }

  private synchronized ProviderKeys.Verifier fetched(
      ProviderKeys.Verifier verifier, Throwable failure) {
    if (failure == null) {
      known = verifier;
      return verifier;
    }
    LOG.warn(
        "The keys of {} cannot be had: {}",
        settings.issuer(),
        failure.getCause() == null ? failure.toString() : failure.getCause().toString());
    if (known == null) {
      throw new UnauthenticatedException(
          Reason.UNVERIFIABLE, "the identity provider cannot be asked");
    }
    return known;
  }

  private CompletionStage<JsonObject> verify(String token, ProviderKeys.Verifier verifier) {
    return verifier
        .verifier()
        .authenticate(new TokenCredentials(token))
        .toCompletionStage()
        .handle(
            (user, failure) -> {
              if (failure != null) {
                // The words of the library may hold parts of the token.
                throw new UnauthenticatedException(Reason.UNKNOWN, "the token is not valid");
              }
              JsonObject claims = user.principal();
              JsonObject decoded = user.attributes().getJsonObject("accessToken", claims);
              if (!(decoded.getValue("exp") instanceof Number)) {
                throw new UnauthenticatedException(Reason.UNKNOWN, "the token never expires");
              }
              return decoded;
            });
  }

  private Caller caller(JsonObject claims) {
    String subject = claims.getString("sub");
    if (subject == null || subject.isBlank()) {
      throw new UnauthenticatedException(Reason.UNKNOWN, "the token is nobody's");
    }
    Set<String> roles = texts(Claim.of(claims, settings.rolesClaim()).value());
    Set<Scope> scopes = EnumSet.noneOf(Scope.class);
    settings
        .roles()
        .forEach(
            (scope, role) -> {
              if (roles.contains(role)) {
                scopes.add(scope);
              }
            });
    String name =
        Claim.of(claims, settings.userClaim()).value() instanceof String text && !text.isBlank()
            ? text
            : subject;
    ServiceAccess access = access(Claim.of(claims, settings.servicesClaim()));
    return new Caller("user:" + subject, name, scopes, access, limits);
  }

  /**
   * A claim that is there restricts, whatever it holds: one that cannot be read lets nothing be
   * seen.
   */
  private static ServiceAccess access(Claim claim) {
    if (!claim.present()) {
      return ServiceAccess.ALL;
    }
    Set<String> services = texts(claim.value());
    if (services.isEmpty() || services.size() > ServiceAccess.MAX_SERVICES) {
      throw new UnauthenticatedException(
          Reason.UNKNOWN, "the token's services are no list of 1 to " + ServiceAccess.MAX_SERVICES);
    }
    return ServiceAccess.only(services);
  }

  private static Set<String> texts(Object claim) {
    Set<String> texts = new TreeSet<>();
    if (claim instanceof JsonArray list) {
      for (Object one : list) {
        if (one instanceof String text && !text.isBlank()) {
          texts.add(text);
        }
      }
    } else if (claim instanceof String text) {
      for (String one : text.strip().split("\\s+")) {
        if (!one.isEmpty()) {
          texts.add(one);
        }
      }
    }
    return texts;
  }

  /** What the token says of its key; nothing of it is believed before the signature is. */
  private static Optional<String> keyId(String token) {
    byte[] header = Base64.getUrlDecoder().decode(token.substring(0, token.indexOf('.')));
    try {
      JsonObject json = new JsonObject(new String(header, StandardCharsets.UTF_8));
      return Optional.ofNullable(json.getString("kid"));
    } catch (RuntimeException e) {
      throw new IllegalArgumentException("the header is no JSON", e);
    }
  }

  private static String digest(String token) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(token.getBytes(StandardCharsets.UTF_8));
      return Base64.getEncoder().encodeToString(digest);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  private static CompletionStage<Caller> refused(Reason reason, String message) {
    return CompletableFuture.failedFuture(new UnauthenticatedException(reason, message));
  }
}
