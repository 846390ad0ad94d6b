package io.weir.model.query.match;

import io.weir.model.json.DocumentFields;
import io.weir.model.query.Query;
import java.util.HashSet;
import java.util.Set;

/** Finds the services that a query is restricted to. */
final class RequiredServices {
  private RequiredServices() {}

  /** Returns the only services whose events can match, or null if there is no such bound. */
  static Set<String> of(Query query) {
    if (query instanceof Query.FieldEquals equals
        && equals.field().equals(DocumentFields.SERVICE)) {
      return Set.of(equals.value());
    } else if (query instanceof Query.And and) {
      return common(and);
    } else if (query instanceof Query.Or or) {
      return all(or);
    }
    return null;
  }

  private static Set<String> common(Query.And and) {
    Set<String> common = null;
    for (Query clause : and.clauses()) {
      Set<String> services = of(clause);
      if (services != null) {
        if (common == null) {
          common = new HashSet<>(services);
        } else {
          common.retainAll(services);
        }
      }
    }
    return common;
  }

  private static Set<String> all(Query.Or or) {
    Set<String> all = new HashSet<>();
    for (Query clause : or.clauses()) {
      Set<String> services = of(clause);
      if (services == null) {
        return null;
      }
      all.addAll(services);
    }
    return all;
  }
}
