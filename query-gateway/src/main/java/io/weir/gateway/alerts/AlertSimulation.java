package io.weir.gateway.alerts;

import io.weir.gateway.alerts.AlertTestService.Firing;
import io.weir.gateway.alerts.AlertTestService.GroupOutcome;
import io.weir.gateway.series.MetricSeries;
import io.weir.gateway.series.TimeGrid;
import io.weir.model.alert.AlertRule;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * Tells when a rule would have fired: the run of consecutive evaluations that breach it, for each
 * group on its own, beginning with a rule that has seen nothing yet.
 */
final class AlertSimulation {
  private final AlertRule rule;
  private final TimeGrid grid;

  /**
   * @param grid the times of the evaluations
   */
  AlertSimulation(AlertRule rule, TimeGrid grid) {
    this.rule = Objects.requireNonNull(rule, "rule");
    this.grid = Objects.requireNonNull(grid, "grid");
  }

  /** Runs the rule over the values of one group. */
  GroupOutcome run(MetricSeries series) {
    double[] values = new double[grid.size()];
    Arrays.fill(values, Double.NaN);
    series.points().forEach(point -> values[grid.indexOf(point.time())] = point.value());
    return new Run(series.tags()).over(values);
  }

  private final class Run {
    private final Map<String, String> group;
    private final List<Firing> firings = new ArrayList<>();
    private final int required;
    private int breaches;
    private int withoutData;
    private int length;
    private boolean held;
    private Instant pendingAt;
    private Instant firedAt;
    private Instant heldAt;
    private double worst = Double.NaN;

    Run(Map<String, String> group) {
      this.group = group;
      // An absence has waited for its duration already: it is what is looked for.
      this.required = rule.kind() == AlertRule.Kind.ABSENCE ? 1 : rule.requiredEvaluations();
    }

    GroupOutcome over(double[] values) {
      for (int i = 0; i < values.length; i++) {
        evaluate(grid.at(i), values[i]);
      }
      if (firedAt != null) {
        end(Optional.empty());
      }
      return new GroupOutcome(group, breaches, withoutData, firings);
    }

    private void evaluate(Instant at, double value) {
      boolean data = Double.isFinite(value);
      if (!data) {
        withoutData++;
      }
      held = holds(data, value);
      if (held) {
        breaches++;
        length++;
        heldAt = at;
        if (length == 1 && firedAt == null) {
          pendingAt = at;
          worst = Double.NaN;
        }
        if (data && worse(value)) {
          worst = value;
        }
        if (length >= required && firedAt == null) {
          firedAt = at;
        }
        return;
      }
      length = 0;
      boolean goesOn =
          firedAt != null && Duration.between(heldAt, at).toSeconds() < rule.keepFiringForSeconds();
      if (firedAt != null && !goesOn) {
        end(Optional.of(at));
      }
    }

    private boolean holds(boolean data, double value) {
      if (rule.kind() == AlertRule.Kind.ABSENCE) {
        return !data;
      }
      if (data) {
        return rule.condition().holds(value, rule.threshold());
      }
      return switch (rule.noData()) {
        case OK -> false;
        case ALERT -> true;
        case KEEP -> held;
      };
    }

    private boolean worse(double value) {
      return Double.isNaN(worst)
          || Math.abs(value - rule.threshold()) > Math.abs(worst - rule.threshold());
    }

    private void end(Optional<Instant> resolvedAt) {
      firings.add(
          new Firing(
              pendingAt,
              firedAt,
              resolvedAt,
              Double.isNaN(worst) ? Optional.empty() : Optional.of(worst)));
      firedAt = null;
    }
  }
}
