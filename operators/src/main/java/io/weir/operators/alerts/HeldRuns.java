package io.weir.operators.alerts;

import java.util.List;
import java.util.Map;
import org.apache.flink.cep.functions.PatternProcessFunction;
import org.apache.flink.cep.nfa.aftermatch.AfterMatchSkipStrategy;
import org.apache.flink.cep.pattern.Pattern;
import org.apache.flink.cep.pattern.conditions.IterativeCondition;
import org.apache.flink.cep.pattern.conditions.SimpleCondition;
import org.apache.flink.util.Collector;

/**
 * Finds runs of consecutive breaches that are as long as their rules demand: {@link RunEvent} in,
 * {@link AlertSignal} of kind {@code HELD} out, once for each run.
 *
 * <p>CEP's {@code times(n)} is fixed when the graph is built, and {@code oneOrMore} would keep a
 * partial match for every evaluation of a run; so the pattern waits for the breach by which, as it
 * says itself, its run is long enough, unless the run is cleared before. Each group has at most one
 * partial match. The names of the pattern's parts are names of state: they never change.
 */
public final class HeldRuns extends PatternProcessFunction<RunEvent, AlertSignal> {
  private static final long serialVersionUID = 1;

  private static final String STARTED = "started";
  private static final String CLEARED = "cleared";
  private static final String HELD = "held";

  /** Returns the pattern for the rules of a class. */
  public static Pattern<RunEvent, ?> pattern(Span span) {
    return Pattern.<RunEvent>begin(STARTED, AfterMatchSkipStrategy.skipPastLastEvent())
        .where(SimpleCondition.of(event -> event.kind() == RunEvent.Kind.STARTED))
        .notFollowedBy(CLEARED)
        .where(SimpleCondition.of(event -> event.kind() == RunEvent.Kind.CLEARED))
        .followedBy(HELD)
        .where(new Completes())
        .within(span.within());
  }

  @Override
  public void processMatch(
      Map<String, List<RunEvent>> match, Context ctx, Collector<AlertSignal> out) {
    RunEvent started = match.get(STARTED).get(0);
    RunEvent held = match.get(HELD).get(0);
    out.collect(
        new AlertSignal(
            held.key(),
            AlertSignal.Kind.HELD,
            held.timeMillis(),
            started.startedMillis(),
            held.value()));
  }

  /** Holds for the breach by which the run is long enough. */
  private static final class Completes extends IterativeCondition<RunEvent> {
    private static final long serialVersionUID = 1;

    @Override
    public boolean filter(RunEvent event, Context<RunEvent> ctx) throws Exception {
      if (event.kind() != RunEvent.Kind.BREACH) {
        return false;
      }
      for (RunEvent started : ctx.getEventsForPattern(STARTED)) {
        return event.completes(started);
      }
      return false;
    }
  }
}
