package io.weir.gateway.alerts;

import io.weir.gateway.InvalidRequestException;
import io.weir.gateway.UnprocessableException;
import io.weir.gateway.auth.ServiceAccess;
import io.weir.gateway.config.GatewayConfig;
import io.weir.gateway.promql.PromExpression;
import io.weir.gateway.promql.ServiceSeries;
import io.weir.gateway.search.Cancellation;
import io.weir.gateway.search.Ranges;
import io.weir.gateway.search.TimeRange;
import io.weir.gateway.search.Times;
import io.weir.gateway.series.MetricExpression;
import io.weir.gateway.series.MetricSeries;
import io.weir.gateway.series.MetricStore;
import io.weir.gateway.series.TimeGrid;
import io.weir.model.alert.AlertRule;
import io.weir.model.json.AlertRuleJson;
import io.weir.model.json.UnknownMembers;
import io.weir.model.metric.Aggregation;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * Tries a rule out on what Prometheus has stored. Prometheus holds a value for every 15 s where the
 * alerts job sees each point, so that what is shown is close to what would have happened, not equal
 * to it: sums and counts over points, and quantiles across them, differ most. Thread-safe.
 */
public final class AlertTestService {
  private static final Duration DEFAULT_RANGE = Duration.ofHours(6);
  private static final int MAX_GROUPS = 100;

  private final MetricStore store;
  private final int maxPoints;
  private final Ranges ranges;
  private final Clock clock;

  public AlertTestService(
      MetricStore store, GatewayConfig.Metrics metrics, GatewayConfig.Rules rules, Clock clock) {
    this.store = Objects.requireNonNull(store, "store");
    this.maxPoints = metrics.maxPoints();
    Duration max = rules.testMaxRange();
    this.ranges = new Ranges(max, DEFAULT_RANGE.compareTo(max) < 0 ? DEFAULT_RANGE : max);
    this.clock = Objects.requireNonNull(clock, "clock");
  }

  /**
   * What would have happened.
   *
   * @param groups those that would have fired first, {@value #MAX_GROUPS} at most
   * @param groupsTotal how many there were
   * @param groupsFiring how many would have fired
   */
  public record Outcome(
      AlertRule rule,
      PromExpression asked,
      TimeGrid grid,
      List<GroupOutcome> groups,
      int groupsTotal,
      int groupsFiring) {}

  /**
   * One group.
   *
   * @param breaches evaluations at which the condition held
   * @param withoutData evaluations at which there was nothing to compare
   */
  public record GroupOutcome(
      Map<String, String> group, int breaches, int withoutData, List<Firing> firings) {
    public GroupOutcome {
      firings = List.copyOf(firings);
    }
  }

  /**
   * A time of firing.
   *
   * @param pendingAt when the condition began to hold
   * @param firedAt the evaluation that completed the run
   * @param resolvedAt when it ended; empty if it still fired at the end
   * @param worst the value furthest beyond the threshold; empty if there never was one
   */
  public record Firing(
      Instant pendingAt, Instant firedAt, Optional<Instant> resolvedAt, Optional<Double> worst) {}

  /**
   * Tries a rule out.
   *
   * @param body the rule; the channel need not exist
   * @param access of series of other services nothing is told
   * @throws io.weir.model.validation.InvalidRecordException naming every field that is wrong
   * @throws UnprocessableException if it is a rule on logs
   */
  public Outcome test(
      byte[] body,
      Optional<String> from,
      Optional<String> to,
      ServiceAccess access,
      Cancellation cancellation) {
    AlertRule rule = AlertRuleJson.decode(body, UnknownMembers.REJECT);
    refuseLogs(rule);
    TimeGrid grid = grid(rule, ranges.resolve(from, to, clock.instant()));
    PromExpression asked = ServiceSeries.narrowed(expression(rule).toPrometheus(), access);
    List<MetricSeries> series = store.evaluate(asked, grid, cancellation);
    if (series.isEmpty() && rule.groupBy().isEmpty()) {
      series = List.of(new MetricSeries(Map.of(), List.of()));
    }
    AlertSimulation simulation = new AlertSimulation(rule, grid);
    List<GroupOutcome> outcomes = series.stream().map(simulation::run).toList();
    List<GroupOutcome> shown =
        outcomes.stream()
            .sorted((a, b) -> Integer.compare(b.firings().size(), a.firings().size()))
            .limit(MAX_GROUPS)
            .toList();
    int firing = (int) outcomes.stream().filter(group -> !group.firings().isEmpty()).count();
    return new Outcome(rule, asked, grid, shown, outcomes.size(), firing);
  }

  private static void refuseLogs(AlertRule rule) {
    boolean onLogs =
        switch (rule.kind()) {
          case THRESHOLD -> false;
          case ABSENCE -> rule.metric() == null;
          case LOG_MATCH, SEQUENCE -> true;
        };
    if (onLogs) {
      throw new UnprocessableException(
          "a rule on logs cannot be tried out: its events are counted from the moment on at which"
              + " the rule exists, so there is no past to look at; search for the query instead");
    }
  }

  private static MetricExpression expression(AlertRule rule) {
    boolean absence = rule.kind() == AlertRule.Kind.ABSENCE;
    return new MetricExpression(
        rule.numerator(),
        Optional.ofNullable(rule.denominator()),
        rule.tags(),
        rule.groupBy(),
        Optional.of(absence ? Aggregation.COUNT : rule.aggregation()),
        Duration.ofSeconds(absence ? rule.durationSeconds() : rule.windowSeconds()),
        MetricExpression.Basis.SAMPLES);
  }

  /** Evaluations stand on multiples of their distance, as those of the alerts job do. */
  private TimeGrid grid(AlertRule rule, TimeRange range) {
    long step = rule.evaluateEverySeconds();
    long first = Math.floorDiv(Times.instant(range.fromNanos()).getEpochSecond(), step) + 1;
    long last = Math.floorDiv(Times.instant(range.toNanos()).getEpochSecond(), step);
    long size = last - first + 1;
    if (size < 1 || size > maxPoints) {
      throw new InvalidRequestException(
          "from", "the range has " + size + " evaluations, and has to have 1 to " + maxPoints);
    }
    return new TimeGrid(Instant.ofEpochSecond(first * step), Duration.ofSeconds(step), (int) size);
  }
}
