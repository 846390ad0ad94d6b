package io.weir.harness.capacity;

import java.util.Locale;

/** The plan as text. */
final class Report {
  private Report() {}

  static String of(Workload load, Figures figures, Plan plan) {
    EventCosts costs = figures.event(load.bytes());
    StringBuilder text = new StringBuilder();
    line(
        text,
        "logs",
        "%s events/s of %s bytes, at the peak %s: that is %s/s, and %s a day",
        Numbers.plain(load.eventsPerSecond()),
        Numbers.plain(load.bytes()),
        Numbers.plain(load.peakEvents()),
        Numbers.bytes(plan.bytesPerSecond()),
        Numbers.bytes(plan.bytesPerDay()));
    line(
        text,
        "an event",
        "%.1f us of a core in Kafka, %.1f in the logs job, %.1f in Elasticsearch for a copy;"
            + " %.0f bytes hot for a copy, %.0f archived",
        costs.kafka(),
        costs.logsJob(),
        costs.elasticsearch(),
        costs.hotBytes(),
        costs.archiveBytes());
    line(
        text,
        "Kafka",
        "%s partitions, %s brokers, %s of disk in all (3 copies, 48 h, as if nothing were compressed)",
        Numbers.up(plan.partitions()),
        Numbers.up(plan.brokers()),
        Numbers.bytes(plan.kafkaDisk()));
    line(
        text,
        "logs job",
        "%s slots of one core, in TaskManagers of four: %s%s",
        Numbers.up(plan.logsSlots()),
        Numbers.up(plan.logsSlots() / 4.0),
        plan.fitsOneJob()
            ? ""
            : "; more than the 720 that one job can have: several clusters, each with its share of the services");
    line(text, "log metrics", "%s slots", Numbers.up(plan.logMetricsSlots()));
    if (load.pointsPerSecond() > 0) {
      line(
          text,
          "metrics job",
          "%s slots, %s of heap for %s series",
          Numbers.up(plan.metricsSlots()),
          Numbers.bytes(plan.metricsHeap()),
          Numbers.plain(load.series()));
      line(text, "alerts job", "%s slots", Numbers.up(plan.alertsSlots()));
    }
    line(
        text,
        "Elasticsearch",
        "%s cores, %s of disk for %s days: %s nodes of %s cores and %s (by cores %s, by disk %s, by shards %s)",
        Numbers.up(plan.elasticsearchCores()),
        Numbers.bytes(plan.elasticsearchDisk()),
        Numbers.plain(load.hotDays()),
        Numbers.up(plan.nodes()),
        Numbers.plain(load.nodeCores()),
        Numbers.bytes(load.nodeDisk()),
        Numbers.up(plan.nodesByCores()),
        Numbers.up(plan.nodesByDisk()),
        Numbers.up(plan.nodesByShards()));
    line(
        text,
        "",
        "%s shards an hour (--templates.shards) and %s replicas, %s shards in all",
        Numbers.up(plan.shardsPerHour()),
        Numbers.plain(load.replicas()),
        Numbers.up(plan.shards()));
    line(
        text,
        "S3",
        "%s a day in %s files, %s after %s days: $%s a month, and $%s for the requests that write",
        Numbers.bytes(plan.archivePerDay()),
        Numbers.up(plan.filesPerDay()),
        Numbers.bytes(plan.archive()),
        Numbers.plain(load.coldDays()),
        Numbers.up(plan.archivePricePerMonth()),
        Numbers.up(plan.putPricePerMonth()));
    if (load.series() > 0) {
      line(
          text,
          "Prometheus",
          "%s series, %s samples/s, %s of memory",
          Numbers.plain(load.series()),
          Numbers.up(plan.samplesPerSecond()),
          Numbers.bytes(plan.prometheusMemory()));
    }
    line(text, "measured on", "%s: %s", figures.machine(), figures.sizes());
    return text.toString();
  }

  private static void line(StringBuilder text, String what, String format, Object... values) {
    text.append(String.format(Locale.ROOT, "%-14s", what))
        .append(String.format(Locale.ROOT, format, values))
        .append('\n');
  }
}
