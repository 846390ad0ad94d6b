package io.weir.harness.generate;

import java.time.Duration;

/**
 * How much to send and how fast. Sending ends at whichever of count and duration comes first.
 *
 * @param topic Kafka topic
 * @param ratePerSecond records per second; 0 as fast as Kafka takes them
 * @param count most records to send
 * @param duration longest time to send
 */
public record Load(String topic, double ratePerSecond, long count, Duration duration) {
  public Load {
    if (topic.isEmpty() || ratePerSecond < 0 || count < 0 || duration.isNegative()) {
      throw new IllegalArgumentException(
          "a load needs a topic and a rate, count and duration of at least 0: "
              + topic
              + ", "
              + ratePerSecond
              + ", "
              + count
              + ", "
              + duration);
    }
  }

  /** Returns a load of so many records as fast as Kafka takes them. */
  public static Load count(String topic, long count) {
    return new Load(topic, 0, count, Duration.ofDays(365));
  }
}
