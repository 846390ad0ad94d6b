package io.weir.gateway.auth;

import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;

/** A file of keys that a test fills. */
public final class TestingKeys {
  private static final Instant CREATED = Instant.parse("2026-03-01T00:00:00Z");

  private final KeyFile file;
  private final Random random = new Random(7);

  public TestingKeys(Path folder) {
    this.file = new KeyFile(folder.resolve("keys.json"));
    file.change(keys -> keys);
  }

  public KeyFile file() {
    return file;
  }

  /** Adds a key for every service and returns it. */
  public String add(Scope... scopes) {
    return add(Set.of(scopes), ServiceAccess.ALL, Optional.empty(), CallerLimits.NONE);
  }

  /** Adds a key for some services and returns it. */
  public String add(Set<Scope> scopes, String... services) {
    return add(scopes, ServiceAccess.only(Set.of(services)), Optional.empty(), CallerLimits.NONE);
  }

  /** Adds a key and returns it. */
  public String add(
      Set<Scope> scopes, ServiceAccess services, Optional<Instant> expires, CallerLimits limits) {
    String token = KeyToken.create(random::nextBytes);
    ApiKey key =
        new ApiKey(
            KeyToken.id(token).orElseThrow(),
            "test",
            KeyToken.hash(token),
            scopes,
            services,
            CREATED,
            expires,
            Optional.of(limits.requestsPerSecond()),
            Optional.of(limits.concurrent()),
            Optional.of(limits.streams()));
    file.change(
        keys -> {
          List<ApiKey> more = new ArrayList<>(keys);
          more.add(key);
          return more;
        });
    return token;
  }

  /** Takes a key out of the file. */
  public void revoke(String token) {
    String id = KeyToken.id(token).orElseThrow();
    file.change(keys -> keys.stream().filter(key -> !key.id().equals(id)).toList());
  }
}
