package io.weir.gateway.auth;

import io.weir.gateway.auth.UnauthenticatedException.Reason;
import java.io.IOException;
import java.time.Clock;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Knows callers by API keys. {@link #reload} is to be called again and again: a file that changed
 * holds from then on; one that went away or became unreadable changes nothing, and is reported.
 * Thread-safe.
 */
public final class KeyAuthenticator implements Authenticator {
  private static final Logger LOG = LoggerFactory.getLogger(KeyAuthenticator.class);

  private final KeyFile file;
  private final CallerLimits defaults;
  private final Clock clock;
  private volatile Loaded loaded;

  private record Entry(ApiKey key, Caller caller) {}

  private record Loaded(byte[] bytes, Map<String, Entry> byId, Optional<String> problem) {}

  /**
   * @param defaults limits of a key that has none of its own
   * @throws InvalidKeyFileException if there is no file of keys
   */
  public KeyAuthenticator(KeyFile file, CallerLimits defaults, Clock clock) {
    this.file = Objects.requireNonNull(file, "file");
    this.defaults = Objects.requireNonNull(defaults, "defaults");
    this.clock = Objects.requireNonNull(clock, "clock");
    byte[] bytes;
    try {
      bytes = file.bytes();
    } catch (IOException e) {
      throw new InvalidKeyFileException(file.path() + " cannot be read: " + e, e);
    }
    this.loaded = new Loaded(bytes, index(file.decode(bytes)), Optional.empty());
    LOG.info("{} API keys in {}", loaded.byId().size(), file.path());
  }

  private Map<String, Entry> index(List<ApiKey> keys) {
    Map<String, Entry> byId = new HashMap<>();
    keys.forEach(key -> byId.put(key.id(), new Entry(key, key.caller(defaults))));
    return Map.copyOf(byId);
  }

  /** Reads the file again if it changed. */
  public synchronized void reload() {
    Loaded before = loaded;
    try {
      byte[] bytes = file.bytes();
      if (!Arrays.equals(bytes, before.bytes()) || before.problem().isPresent()) {
        loaded = new Loaded(bytes, index(file.decode(bytes)), Optional.empty());
        LOG.info("API keys were read anew: {} in {}", loaded.byId().size(), file.path());
      }
    } catch (IOException | InvalidKeyFileException e) {
      String problem = e instanceof IOException ? e.toString() : e.getMessage();
      if (!before.problem().equals(Optional.of(problem))) {
        LOG.error("API keys stay as they were: {}", problem);
        loaded = new Loaded(before.bytes(), before.byId(), Optional.of(problem));
      }
    }
  }

  /** Returns how many keys there are, expired ones included. */
  public int size() {
    return loaded.byId().size();
  }

  /** Returns why the file could not be read the last time; empty if it could. */
  public Optional<String> problem() {
    return loaded.problem();
  }

  @Override
  public boolean knows(String token) {
    return token.startsWith(KeyToken.PREFIX);
  }

  @Override
  public CompletionStage<Caller> authenticate(String token) {
    Optional<String> id = KeyToken.id(token);
    if (id.isEmpty()) {
      return refused(Reason.MALFORMED);
    }
    Entry entry = loaded.byId().get(id.get());
    if (entry == null || !KeyToken.matches(token, entry.key().hash())) {
      return refused(Reason.UNKNOWN);
    }
    return entry.key().isExpired(clock.instant())
        ? refused(Reason.EXPIRED)
        : CompletableFuture.completedFuture(entry.caller());
  }

  private static CompletionStage<Caller> refused(Reason reason) {
    return CompletableFuture.failedFuture(
        new UnauthenticatedException(reason, "the key is not valid, or not any more"));
  }
}
