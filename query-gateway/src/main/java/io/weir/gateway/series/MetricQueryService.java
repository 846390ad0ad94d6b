package io.weir.gateway.series;

import io.weir.gateway.InvalidRequestException;
import io.weir.gateway.InvalidRequestException.FieldError;
import io.weir.gateway.auth.ServiceAccess;
import io.weir.gateway.config.GatewayConfig;
import io.weir.gateway.promql.PromExpression;
import io.weir.gateway.promql.ServiceSeries;
import io.weir.gateway.search.Cancellation;
import io.weir.gateway.search.Ranges;
import io.weir.gateway.search.TimeRange;
import io.weir.gateway.search.Times;
import io.weir.model.json.MetricPointJson;
import io.weir.model.metric.Aggregation;
import io.weir.model.metric.MetricNames;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** Answers {@code GET /metrics/query}. Thread-safe. */
public final class MetricQueryService {
  private static final Duration MIN_STEP = Duration.ofSeconds(1);
  private static final Duration MAX_STEP = Duration.ofDays(31);

  /** Series are written every 15 s and scraped at least once a minute: no window is empty then. */
  private static final Duration MIN_WINDOW = Duration.ofMinutes(1);

  private static final Duration MIN_RATE_WINDOW = Duration.ofMinutes(5);
  private static final Duration MAX_WINDOW = Duration.ofDays(31);
  private static final int POINTS_BY_DEFAULT = 250;
  private static final long[] STEPS_BY_DEFAULT = {
    15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 21_600, 43_200, 86_400
  };

