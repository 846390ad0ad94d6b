package io.weir.harness.measure;

import io.weir.model.metric.MetricPoint;
import java.util.function.Consumer;

/** Something that can be measured. */
@FunctionalInterface
public interface MetricSource {
  /**
   * Measures now.
   *
   * @param nowMillis the time that every point carries, epoch milliseconds
   * @param out takes the points
   */
  void measure(long nowMillis, Consumer<MetricPoint> out);
}
