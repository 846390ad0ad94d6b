package io.weir.jobs.audit;

import io.weir.jobs.options.AuditJobOptions;
import io.weir.model.audit.AppendHour;
import io.weir.model.audit.HourTally;
import io.weir.model.audit.StoreTally;
import io.weir.sinks.archive.ReadAppendHours;
import io.weir.sinks.elasticsearch.ElasticsearchConnection;
import io.weir.sinks.elasticsearch.ReadDocuments;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.flink.api.common.typeinfo.TypeInformation;
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
    if (plan.isCut() && options.logs().archive().isPresent()) {
      plan = plan.withSlices(ArchivedHours.before(plan, archived(options, plan)));
    }
    AuditPlan planned = plan;
    return SecondLook.of(
        () -> of(options, planned, AuditReaders.of(options, planned, now)),
        options.audit().settle(),
        length ->
            new CompletableFuture<Void>()
                .completeOnTimeout(null, length.toMillis(), TimeUnit.MILLISECONDS)
                .get());
  }

  private static List<AppendHour> archived(AuditJobOptions options, AuditPlan plan)
      throws Exception {
    List<AppendHour> hours = new ArrayList<>();
    try (CloseableIterator<AppendHour> found =
        AuditTopology.files(
                BatchEnvironment.of(options.audit()),
                AuditReaders.files(options, plan.from(), plan.to()))
            .rebalance()
            .flatMap(new ReadAppendHours(plan.topicCodes()))
            .returns(TypeInformation.of(AppendHour.class))
            .name("read append hours")
            .uid("audit-read-append-hours")
            .executeAndCollect("weir-audit-hours")) {
      found.forEachRemaining(hours::add);
    }
    return hours;
  }

  /** Looks into the stores alone: neither dead letters nor Kafka account for anything. */
  public static AuditResult ofStores(AuditJobOptions options, AuditPlan plan, Instant now)
      throws Exception {
    AuditTopology.Readers readers = AuditReaders.of(options, plan, now);
    return of(
        options,
        plan,
        new AuditTopology.Readers(
            readers.documents(), readers.archive(), readers.letters(), tally -> tally));
  }

  private static AuditResult of(
      AuditJobOptions options, AuditPlan plan, AuditTopology.Readers readers) throws Exception {
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
        AuditTopology.build(env, plan, readers).executeAndCollect("weir-audit")) {
      found.forEachRemaining(tallies::add);
    }
    return new AuditResult(plan, tallies);
  }

  /** Returns all hours of all partitions added up. */
  public HourTally sum() {
    return tallies.stream()
        .map(AuditResult::counted)
        .reduce(
            new HourTally("", 0, 0, 0, 0, 0, 0, 0, StoreTally.NONE, StoreTally.NONE),
            HourTally::plus);
  }

  /** Offsets of different partitions must not be taken for the same. */
  private static HourTally counted(HourTally tally) {
    return new HourTally(
        "",
        0,
        0,
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
        tally.stored(), tally.dead(), tally.missing().countOnly(), tally.doubled().countOnly());
  }

  /**
   * Returns the share of what Kafka took, and the hot store should have, that it has. What the job
   * has not passed counts as not delivered: the audited time ends where nothing is on its way.
   */
  public double hotRatio() {
    HourTally sum = sum();
    return ratio(sum, sum.hot());
  }

  /** Returns the same share for the archive. */
  public double archiveRatio() {
    HourTally sum = sum();
    return ratio(sum, sum.archive());
  }

  private static double ratio(HourTally sum, StoreTally store) {
    long taken = sum.expected() + sum.pending();
    return taken == 0 ? 1 : (double) (sum.expected() - store.missing().count()) / taken;
  }

  /** Returns whether nothing is missing, doubled or pending. */
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
    return Map.of("delivered_to_elasticsearch", hotRatio(), "delivered_to_archive", archiveRatio());
  }
}