  /** Characters of a metric's name; dots and dashes are what others write for underscores. */
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_:.-]+");

  private final MetricStore store;
  private final GatewayConfig.Metrics limits;
  private final Ranges ranges;
  private final Clock clock;

  public MetricQueryService(MetricStore store, GatewayConfig.Metrics limits, Clock clock) {
    this.store = Objects.requireNonNull(store, "store");
    this.limits = Objects.requireNonNull(limits, "limits");
    this.ranges = new Ranges(limits.maxRange(), limits.defaultRange());
    this.clock = Objects.requireNonNull(clock, "clock");
  }

  /**
   * A question as it was asked.
   *
   * @param metric a name, or two as {@code a / b}
   * @param tags each {@code name:value}
   * @param aggregation in lower case
   */
  public record Question(
      String metric,
      Optional<String> from,
      Optional<String> to,
      Optional<String> step,
      Optional<String> window,
      Set<String> tags,
      Optional<String> aggregation,
      Set<String> groupBy) {}

  /**
   * The answer.
   *
   * @param expression what Prometheus was asked
   * @param grouped whether there is one series for each group, or one at most
   * @param total series that there are; more than there are in the list if there were too many
   */
  public record Answer(
      MetricExpression expression,
      PromExpression asked,
      TimeGrid grid,
      boolean grouped,
      List<MetricSeries> series,
      int total) {}

  /**
   * Asks.
   *
   * @param access of series of other services nothing is told
   * @throws InvalidRequestException naming each parameter that is wrong
   */
  public Answer query(Question question, ServiceAccess access, Cancellation cancellation) {
    Instant now = clock.instant();
    List<FieldError> errors = new ArrayList<>();
    List<String> metrics = metrics(question.metric(), errors);
    Map<String, String> tags = tags(question.tags(), errors);
    List<String> groupBy = groupBy(question.groupBy(), errors);
    Optional<Aggregation> aggregation = question.aggregation().map(MetricQueryService::aggregation);
    Optional<Duration> step =
        question.step().map(text -> duration("step", text, MIN_STEP, MAX_STEP, errors));
    Optional<Duration> window =
        question.window().map(text -> duration("window", text, MIN_STEP, MAX_WINDOW, errors));
    TimeRange range = null;
    try {
      range = ranges.resolve(question.from(), question.to(), now);
    } catch (InvalidRequestException e) {
      errors.addAll(e.errors());
    }
    if (!errors.isEmpty()) {
      throw new InvalidRequestException(errors);
    }
    TimeGrid grid = grid(range, step.orElse(defaultStep(range.length())));
    MetricExpression expression =
        new MetricExpression(
            metrics.get(0),
            metrics.size() == 2 ? Optional.of(metrics.get(1)) : Optional.empty(),
            tags,
            groupBy,
            aggregation,
            window.orElse(defaultWindow(metrics, aggregation, grid.step())),
            MetricExpression.Basis.SERIES);
    PromExpression asked = ServiceSeries.narrowed(expression.toPrometheus(), access);
    List<MetricSeries> series = store.evaluate(asked, grid, cancellation);
    return new Answer(
        expression,
        asked,
        grid,
        !groupBy.isEmpty(),
        series.subList(0, Math.min(limits.maxSeries(), series.size())),
        series.size());
  }

  private TimeGrid grid(TimeRange range, Duration step) {
    long length = Math.max(1, range.length().toMillis());
    // The range is half-open: a point that falls on its end is not in it.
    long points = (length + step.toMillis() - 1) / step.toMillis();
    if (points > limits.maxPoints()) {
      throw new InvalidRequestException(
          "step",
          "is too short: " + points + " points in this range, at most " + limits.maxPoints());
    }
    Instant start = Times.instant(range.fromNanos()).truncatedTo(ChronoUnit.MILLIS);
    return new TimeGrid(start, step, (int) points);
  }

  private static Duration defaultStep(Duration range) {
    for (long step : STEPS_BY_DEFAULT) {
      if (range.toSeconds() / step <= POINTS_BY_DEFAULT) {
        return Duration.ofSeconds(step);
      }
    }
    return Duration.ofDays(1 + range.toDays() / POINTS_BY_DEFAULT);
  }

  private static Duration defaultWindow(
      List<String> metrics, Optional<Aggregation> aggregation, Duration step) {
    boolean rate =
        metrics.stream()
            .map(metric -> aggregation.orElse(MetricExpression.defaultAggregation(metric)))
            .anyMatch(each -> each == Aggregation.RATE);
    Duration least = rate ? MIN_RATE_WINDOW : MIN_WINDOW;
    return step.compareTo(least) > 0 ? step : least;
  }

  private static List<String> metrics(String text, List<FieldError> errors) {
    String[] parts = text.split("/", -1);
    List<String> names = new ArrayList<>();
    for (String part : parts) {
      String name = part.strip();
      String normal = NAME.matcher(name).matches() ? MetricNames.normalizeMetric(name) : null;
      if (normal != null) {
        names.add(normal);
      }
    }
    if (names.size() != parts.length || parts.length > 2) {
      errors.add(
          FieldError.of(
              "metric",
              "must be the name of a metric, or a ratio a / b of two; tags go into tags=name:value,"
                  + " functions into agg"));
    }
    return names;
  }

  /** Tags that follow each other with a comma are told from a comma in a value by their names. */
  private static Map<String, String> tags(Set<String> texts, List<FieldError> errors) {
    Map<String, String> tags = new LinkedHashMap<>();
    for (String text : texts) {
      for (String tag : text.split(",(?=[A-Za-z_][A-Za-z0-9_.-]*:)", -1)) {
        int colon = tag.indexOf(':');
        String name = colon < 1 ? null : MetricNames.normalizeTag(tag.substring(0, colon).strip());
        String value = tag.substring(colon + 1);
        if (name == null || value.isEmpty() || value.length() > MetricPointJson.MAX_TAG_VALUE) {
          errors.add(
              FieldError.of("tags", "'" + abbreviated(tag) + "' is not name:value of a tag"));
        } else if (tags.putIfAbsent(name, value) != null) {
          errors.add(FieldError.of("tags", name + " is given twice"));
        }
      }
    }
    return tags;
  }

  private static List<String> groupBy(Set<String> texts, List<FieldError> errors) {
    List<String> names = new ArrayList<>();
    for (String text : texts) {
      for (String name : text.split(",", -1)) {
        String normal = MetricNames.normalizeTag(name.strip());
        if (normal == null) {
          errors.add(FieldError.of("group_by", "'" + abbreviated(name) + "' is no name of a tag"));
        } else if (!names.contains(normal)) {
          names.add(normal);
        }
      }
    }
    // The same question is the same expression, however its set was ordered.
    names.sort(null);
    return names;
  }

  private static Aggregation aggregation(String name) {
    return Aggregation.valueOf(name.toUpperCase(Locale.ROOT));
  }

  private static Duration duration(
      String field, String text, Duration min, Duration max, List<FieldError> errors) {
    Optional<Duration> duration = PrometheusTimes.duration(text.strip());
    if (duration.isEmpty()
        || duration.get().compareTo(min) < 0
        || duration.get().compareTo(max) > 0) {
      errors.add(
          FieldError.of(
              field, "'" + abbreviated(text) + "' is not a time from 1s to 31d such as 60s or 5m"));
      return min;
    }
    return duration.get();
  }

  private static String abbreviated(String text) {
    return text.length() <= 60 ? text : text.substring(0, 60) + "...";
  }
}
