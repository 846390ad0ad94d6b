package io.weir.gateway;

import io.weir.gateway.config.Role;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/**
 * Which roles can serve. Dependencies are looked at together, on threads of their own, and the
 * result is good for a moment, so that probes cannot become a load. Thread-safe.
 */
public final class Readiness implements AutoCloseable {
  private static final Duration GOOD_FOR = Duration.ofSeconds(1);
  private static final Duration CHECK_TIMEOUT = Duration.ofMillis(1_500);

  private final Set<Role> roles;
  private final List<Dependency> dependencies;
  private final Clock clock;
  private final ExecutorService checkers;
  private Instant checkedAt = Instant.MIN;
  private CompletableFuture<Report> latest = CompletableFuture.completedFuture(null);

  public Readiness(Set<Role> roles, List<Dependency> dependencies, Clock clock) {
    this.roles = Set.copyOf(roles);
    this.dependencies = List.copyOf(dependencies);
    this.clock = Objects.requireNonNull(clock, "clock");
    this.checkers =
        Executors.newFixedThreadPool(
            Math.max(1, dependencies.size()),
            task -> {
              Thread thread = new Thread(task, "weir-readiness");
              thread.setDaemon(true);
              return thread;
            });
  }

  /** State of one dependency. */
  public record State(String name, Role role, boolean required, boolean ready, String detail) {}

  /** State of everything. */
  public record Report(Map<Role, Boolean> roles, List<State> dependencies) {
    /** Returns whether the role, or any role if none is named, can serve. */
    public boolean ready(Optional<Role> role) {
      return role.map(one -> roles.getOrDefault(one, false))
          .orElseGet(() -> roles.containsValue(true));
    }

    /** Returns whether every role can serve and every dependency is there. */
    public boolean complete() {
      return !roles.containsValue(false) && dependencies.stream().allMatch(State::ready);
    }
  }

  /** Looks at all dependencies. */
  public synchronized CompletableFuture<Report> report() {
    Instant now = clock.instant();
    boolean fresh =
        !checkedAt.equals(Instant.MIN) && Duration.between(checkedAt, now).compareTo(GOOD_FOR) < 0;
    if (!fresh && latest.isDone()) {
      checkedAt = now;
      latest = check();
    }
    return latest;
  }

  private CompletableFuture<Report> check() {
    List<CompletableFuture<State>> states = new ArrayList<>();
    for (Dependency dependency : dependencies) {
      states.add(
          CompletableFuture.supplyAsync(() -> state(dependency), checkers)
              .completeOnTimeout(
                  new State(
                      dependency.name(),
                      dependency.role(),
                      dependency.required(),
                      false,
                      "did not answer within " + CHECK_TIMEOUT.toMillis() + " ms"),
                  CHECK_TIMEOUT.toMillis(),
                  TimeUnit.MILLISECONDS));
    }
    return CompletableFuture.allOf(states.toArray(CompletableFuture[]::new))
        .thenApply(
            nothing -> {
              List<State> known = states.stream().map(CompletableFuture::join).toList();
              Map<Role, Boolean> ready = new TreeMap<>();
              for (Role role : roles) {
                ready.put(
                    role,
                    known.stream()
                        .filter(state -> state.role() == role && state.required())
                        .allMatch(State::ready));
              }
              return new Report(ready, known);
            });
  }

  private static State state(Dependency dependency) {
    boolean ready = false;
    String detail;
    try {
      detail = dependency.check();
      ready = true;
    } catch (Exception e) { // whatever it is, the dependency is not there
      detail = e.getMessage() == null ? e.toString() : e.getMessage();
    }
    return new State(dependency.name(), dependency.role(), dependency.required(), ready, detail);
  }

  @Override
  public void close() {
    checkers.shutdownNow();
  }
}
