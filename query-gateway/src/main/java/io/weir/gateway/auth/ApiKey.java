package io.weir.gateway.auth;

import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * An API key as it is kept: not the key itself, but enough to know it again.
 *
 * @param id stands in the key and in logs; not secret
 * @param name for people: whose it is, what for
 * @param hash of the whole key, see {@link KeyToken#hash}
 * @param expires from then on it is refused; empty for never
 * @param requestsPerSecond instead of the gateway's default; 0 for no limit
 * @param concurrent instead of the gateway's default; 0 for no limit
 * @param streams instead of the gateway's default; 0 for no limit
 */
public record ApiKey(
    String id,
    String name,
    String hash,
    Set<Scope> scopes,
    ServiceAccess services,
    Instant created,
    Optional<Instant> expires,
    Optional<Integer> requestsPerSecond,
    Optional<Integer> concurrent,
    Optional<Integer> streams) {
  public ApiKey {
    Objects.requireNonNull(id, "id");
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(hash, "hash");
    scopes = Set.copyOf(scopes);
    Objects.requireNonNull(services, "services");
    Objects.requireNonNull(created, "created");
    Objects.requireNonNull(expires, "expires");
    Objects.requireNonNull(requestsPerSecond, "requestsPerSecond");
    Objects.requireNonNull(concurrent, "concurrent");
    Objects.requireNonNull(streams, "streams");
  }

  /** Returns whether the key is refused at an instant. */
  public boolean isExpired(Instant now) {
    return expires.isPresent() && !now.isBefore(expires.get());
  }

  /** Returns the key with another end. */
  public ApiKey expiring(Instant at) {
    return new ApiKey(
        id,
        name,
        hash,
        scopes,
        services,
        created,
        Optional.of(at),
        requestsPerSecond,
        concurrent,
        streams);
  }

  /** Returns who presents it. */
  Caller caller(CallerLimits defaults) {
    return new Caller(
        "key:" + id,
        name,
        scopes,
        services,
        new CallerLimits(
            requestsPerSecond.orElse(defaults.requestsPerSecond()),
            concurrent.orElse(defaults.concurrent()),
            streams.orElse(defaults.streams())));
  }

  /** A hash is not secret, but nobody needs it in a log. */
  @Override
  public String toString() {
    return "ApiKey[" + id + " " + name + " " + scopes + " " + services.names() + "]";
  }
}
