package io.weir.harness.fault;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Which faults come in which order, when and for how long: drawn from a seed, so that the same seed
 * gives the same schedule again. When one begins is said in events, not in seconds, because a slow
 * machine reaches the same event later.
 *
 * @param seed what it was drawn from
 * @param steps in the order in which they come
 * @param <F> what names a fault
 */
public record FaultSchedule<F>(long seed, List<Step<F>> steps) {

  /**
   * One fault.
   *
   * @param fault which one
   * @param afterEvents so many more events are sent before it begins
   * @param length how long it lasts, if it is one that lasts
   */
  public record Step<F>(F fault, long afterEvents, Duration length) {}

  /**
   * Bounds of what is drawn.
   *
   * @param mostEvents most events before a fault
   * @param shortest shortest length
   * @param longest longest length
   */
  public record Bounds(long mostEvents, Duration shortest, Duration longest) {}

  public FaultSchedule {
    steps = List.copyOf(steps);
  }

  /** Draws each fault once, in an order of chance. */
  public static <F> FaultSchedule<F> draw(long seed, List<F> faults, Bounds bounds) {
    SplittableRandom random = new SplittableRandom(seed);
    List<F> left = new ArrayList<>(faults);
    List<Step<F>> steps = new ArrayList<>();
    while (!left.isEmpty()) {
      F fault = left.remove(random.nextInt(left.size()));
      steps.add(
          new Step<>(
              fault,
              random.nextLong(bounds.mostEvents() + 1),
              between(random, bounds.shortest(), bounds.longest())));
    }
    return new FaultSchedule<>(seed, steps);
  }

  /** Draws a length of whole milliseconds. */
  public static Duration between(SplittableRandom random, Duration shortest, Duration longest) {
    return Duration.ofMillis(random.nextLong(shortest.toMillis(), longest.toMillis() + 1));
  }

  /** Returns what is drawn with this seed for one purpose, whatever else is drawn. */
  public static SplittableRandom random(long seed, String purpose) {
    return new SplittableRandom(seed * 31 + purpose.hashCode());
  }
}
