package io.weir.gateway.series;

import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * One series of an answer.
 *
 * @param tags what tells it from the others; iterates in order of the names
 * @param points in order of time
 */
public record MetricSeries(Map<String, String> tags, List<DataPoint> points) {
  public MetricSeries {
    tags = Collections.unmodifiableSortedMap(new TreeMap<>(tags));
    points = List.copyOf(points);
  }

  /**
   * A value at a time.
   *
   * @param value any number, NaN and infinities included
   */
  public record DataPoint(Instant time, double value) {}
}
