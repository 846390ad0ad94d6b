package io.weir.gateway.elasticsearch;

import io.weir.gateway.Dependency;
import io.weir.gateway.config.Role;
import java.time.Duration;
import java.util.Objects;

/** Elasticsearch, as far as search needs it: a cluster that answers. */
public final class ElasticsearchDependency implements Dependency {
  private static final Duration TIMEOUT = Duration.ofMillis(1_200);

  private final ElasticsearchLogStore store;

  public ElasticsearchDependency(ElasticsearchLogStore store) {
    this.store = Objects.requireNonNull(store, "store");
  }

  @Override
  public String name() {
    return "elasticsearch";
  }

  @Override
  public Role role() {
    return Role.SEARCH;
  }

  @Override
  public boolean required() {
    return true;
  }

  /** A red cluster still answers, partially, so it is ready; the detail says what it is. */
  @Override
  public String check() {
    return "cluster health is " + store.health(TIMEOUT);
  }
}
