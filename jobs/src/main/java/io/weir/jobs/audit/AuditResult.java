package io.weir.jobs.audit;

import io.weir.jobs.options.AuditJobOptions;
import io.weir.model.audit.HourTally;
import io.weir.model.audit.StoreTally;
import io.weir.sinks.elasticsearch.ElasticsearchConnection;
import io.weir.sinks.elasticsearch.ReadDocuments;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.util.CloseableIterator;

/**
 * What an audit found.
 *
 * @param plan what it looked at
 * @param tallies one for each hour of a partition that has records, by hour, topic and partition
 */
public record AuditResult(AuditPlan plan, List<HourTally> tallies) {

  public AuditResult {
    tallies =
        tallies.stream()
            .sorted(
                Comparator.comparingLong(HourTally::hourMillis)
                    .thenComparing(HourTally::topic)
                    .thenComparingInt(HourTally::partition))
            .toList();
  }

  /**
   * Audits.
   *
   * @param now what time it is
   * @throws Exception if a store or Kafka cannot be read; the message says which and why
   */
  public static AuditResult of(AuditJobOptions options, Instant now) throws Exception {
    AuditPlan plan = new AuditPlanner(options).plan();
    if (plan.slices().isEmpty()) {
      return new AuditResult(plan, List.of());
    }
    if (options.logs().elasticsearch().isPresent()) {
      ElasticsearchConnection connection = options.logs().elasticsearch().get();
      ReadDocuments.refresh(connection);
    }
    StreamExecutionEnvironment env = BatchEnvironment.of(options.audit());
    List<HourTally> tallies = new ArrayList<>();
    try (CloseableIterator<HourTally> found =
        AuditTopology.build(env, plan, AuditReaders.of(options, plan, now))
            .executeAndCollect("weir-audit")) {
      found.forEachRemaining(tallies::add);
    }
    return new AuditResult(plan, tallies);
  }

  /** Returns all hours of all partitions added up. */
  public HourTally sum() {
    return tallies.stream()
        .map(tally -> at(tally, 0))
        .reduce(
            new HourTally("", 0, 0, 0, 0, 0, 0, 0, StoreTally.NONE, StoreTally.NONE),
            HourTally::plus);
  }

  /** Offsets of different partitions must not be taken for the same: each gets room of its own. */
  private static HourTally at(HourTally tally, long hourMillis) {
    return new HourTally(
        "",
        0,
        hourMillis,
        tally.expected(),
        tally.pending(),
        tally.duplicates(),
        tally.notForHot(),
        0,
        countsOnly(tally.hot()),
        countsOnly(tally.archive()));
  }

  private static StoreTally countsOnly(StoreTally tally) {
    return new StoreTally(
        tally.stored(),
        tally.dead(),
        tally.missing().countOnly(),
        tally.doubled().countOnly());
  }

  /** Returns the share of what was expected that is delivered to the hot store. */
  public double hotRatio() {
    return ratio(sum(), sum().hot());
  }

  /** Returns the share of what was expected that is delivered to the archive. */
  public double archiveRatio() {
    return ratio(sum(), sum().archive());
  }

  private static double ratio(HourTally sum, StoreTally store) {
    return sum.expected() == 0
        ? 1
        : (double) (sum.expected() - store.missing().count()) / sum.expected();
  }

  /** Returns whether nothing is missing and nothing is doubled. */
  public boolean complete() {
    return tallies.stream().allMatch(HourTally::complete);
  }

  /** Returns what was counted, for the report of the run. */
  public Map<String, Long> counts() {
    HourTally sum = sum();
    Map<String, Long> counts = new TreeMap<>();
    counts.put("expected", sum.expected());
    counts.put("pending", sum.pending());
    counts.put("duplicates", sum.duplicates());
    counts.put("missing_in_elasticsearch", sum.hot().missing().count());
    counts.put("missing_in_archive", sum.archive().missing().count());
    counts.put("doubled_in_elasticsearch", sum.hot().doubled().count());
    counts.put("doubled_in_archive", sum.archive().doubled().count());
    return counts;
  }

  /** Returns the delivered ratios by store. */
  public Map<String, Double> ratios() {
    return Map.of(
        "delivered_to_elasticsearch", hotRatio(), "delivered_to_archive", archiveRatio());
  }
}
