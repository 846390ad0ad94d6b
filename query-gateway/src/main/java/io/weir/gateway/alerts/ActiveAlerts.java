package io.weir.gateway.alerts;

import io.weir.gateway.alerts.AlertStates.Said;
import io.weir.model.alert.AlertRule;
import io.weir.model.alert.AlertRule.Kind;
import io.weir.model.alert.AlertState;
import io.weir.model.alert.AlertStatus;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;

/**
 * The alerts that are pending or firing, without those of which nobody will ever say that they are
 * over: a job that begins without state does not know what its predecessor has said.
 *
 * <p>The job says each active alert again at every evaluation. One that it passed over while it
 * went on with others is no more; where it stands still everything stays as it was. Both clocks
 * must say so, since either alone is wrong at times: a job that is late evaluates rarely, and one
 * that was taken back to a savepoint evaluates moments that were told of before. Where nothing else
 * is said either, an alert of which nothing was heard for a day is no more.
 */
public final class ActiveAlerts {
  private static final int MISSED_EVALUATIONS = 5;
  private static final Duration SURE = Duration.ofMinutes(15);
  private static final Duration UNHEARD = Duration.ofDays(1);

  /** How long the alert of a sequence, which is said once, fires where its rule does not say. */
  private static final Duration SEQUENCE = Duration.ofSeconds(300);

  private final AlertStates states;
  private final Function<String, Optional<AlertRule>> rules;
  private final Clock clock;

  /**
   * @param rules finds a rule by its id; empty if it was deleted
   */
  public ActiveAlerts(
      AlertStates states, Function<String, Optional<AlertRule>> rules, Clock clock) {
    this.states = Objects.requireNonNull(states, "states");
    this.rules = Objects.requireNonNull(rules, "rules");
    this.clock = Objects.requireNonNull(clock, "clock");
  }

  /** Returns them, in no order. */
  public List<AlertState> all() {
    List<Said> all = states.all();
    long evaluated = Long.MIN_VALUE;
    long written = Long.MIN_VALUE;
    for (Said said : all) {
      evaluated = Math.max(evaluated, said.state().updatedAtMillis());
      written = Math.max(written, said.writtenMillis());
    }
    Progress progress = new Progress(evaluated, written, new HashMap<>());
    return all.stream().filter(progress::goesOn).map(Said::state).toList();
  }

  /** How far the job is, by event time and by the clock of what it wrote. */
  private final class Progress {
    private final long evaluatedMillis;
    private final long writtenMillis;
    private final Map<String, Duration> patience;

    Progress(long evaluatedMillis, long writtenMillis, Map<String, Duration> patience) {
      this.evaluatedMillis = evaluatedMillis;
      this.writtenMillis = writtenMillis;
      this.patience = patience;
    }

    boolean goesOn(Said said) {
      AlertStatus status = said.state().status();
      return (status == AlertStatus.PENDING || status == AlertStatus.FIRING)
          && (isWithin(SURE, said)
              || isWithin(patience.computeIfAbsent(said.state().alertId(), this::patience), said));
    }

    private boolean isWithin(Duration patience, Said said) {
      long unheard = clock.millis() - said.writtenMillis() - UNHEARD.toMillis();
      boolean passedOver =
          evaluatedMillis - said.state().updatedAtMillis() > patience.toMillis()
              && writtenMillis - said.writtenMillis() > patience.toMillis();
      return !passedOver && unheard <= patience.toMillis();
    }

    private Duration patience(String alertId) {
      return rules.apply(alertId).map(ActiveAlerts::patience).orElse(SURE);
    }
  }

  private static Duration patience(AlertRule rule) {
    if (rule.kind() == Kind.SEQUENCE) {
      long seconds = rule.keepFiringForSeconds();
      return SURE.plus(seconds == 0 ? SEQUENCE : Duration.ofSeconds(seconds));
    }
    return SURE.plus(
        Duration.ofSeconds(rule.evaluateEverySeconds()).multipliedBy(MISSED_EVALUATIONS));
  }
}
