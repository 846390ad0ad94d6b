package io.weir.harness.capacity;

import io.weir.harness.generate.Arguments;
import java.util.ArrayList;
import java.util.List;

/**
 * What is to be carried, and how full machines may be.
 *
 * @param eventsPerSecond on average
 * @param bytes of an event as JSON
 * @param peakFactor the busiest minutes of a day against its average
 * @param pointsPerSecond metric points on average
 * @param series of metrics
 * @param services that write logs
 * @param hotDays in Elasticsearch
 * @param coldDays in the archive
 * @param replicas of Elasticsearch, beside the first copy
 * @param utilisation share of a core that may be used at the peak
 * @param nodeCores of an Elasticsearch node
 * @param nodeDisk bytes of an Elasticsearch node
 * @param partitionBytes bytes a second that one Kafka partition is to carry at most
 * @param brokerBytes bytes a second that one broker is to take at most, copies included
 * @param s3Price of a GB and month
 * @param s3PutPrice of a thousand writing requests
 */
record Workload(
    double eventsPerSecond,
    double bytes,
    double peakFactor,
    double pointsPerSecond,
    double series,
    double services,
    double hotDays,
    double coldDays,
    double replicas,
    double utilisation,
    double nodeCores,
    double nodeDisk,
    double partitionBytes,
    double brokerBytes,
    double s3Price,
    double s3PutPrice) {

  Workload {
    List<String> problems = new ArrayList<>();
    positive(problems, "events-per-second", eventsPerSecond, 1e10);
    positive(problems, "bytes", bytes, 1 << 20);
    positive(problems, "peak-factor", peakFactor, 1000);
    notNegative(problems, "points-per-second", pointsPerSecond, 1e10);
    notNegative(problems, "series", series, 1e12);
    positive(problems, "services", services, 1e6);
    positive(problems, "hot-days", hotDays, 3650);
    positive(problems, "cold-days", coldDays, 36500);
    notNegative(problems, "replicas", replicas, 5);
    positive(problems, "utilisation", utilisation, 1);
    positive(problems, "node-cores", nodeCores, 1024);
    positive(problems, "node-disk-tb", nodeDisk / 1e12, 1024);
    positive(problems, "partition-mb", partitionBytes / 1e6, 1000);
    positive(problems, "broker-mb", brokerBytes / 1e6, 100_000);
    notNegative(problems, "s3-price", s3Price, 1000);
    notNegative(problems, "s3-put-price", s3PutPrice, 1000);
    if (peakFactor > 0 && peakFactor < 1) {
      problems.add("--peak-factor must be 1 or more");
    }
    if (!problems.isEmpty()) {
      throw new IllegalArgumentException(String.join("; ", problems));
    }
  }

  /**
   * Reads a command line.
   *
   * @throws IllegalArgumentException naming every option that is wrong
   */
  static Workload of(Arguments arguments) {
    return new Workload(
        arguments.number("events-per-second", 10_000),
        arguments.number("bytes", 1_200),
        arguments.decimal("peak-factor", 3),
        arguments.number("points-per-second", 0),
        arguments.number("series", 0),
        arguments.number("services", 100),
        arguments.decimal("hot-days", 30),
        arguments.decimal("cold-days", 365),
        arguments.number("replicas", 1),
        arguments.decimal("utilisation", 0.5),
        arguments.number("node-cores", 16),
        arguments.decimal("node-disk-tb", 6) * 1e12,
        arguments.decimal("partition-mb", 5) * 1e6,
        arguments.decimal("broker-mb", 200) * 1e6,
        arguments.decimal("s3-price", 0.023),
        arguments.decimal("s3-put-price", 0.005));
  }

  private static void positive(List<String> problems, String option, double value, double max) {
    if (!(value > 0) || value > max) {
      problems.add("--" + option + " must be above 0 and at most " + Numbers.plain(max));
    }
  }

  private static void notNegative(List<String> problems, String option, double value, double max) {
    if (!(value >= 0) || value > max) {
      problems.add("--" + option + " must be from 0 to " + Numbers.plain(max));
    }
  }

  double peakEvents() {
    return eventsPerSecond * peakFactor;
  }
}
