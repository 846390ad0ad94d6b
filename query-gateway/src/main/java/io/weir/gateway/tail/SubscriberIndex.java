package io.weir.gateway.tail;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * The clients that are live, found by the service of an event. Of the live reader's thread alone.
 */
final class SubscriberIndex {
  private final Set<Subscriber> all = new LinkedHashSet<>();
  private final Map<String, List<Subscriber>> byService = new HashMap<>();
  private final List<Subscriber> ofAnyService = new ArrayList<>();

  void add(Subscriber subscriber) {
    all.add(subscriber);
    Optional<Set<String>> services = subscriber.filter().services();
    if (services.isEmpty()) {
      ofAnyService.add(subscriber);
    } else {
      services
          .get()
          .forEach(
              service ->
                  byService.computeIfAbsent(service, name -> new ArrayList<>()).add(subscriber));
    }
  }

  /** Returns whether it was there. */
  boolean remove(Subscriber subscriber) {
    if (!all.remove(subscriber)) {
      return false;
    }
    ofAnyService.remove(subscriber);
    subscriber
        .filter()
        .services()
        .ifPresent(
            services ->
                services.forEach(
                    service ->
                        byService.computeIfPresent(
                            service,
                            (name, list) -> {
                              list.remove(subscriber);
                              return list.isEmpty() ? null : list;
                            })));
    return true;
  }

  /** Calls back with each client that may want an event of this service. */
  void candidates(String service, Consumer<Subscriber> each) {
    List<Subscriber> ofService = byService.get(service);
    if (ofService != null) {
      ofService.forEach(each);
    }
    ofAnyService.forEach(each);
  }

  boolean isEmpty() {
    return all.isEmpty();
  }

  /** Returns the clients as they are now, in the order in which they came. */
  List<Subscriber> all() {
    return List.copyOf(all);
  }

  void clear() {
    all.clear();
    byService.clear();
    ofAnyService.clear();
  }
}
