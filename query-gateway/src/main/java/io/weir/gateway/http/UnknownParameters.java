package io.weir.gateway.http;

import io.vertx.core.MultiMap;
import io.vertx.openapi.contract.Location;
import io.vertx.openapi.contract.Operation;
import io.vertx.openapi.contract.Parameter;
import io.weir.gateway.InvalidRequestException.FieldError;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Finds parameters of a query that the contract does not know, most likely because of a typo. */
final class UnknownParameters {
  private UnknownParameters() {}

  /** Returns an error for each of them, in order of their names. */
  static List<FieldError> of(MultiMap query, Operation operation) {
    Set<String> known =
        operation.getParameters().stream()
            .filter(parameter -> parameter.getIn() == Location.QUERY)
            .map(Parameter::getName)
            .collect(Collectors.toSet());
    return query.names().stream()
        .filter(name -> !known.contains(name))
        .sorted()
        .map(
            name ->
                FieldError.of(
                    name,
                    "is no parameter of this call"
                        + (known.isEmpty()
                            ? ", which has none"
                            : "; it has " + String.join(", ", new TreeSet<>(known)))))
        .toList();
  }
}
