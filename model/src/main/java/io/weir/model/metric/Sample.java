package io.weir.model.metric;

import java.util.Map;
import java.util.Objects;

/**
 * One value of one Prometheus series at one time: what is written by remote write.
 *
 * @param metric name of the metric, the label {@code __name__}
 * @param tags the other labels, normalised; iterates in order of the names
 * @param value any number, NaN and infinities included
 * @param timestampMillis epoch milliseconds
 */
public record Sample(String metric, Map<String, String> tags, double value, long timestampMillis) {
  public Sample {
    Objects.requireNonNull(metric, "metric");
    tags = Tags.sorted(tags);
  }
}
