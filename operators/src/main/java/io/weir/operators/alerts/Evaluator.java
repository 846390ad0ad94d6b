package io.weir.operators.alerts;

import static java.util.Objects.requireNonNull;

import io.weir.model.alert.AlertRule;
import io.weir.model.alert.AlertRule.Kind;

/**
 * Decides one evaluation of one group and tells those who must know: while nothing breaches nobody
 * hears anything.
 */
final class Evaluator {

  /** Who must know. */
  interface Output {
    /** Something that may change where the alert stands. */
    void signal(AlertSignal signal);

    /** Something for the search for runs. */
    void run(RunEvent event);
  }

  private final AlertKey key;
  private final AlertRule rule;
  private final Progress progress;
  private final Output output;

  Evaluator(AlertKey key, AlertRule rule, Progress progress, Output output) {
    this.key = requireNonNull(key, "key");
    this.rule = requireNonNull(rule, "rule");
    this.progress = requireNonNull(progress, "progress");
    this.output = requireNonNull(output, "output");
  }

  /**
   * Evaluates.
   *
   * @param millis the moment of the evaluation
   * @param measured what was measured, or null where there was no data
   */
  void evaluate(long millis, Double measured) {
    Double value = rule.kind() == Kind.ABSENCE ? (Double) silentSeconds(millis) : measured;
    if (breaches(millis, value)) {
      breach(millis, value);
    } else if (progress.watched) {
      clear(millis, value);
    }
  }

  /** Ends a group that is no longer there. */
  void forget(long millis) {
    if (progress.watched) {
      endRun(millis);
      output.signal(signal(AlertSignal.Kind.FORGOTTEN, millis, null));
      progress.watched = false;
    }
  }

  double silentSeconds(long millis) {
    long since = Math.max(progress.lastSeenMillis, progress.knownSinceMillis);
    return Math.max(0, (millis - since) / 1000.0);
  }

  private boolean breaches(long millis, Double value) {
    if (rule.kind() == Kind.ABSENCE) {
      return value >= rule.durationSeconds();
    }
    if (value != null) {
      return rule.condition().holds(value, rule.threshold());
    }
    return switch (rule.noData()) {
      case OK -> false;
      // A group that was not known for a whole window may have had data before.
      case ALERT -> millis - progress.knownSinceMillis >= rule.windowSeconds() * 1000;
      case KEEP -> progress.breaching;
    };
  }

  private void breach(long millis, Double value) {
    // The time that an absence takes is the absence itself: one evaluation is enough.
    Span span = rule.kind() == Kind.ABSENCE ? Span.SHORT : Span.of(rule.durationSeconds());
    if (progress.breaching && progress.span != span) {
      // The rule was edited so that another pattern looks for its runs: the run goes on there.
      output.run(run(RunEvent.Kind.CLEARED, millis, value));
      progress.span = span;
      output.run(run(RunEvent.Kind.STARTED, millis, value));
    } else if (!progress.breaching) {
      progress.span = span;
      progress.startedMillis = millis;
      output.run(run(RunEvent.Kind.STARTED, millis, value));
    }
    progress.breaching = true;
    progress.watched = true;
    progress.lastBreachMillis = millis;
    output.signal(signal(AlertSignal.Kind.BREACH, millis, value));
    output.run(run(RunEvent.Kind.BREACH, millis, value));
  }

  private void clear(long millis, Double value) {
    endRun(millis);
    // Said here and not decided again by who hears it, who may know another version of the rule and
    // would then wait for more.
    boolean more = millis - progress.lastBreachMillis < rule.keepFiringForSeconds() * 1000;
    output.signal(signal(more ? AlertSignal.Kind.EASED : AlertSignal.Kind.CLEAR, millis, value));
    progress.watched = more;
  }

  private void endRun(long millis) {
    if (progress.breaching) {
      output.run(run(RunEvent.Kind.CLEARED, millis, null));
      progress.breaching = false;
    }
  }

  private AlertSignal signal(AlertSignal.Kind kind, long millis, Double value) {
    return new AlertSignal(key, kind, millis, progress.startedMillis, value);
  }

  private RunEvent run(RunEvent.Kind kind, long millis, Double value) {
    return new RunEvent(
        key,
        kind,
        millis,
        progress.startedMillis,
        rule.kind() == Kind.ABSENCE ? 1 : rule.requiredEvaluations(),
        rule.evaluateEverySeconds() * 1000,
        progress.span,
        value);
  }
}
