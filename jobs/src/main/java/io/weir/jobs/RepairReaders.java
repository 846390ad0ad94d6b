package io.weir.jobs;

import io.weir.jobs.audit.AuditReaders;
import io.weir.jobs.audit.RepairPlan;
import io.weir.jobs.options.AuditJobOptions;
import io.weir.jobs.options.LogsJobOptions;
import io.weir.operators.audit.ReparseLetters;
import io.weir.operators.audit.RereadSpans;
import io.weir.operators.audit.SpanReader;
import io.weir.operators.kafka.KafkaTopicIds;
import io.weir.operators.logs.JsonLogParserFactory;
import io.weir.sinks.archive.ReadEvents;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/** Makes the readers of a repair from its options. Connects to nothing yet. */
final class RepairReaders {
  private RepairReaders() {}

  /**
   * Returns the readers.
   *
   * @param from first append time of what is repaired
   * @param to end of the append times, exclusive
   */
  static RepairTopology.Readers of(
      AuditJobOptions options, RepairPlan plan, Instant from, Instant to) {
    LogsJobOptions logs = options.logs();
    Map<String, String> kafka = logs.kafka().clientProperties();
    boolean archive = !plan.fromArchive().isEmpty() && logs.archive().isPresent();
    return new RepairTopology.Readers(
        new RereadSpans(
            SpanReader.factory(kafka),
            new JsonLogParserFactory(logs.limits()),
            new KafkaTopicIds(kafka),
            logs.kafka().createTime()),
        new ReparseLetters(
            SpanReader.factory(kafka), new JsonLogParserFactory(logs.limits()), plan.unreadable()),
        archive ? Optional.of(AuditReaders.files(options, from, to)) : Optional.empty(),
        archive ? Optional.of(new ReadEvents(plan.fromArchive())) : Optional.empty());
  }
}
