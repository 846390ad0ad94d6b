package io.weir.gateway.http;

import io.vertx.core.MultiMap;
import io.weir.gateway.auth.ServiceAccess;
import io.weir.gateway.config.GatewayConfig;
import io.weir.gateway.prometheus.FormData;
import io.weir.gateway.promql.PromExpression.Matcher;
import io.weir.gateway.promql.SelectorNarrowing;
import io.weir.gateway.promql.ServiceSeries;
import io.weir.gateway.series.PrometheusTimes;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * The calls of Prometheus' API that are passed through, and the bounds that their parameters are
 * held to. Parameters that a call does not have are left out, as Prometheus ignores them.
 *
 * @see <a href="https://prometheus.io/docs/prometheus/latest/querying/api/">HTTP API</a>
 */
enum PrometheusRequest {
  QUERY(true, "query", "time", "timeout", "limit", "lookback_delta", "stats"),
  QUERY_RANGE(true, "query", "start", "end", "step", "timeout", "limit", "lookback_delta", "stats"),
  LABELS(true, "start", "end", "match[]", "limit"),
  LABEL_VALUES(false, "start", "end", "match[]", "limit"),
  SERIES(true, "match[]", "start", "end", "limit"),
  METADATA(false, "metric", "limit", "limit_per_metric"),
  BUILD_INFO(false);

  private static final int MAX_QUERY = 64 * 1024;
  private static final String TIMEOUT = "timeout";
  private static final String QUERY_PARAMETER = "query";
  private static final String MATCH = "match[]";

  private final boolean post;
  private final List<String> parameters;

  PrometheusRequest(boolean post, String... parameters) {
    this.post = post;
    this.parameters = List.of(parameters);
  }

  /** Says that a parameter is wrong, in Prometheus' way. */
  static final class BadDataException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    BadDataException(String parameter, String reason) {
      super("invalid parameter \"" + parameter + "\": " + reason);
    }
  }

  /** Returns whether Prometheus takes the parameters in a body, where there is room for them. */
  boolean post() {
    return post;
  }

  /** Returns the name under which calls are counted. */
  String operation() {
    return name().toLowerCase(java.util.Locale.ROOT);
  }

  /**
   * Changes the parameters so that they ask for series alone that the caller may see.
   *
   * @throws BadDataException if a query cannot be changed so with certainty
   */
  void narrow(MultiMap given, ServiceAccess access) {
    Optional<Matcher> condition = ServiceSeries.condition(access);
    if (condition.isEmpty()) {
      return;
    }
    for (String name : List.of(QUERY_PARAMETER, MATCH)) {
      if (parameters.contains(name) && given.contains(name)) {
        given.set(
            name,
            given.getAll(name).stream()
                .map(text -> narrowed(name, text, condition.get()))
                .toList());
      }
    }
    if (parameters.contains(MATCH) && !given.contains(MATCH)) {
      StringBuilder selector = new StringBuilder("{");
      condition.get().print(selector);
      given.set(MATCH, selector.append('}').toString());
    }
  }

  private static String narrowed(String name, String text, Matcher condition) {
    if (text.length() > MAX_QUERY) {
      throw new BadDataException(name, "is longer than " + MAX_QUERY + " characters");
    }
    try {
      return name.equals(MATCH)
          ? SelectorNarrowing.narrowSelector(text, condition)
          : SelectorNarrowing.narrow(text, condition);
    } catch (SelectorNarrowing.UnknownSyntaxException e) {
      throw new BadDataException(name, e.getMessage());
    }
  }

  /**
   * Returns the parameters as they go to Prometheus.
   *
   * @param timeout that a query may have at most
   * @param now what a time that is not given is reckoned from: Prometheus would take all it has
   * @throws BadDataException if one is wrong or beyond a limit
   */
  FormData checked(MultiMap given, GatewayConfig.Metrics limits, Duration timeout, Instant now) {
    Objects.requireNonNull(given, "given");
    if (this == QUERY || this == QUERY_RANGE) {
      required(given, "query");
    }
    if (this == SERIES) {
      required(given, "match[]");
    }
    if (this == LABELS || this == LABEL_VALUES || this == SERIES) {
      bound(given, limits.maxRange(), now);
    }
    if (this == QUERY_RANGE) {
      required(given, "start");
      required(given, "end");
      Duration step = step(required(given, "step"));
      long points = range(given, limits.maxRange()).toMillis() / step.toMillis() + 1;
      if (points > limits.maxPoints()) {
        throw new BadDataException(
            "step",
            points
                + " points for each timeseries, at most "
                + limits.maxPoints()
                + "; use a longer step");
      }
    }
    FormData form = new FormData();
    for (String name : parameters) {
      if (!name.equals(TIMEOUT)) {
        given.getAll(name).forEach(value -> form.add(name, value));
      }
    }
    if (parameters.contains(TIMEOUT)) {
      form.add(TIMEOUT, PrometheusTimes.format(timeout(given, timeout)));
    }
    return form;
  }

  private static String required(MultiMap given, String name) {
    String value = given.get(name);
    if (value == null || value.isBlank()) {
      throw new BadDataException(name, "is missing");
    }
    if (value.length() > MAX_QUERY) {
      throw new BadDataException(name, "is longer than " + MAX_QUERY + " characters");
    }
    return value;
  }

  /** Gives both times, the range that may be asked for at most where one is not given. */
  private static void bound(MultiMap given, Duration max, Instant now) {
    if (time(given, "end").isEmpty()) {
      given.set("end", PrometheusTimes.format(now));
    }
    if (time(given, "start").isPresent()) {
      Duration unused = range(given, max);
    } else {
      given.set("start", PrometheusTimes.format(time(given, "end").orElseThrow().minus(max)));
    }
  }

  private static Duration range(MultiMap given, Duration max) {
    Instant start = time(given, "start").orElseThrow();
    Instant end = time(given, "end").orElseThrow();
    Duration range = Duration.between(start, end);
    if (range.isNegative()) {
      throw new BadDataException("end", "end timestamp must not be before start time");
    }
    if (range.compareTo(max) > 0) {
      throw new BadDataException(
          "start", "the range is longer than " + max.toHours() + " hours, which is the limit");
    }
    return range;
  }

  private static Optional<Instant> time(MultiMap given, String name) {
    String text = given.get(name);
    if (text == null || text.isEmpty()) {
      return Optional.empty();
    }
    Optional<Instant> time = PrometheusTimes.time(text);
    if (time.isEmpty()) {
      throw new BadDataException(name, "cannot parse \"" + text + "\" to a valid timestamp");
    }
    return time;
  }

  private static Duration step(String text) {
    return PrometheusTimes.duration(text)
        .orElseThrow(
            () -> new BadDataException("step", "cannot parse \"" + text + "\" to a duration"));
  }

  private static Duration timeout(MultiMap given, Duration most) {
    String text = given.get(TIMEOUT);
    if (text == null || text.isEmpty()) {
      return most;
    }
    Duration asked =
        PrometheusTimes.duration(text)
            .orElseThrow(
                () -> new BadDataException(TIMEOUT, "cannot parse \"" + text + "\" to a duration"));
    return asked.compareTo(most) < 0 ? asked : most;
  }
}
