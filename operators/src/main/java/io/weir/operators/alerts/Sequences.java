package io.weir.operators.alerts;

import io.weir.operators.alerts.SequenceEvent.Step;
import java.util.List;
import java.util.Map;
import org.apache.flink.cep.functions.PatternProcessFunction;
import org.apache.flink.cep.nfa.aftermatch.AfterMatchSkipStrategy;
import org.apache.flink.cep.pattern.Pattern;
import org.apache.flink.cep.pattern.conditions.IterativeCondition;
import org.apache.flink.cep.pattern.conditions.SimpleCondition;
import org.apache.flink.util.Collector;

/**
 * Finds sequences: {@link SequenceEvent} in order in, {@link AlertSignal} of kind {@code OCCURRED}
 * out. There are two patterns, because a rule waits either for a second event or for its absence:
 *
 * <ul>
 *   <li>then: a first event, and before its deadline a second, which is another event;
 *   <li>without: a first event, and no second before its deadline.
 * </ul>
 *
 * The exact time of each rule is in the deadlines. The names of the patterns' parts are names of
 * state: they never change.
 */
public final class Sequences extends PatternProcessFunction<SequenceEvent, AlertSignal> {
  private static final long serialVersionUID = 1;

  private static final String FIRST = "first";
  private static final String EXPIRED = "expired";
  private static final String ANSWERED = "answered";
  private static final String LAST = "last";

  /** Returns the pattern of a first event and then a second. */
  public static Pattern<SequenceEvent, ?> then(Span span) {
    return first()
        .notFollowedBy(EXPIRED)
        .where(new After(Step.DEADLINE))
        .followedBy(LAST)
        .where(new After(Step.THEN))
        .within(span.within());
  }

  /** Returns the pattern of a first event without a second. */
  public static Pattern<SequenceEvent, ?> without(Span span) {
    return first()
        .notFollowedBy(ANSWERED)
        .where(new After(Step.THEN))
        .followedBy(LAST)
        .where(new After(Step.DEADLINE))
        .within(span.within());
  }

  private static Pattern<SequenceEvent, SequenceEvent> first() {
    return Pattern.<SequenceEvent>begin(FIRST, AfterMatchSkipStrategy.skipPastLastEvent())
        .where(SimpleCondition.of(event -> event.step() == Step.FIRST));
  }

  @Override
  public void processMatch(
      Map<String, List<SequenceEvent>> match, Context ctx, Collector<AlertSignal> out) {
    SequenceEvent first = match.get(FIRST).get(0);
    SequenceEvent last = match.get(LAST).get(0);
    out.collect(
        new AlertSignal(
            last.key(),
            AlertSignal.Kind.OCCURRED,
            last.timestampMillis(),
            first.timestampMillis(),
            null));
  }

  /** Holds for a second event that is another than the first, or for the first one's deadline. */
  private static final class After extends IterativeCondition<SequenceEvent> {
    private static final long serialVersionUID = 1;

    private final Step step;

    After(Step step) {
      this.step = step;
    }

    @Override
    public boolean filter(SequenceEvent event, Context<SequenceEvent> ctx) throws Exception {
      if (event.step() != step) {
        return false;
      }
      boolean own = step == Step.DEADLINE;
      for (SequenceEvent first : ctx.getEventsForPattern(FIRST)) {
        return own == event.event().equals(first.event());
      }
      return false;
    }
  }
}
