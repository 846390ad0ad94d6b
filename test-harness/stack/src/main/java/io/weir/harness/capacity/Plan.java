package io.weir.harness.capacity;

/**
 * What a workload needs, by arithmetic from measured costs. Every number is that of the peak, but
 * for what is kept.
 *
 * @param bytesPerSecond of logs at the peak
 * @param bytesPerDay of logs at the average rate
 * @param partitions of the topic of logs
 * @param brokers of Kafka
 * @param kafkaDisk bytes of all copies for two days
 * @param logsSlots slots of the logs job, of one core each
 * @param logMetricsSlots of the log metrics job
 * @param metricsSlots of the metrics job
 * @param metricsHeap bytes of its heap for the series
 * @param alertsSlots of the alerts job
 * @param elasticsearchCores for all copies
 * @param elasticsearchDisk bytes of all copies, with a fifth free
 * @param shardsPerHour of one hour's index, without replicas
 * @param shards of all hot indices, with replicas
 * @param nodesByCores Elasticsearch nodes for the work
 * @param nodesByDisk for the space
 * @param nodesByShards for the number of shards
 * @param archivePerDay bytes that the archive grows by in a day
 * @param archive bytes in the end
 * @param archivePricePerMonth of the space in the end
 * @param putPricePerMonth of the requests that write files
 * @param filesPerDay in the archive
 * @param samplesPerSecond into the store of metrics
 * @param prometheusMemory bytes for the series
 */
public record Plan(
    double bytesPerSecond,
    double bytesPerDay,
    long partitions,
    long brokers,
    double kafkaDisk,
    long logsSlots,
    long logMetricsSlots,
    long metricsSlots,
    double metricsHeap,
    long alertsSlots,
    double elasticsearchCores,
    double elasticsearchDisk,
    long shardsPerHour,
    double shards,
    long nodesByCores,
    long nodesByDisk,
    long nodesByShards,
    double archivePerDay,
    double archive,
    double archivePricePerMonth,
    double putPricePerMonth,
    double filesPerDay,
    double samplesPerSecond,
    double prometheusMemory) {

  private static final double DAY = 86_400;
  private static final double MICROS = 1e6;
  private static final double KAFKA_COPIES = 3;
  private static final double KAFKA_DAYS = 2;

  /** Beyond this a shard is slow to move and to recover. */
  private static final double SHARD_BYTES = 40e9;

  /** Elasticsearch's own bound. */
  private static final double SHARDS_PER_NODE = 1000;

  /** Below the watermark at which no shard is put on a node any more. */
  private static final double DISK_SHARE = 0.8;

  /** Of flink-conf/kubernetes.yaml. */
  private static final double CHECKPOINTS_PER_DAY = DAY / 60;

  /** To begin, for the one part, to complete. */
  private static final double REQUESTS_PER_FILE = 3;

  /** What every number of partitions here divides: pipeline.max-parallelism. */
  private static final long MAX_PARALLELISM = 720;

  private static final double WINDOW_SECONDS = 15;

  /** Returns what is needed. */
  static Plan of(Workload load, Figures figures) {
    EventCosts costs = figures.event(load.bytes());
    double peak = load.peakEvents();
    double bytesPerSecond = peak * load.bytes();
    double bytesPerDay = load.eventsPerSecond() * load.bytes() * DAY;
    double copies = 1 + load.replicas();
    double eventsPerDay = load.eventsPerSecond() * DAY;
    long logsSlots = slots(peak * costs.logsJob(), load);
    double points = load.pointsPerSecond() * load.peakFactor();
    double cores = peak * costs.elasticsearch() * copies / MICROS / load.utilisation();
    double disk = eventsPerDay * load.hotDays() * costs.hotBytes() * copies / DISK_SHARE;
    double hourBytes = peak * 3600 * costs.hotBytes();
    long byCores = ceil(cores / load.nodeCores());
    long byDisk = ceil(disk / load.nodeDisk());
    long shardsPerHour = Math.max(1, ceil(hourBytes / SHARD_BYTES));
    double shards = shardsPerHour * copies * 24 * load.hotDays();
    double filesPerDay = CHECKPOINTS_PER_DAY * Math.max(load.services(), Math.min(logsSlots, peak));
    double archivePerDay = eventsPerDay * costs.archiveBytes();
    return new Plan(
        bytesPerSecond,
        bytesPerDay,
        Math.max(ceil(bytesPerSecond / load.partitionBytes()), logsSlots),
        Math.max((long) KAFKA_COPIES, ceil(bytesPerSecond * KAFKA_COPIES / load.brokerBytes())),
        bytesPerDay * KAFKA_DAYS * KAFKA_COPIES,
        logsSlots,
        slots(peak * costs.parse() * 2, load),
        slots(points * figures.metricPoint(), load),
        load.series() * figures.seriesHeap(),
        slots(points * figures.alertPoint(), load),
        cores,
        disk,
        shardsPerHour,
        shards,
        byCores,
        byDisk,
        ceil(shards / SHARDS_PER_NODE),
        archivePerDay,
        archivePerDay * load.coldDays(),
        archivePerDay * load.coldDays() / 1e9 * load.s3Price(),
        filesPerDay * REQUESTS_PER_FILE / 1000 * load.s3PutPrice() * 30,
        filesPerDay,
        load.series() / WINDOW_SECONDS,
        load.series() * figures.prometheusSeries());
  }

  /** Slots of one core each for so much CPU time a second. */
  private static long slots(double microsPerSecond, Workload load) {
    return microsPerSecond == 0
        ? 0
        : Math.max(1, ceil(microsPerSecond / MICROS / load.utilisation()));
  }

  private static long ceil(double value) {
    return (long) Math.ceil(value - 1e-9);
  }

  /** Elasticsearch nodes, by what is short first; with replicas never fewer than copies. */
  public long nodes() {
    return Math.max(Math.max(nodesByCores, nodesByDisk), nodesByShards);
  }

  /** Returns whether one Flink job can have so many slots. */
  public boolean fitsOneJob() {
    return logsSlots <= MAX_PARALLELISM;
  }
}
