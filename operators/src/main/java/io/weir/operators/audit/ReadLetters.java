package io.weir.operators.audit;

import static java.util.Objects.requireNonNull;

import io.weir.model.audit.FactBlock;
import io.weir.model.audit.FactCollector;
import io.weir.model.audit.Facts;
import io.weir.model.audit.TopicSpan;
import io.weir.model.deadletter.DeadLetter;
import io.weir.model.json.DeadLetterJson;
import java.util.HashMap;
import java.util.Map;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.functions.RichFlatMapFunction;
import org.apache.flink.metrics.Counter;
import org.apache.flink.util.Collector;

/**
 * Says what dead letters account for: spans of their topic in, facts about the records that they
 * are about out. Letters of topics that are not audited, or of another incarnation, say nothing.
 */
public final class ReadLetters extends RichFlatMapFunction<TopicSpan, FactBlock> {
  private static final long serialVersionUID = 1;

  private final SpanReader.Factory readers;
  private final HashMap<String, String> topicCodes;

  private transient SpanReader reader;
  private transient Counter unreadable;

  /**
   * Creates the operator.
   *
   * @param readers opens what reads Kafka
   * @param topicCodes code of the present incarnation of each audited topic
   */
  public ReadLetters(SpanReader.Factory readers, Map<String, String> topicCodes) {
    this.readers = requireNonNull(readers, "readers");
    this.topicCodes = new HashMap<>(requireNonNull(topicCodes, "topicCodes"));
  }

  @Override
  public void open(OpenContext context) {
    reader = readers.open();
    unreadable = getRuntimeContext().getMetricGroup().counter("unreadableLetters");
  }

  @Override
  public void flatMap(TopicSpan span, Collector<FactBlock> out) {
    Map<String, FactCollector> collectors = new HashMap<>();
    reader.read(
        span.topic(),
        span.partition(),
        span.first(),
        span.end(),
        record ->
            DeadLetterJson.find(record.value())
                .ifPresentOrElse(letter -> note(letter, collectors, out), () -> unreadable.inc()));
    collectors.values().forEach(FactCollector::close);
  }

  private void note(
      DeadLetter letter, Map<String, FactCollector> collectors, Collector<FactBlock> out) {
    String topic = letter.origin().topic();
    if (letter.origin().topicCode().equals(topicCodes.get(topic))) {
      collectors
          .computeIfAbsent(topic, key -> new FactCollector(key, out::collect))
          .add(letter.origin().partition(), letter.origin().offset(), facts(letter));
    }
  }

  /** Returns what a letter accounts for. */
  static byte facts(DeadLetter letter) {
    if (letter.stage() == DeadLetter.Stage.DEDUPLICATE) {
      return Facts.DUPLICATE;
    }
    return switch (letter.store()) {
      case ALL -> (byte) (Facts.DEAD_FOR_HOT | Facts.DEAD_FOR_ARCHIVE);
      case ELASTICSEARCH -> Facts.DEAD_FOR_HOT;
      case ARCHIVE -> Facts.DEAD_FOR_ARCHIVE;
    };
  }

  @Override
  public void close() {
    if (reader != null) {
      reader.close();
    }
  }
}
