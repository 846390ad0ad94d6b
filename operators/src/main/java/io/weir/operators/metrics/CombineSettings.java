package io.weir.operators.metrics;

import static java.util.Objects.requireNonNull;

import java.io.Serializable;
import java.util.List;
import java.util.regex.Pattern;

/**
 * How points are combined before the shuffle.
 *
 * @param maxPartials most partial aggregates held in a subtask; with more, all are sent on
 * @param statistics whole names of gauges of which minimum, maximum, average and number of values
 *     are wanted too
 * @param limits bounds of series
 */
public record CombineSettings(int maxPartials, List<Pattern> statistics, SeriesLimits limits)
    implements Serializable {

  public CombineSettings {
    if (maxPartials < 1) {
      throw new IllegalArgumentException("at least one partial aggregate must be held");
    }
    statistics = List.copyOf(statistics);
    requireNonNull(limits, "limits");
  }

  /** Returns whether the statistics of a gauge of this name are wanted. */
  boolean wantsStatistics(String metric) {
    for (Pattern pattern : statistics) {
      if (pattern.matcher(metric).matches()) {
        return true;
      }
    }
    return false;
  }
}
