package io.weir.harness.stack;

import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * A search that a newcomer can paste.
 *
 * @param title what it shows
 * @param parameters parameters of {@code GET /logs/search}
 */
record FirstQuery(String title, Map<String, String> parameters) {

  /** Searches that the stack's own logs answer. */
  static final List<FirstQuery> ALL =
      List.of(
          new FirstQuery("one service, newest first", parameters("service", "elasticsearch")),
          new FirstQuery("a phrase, in all services", parameters("q", "\"completed checkpoint\"")),
          new FirstQuery(
              "fields, alternatives, negation",
              parameters("q", "level:(INFO OR WARN) service:flink* -checkpoint")));

  private static final String LIMIT = "3";

  FirstQuery {
    parameters = Collections.unmodifiableMap(new LinkedHashMap<>(parameters));
  }

  /** The command line. */
  String curl(URI gateway) {
    return "curl -sG "
        + gateway.resolve("/logs/search")
        + withLimit().entrySet().stream()
            .map(entry -> " --data-urlencode '" + entry.getKey() + "=" + entry.getValue() + "'")
            .collect(Collectors.joining());
  }

  /** The same request as a path with query string. */
  String path() {
    return "/logs/search?"
        + withLimit().entrySet().stream()
            .map(
                entry ->
                    entry.getKey()
                        + "="
                        + URLEncoder.encode(entry.getValue(), StandardCharsets.UTF_8))
            .collect(Collectors.joining("&"));
  }

  private Map<String, String> withLimit() {
    Map<String, String> all = new LinkedHashMap<>(parameters);
    all.put("limit", LIMIT);
    return all;
  }

  private static Map<String, String> parameters(String name, String value) {
    return Map.of(name, value);
  }
}
