package io.weir.jobs.audit;

import io.weir.jobs.options.AuditJobOptions;
import io.weir.jobs.options.LogsJobOptions;
import io.weir.operators.audit.CheckSuspects;
import io.weir.operators.audit.ReadLetters;
import io.weir.operators.audit.SpanReader;
import io.weir.operators.kafka.KafkaTopicIds;
import io.weir.operators.logs.JsonLogParserFactory;
import io.weir.sinks.archive.ArchiveFolders;
import io.weir.sinks.archive.ArchiveSettings;
import io.weir.sinks.archive.ListArchive;
import io.weir.sinks.archive.ReadArchive;
import io.weir.sinks.elasticsearch.ReadDocuments;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;

/** Makes the readers of the audit from its options. Connects to nothing yet. */
public final class AuditReaders {
  /** Clocks of Kafka's brokers and of what stores the archive differ. */
  private static final Duration CLOCK_SKEW = Duration.ofMinutes(5);

  private AuditReaders() {}

  /**
   * Returns the readers.
   *
   * @param now tells which events are too old for the hot store by now
   */
  static AuditTopology.Readers of(AuditJobOptions options, AuditPlan plan, Instant now) {
    LogsJobOptions logs = options.logs();
    Map<String, String> kafka = logs.kafka().clientProperties();
    return new AuditTopology.Readers(
        logs.elasticsearch().map(ReadDocuments::new),
        logs.archive()
            .map(
                archive ->
                    new AuditTopology.ArchiveReaders(
                        files(options, plan.from(), plan.to()),
                        new ReadArchive(
                            plan.topicCodes(),
                            plan.firstOffset(),
                            plan.endOffset(),
                            now.minus(logs.limits().hotRetention())))),
        new ReadLetters(SpanReader.factory(kafka), plan.topicCodes()),
        new CheckSuspects(
            SpanReader.factory(kafka),
            new JsonLogParserFactory(logs.limits()),
            new KafkaTopicIds(kafka)));
  }

  /**
   * Returns how the archive's files are found that may hold events that Kafka took within some
   * time; the archive must be configured.
   */
  public static AuditTopology.ArchiveFiles files(
      AuditJobOptions options, Instant from, Instant to) {
    ArchiveSettings archive = options.logs().archive().orElseThrow();
    return new AuditTopology.ArchiveFiles(
        ArchiveFolders.of(from, to, archive.lateAfter(), options.logs().limits().maxFutureSkew()),
        new ListArchive(archive.path(), from.minus(CLOCK_SKEW).toEpochMilli()));
  }
}
