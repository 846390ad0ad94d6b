package io.weir.gateway.kafka;

import io.weir.gateway.Dependency;
import io.weir.gateway.config.Role;
import java.util.Objects;

/** A topic that is kept in memory, as far as the rules role needs it: read to its end once. */
public final class TableDependency implements Dependency {
  private final String name;
  private final TopicTable<?> table;
  private final boolean required;

  public TableDependency(String name, TopicTable<?> table, boolean required) {
    this.name = Objects.requireNonNull(name, "name");
    this.table = Objects.requireNonNull(table, "table");
    this.required = required;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public Role role() {
    return Role.RULES;
  }

  @Override
  public boolean required() {
    return required;
  }

  @Override
  public String check() {
    return table.check();
  }
}
