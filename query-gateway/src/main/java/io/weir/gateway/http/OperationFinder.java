package io.weir.gateway.http;

import io.vertx.openapi.contract.OpenAPIContract;
import io.vertx.openapi.contract.Operation;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Says which operation a request is for before the router does, so that callers are judged before
 * their parameters. The router has the last word: see {@link Guard#confirm}.
 */
final class OperationFinder {
  private final Map<String, String> fixed = new HashMap<>();
  private final List<Template> templates = new ArrayList<>();

  private record Template(String method, String[] parts, String operation) {
    boolean matches(String itsMethod, String[] given) {
      boolean same = method.equals(itsMethod) && parts.length == given.length;
      for (int i = 0; same && i < parts.length; i++) {
        same = parts[i].startsWith("{") || parts[i].equals(given[i]);
      }
      return same;
    }
  }

  OperationFinder(OpenAPIContract contract) {
    for (Operation operation : contract.operations()) {
      String path = operation.getAbsoluteOpenAPIPath();
      String method = operation.getHttpMethod().name();
      if (path.contains("{")) {
        templates.add(new Template(method, path.split("/", -1), operation.getOperationId()));
      } else {
        fixed.put(method + " " + path, operation.getOperationId());
      }
    }
  }

  /** Returns the operation; empty if there is none. */
  Optional<String> find(String method, String path) {
    String plain =
        path.length() > 1 && path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
    String exact = fixed.get(method + " " + plain);
    if (exact != null) {
      return Optional.of(exact);
    }
    String[] parts = plain.split("/", -1);
    return templates.stream()
        .filter(template -> template.matches(method, parts))
        .map(Template::operation)
        .findFirst();
  }
}
