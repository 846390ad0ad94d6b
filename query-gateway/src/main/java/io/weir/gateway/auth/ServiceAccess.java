package io.weir.gateway.auth;

import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * The services whose data a caller may send or see. Names are compared exactly.
 *
 * @param only these; empty for every service
 */
public record ServiceAccess(Optional<Set<String>> only) {
  /** As many as one request can name. */
  public static final int MAX_SERVICES = 100;

  /** Every service. */
  public static final ServiceAccess ALL = new ServiceAccess(Optional.empty());

  public ServiceAccess {
    only = only.map(Set::copyOf);
    only.ifPresent(
        services -> {
          if (services.isEmpty() || services.size() > MAX_SERVICES) {
            throw new IllegalArgumentException("a restriction names 1 to " + MAX_SERVICES);
          }
        });
  }

  /** Returns access to these services alone. */
  public static ServiceAccess only(Set<String> services) {
    return new ServiceAccess(Optional.of(services));
  }

  /** Returns whether there are services that may not be seen. */
  public boolean isRestricted() {
    return only.isPresent();
  }

  /**
   * Returns whether data of a service may be sent or seen.
   *
   * @param service null for data that says of no service: nobody restricted may have it
   */
  public boolean allows(String service) {
    return only.isEmpty() || (service != null && only.get().contains(service));
  }

  /**
   * Returns what is left of the services that were asked for.
   *
   * @param asked empty for any
   * @return empty for any; fails where nothing is left
   * @throws ForbiddenException if none of those that were asked for may be seen
   */
  public Set<String> narrow(Set<String> asked) {
    if (only.isEmpty()) {
      return asked;
    }
    if (asked.isEmpty()) {
      return only.get();
    }
    Set<String> both = new TreeSet<>(asked);
    both.retainAll(only.get());
    if (both.isEmpty()) {
      throw new ForbiddenException("this caller may see " + names() + " only");
    }
    return both;
  }

  /** Returns the names for people. */
  public String names() {
    return only.map(services -> "the services " + String.join(", ", new TreeSet<>(services)))
        .orElse("every service");
  }
}
