package io.weir.operators.audit;

import static java.util.Objects.requireNonNull;

import io.weir.model.audit.TopicSpan;
import io.weir.model.log.LogParser;
import io.weir.model.log.ParsedLog;
import io.weir.operators.kafka.TopicIds;
import io.weir.operators.logs.CreateTimePolicy;
import io.weir.operators.logs.LogParserFactory;
import io.weir.operators.logs.RecordOrigins;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.functions.RichFlatMapFunction;
import org.apache.flink.util.Collector;

/**
 * Reads records again: spans of topics in, what the parser makes of their records out, with the
 * same identity as the first time. What Kafka has deleted is left out.
 */
public final class RereadSpans extends RichFlatMapFunction<TopicSpan, ParsedLog> {
  private static final long serialVersionUID = 1;

  private final SpanReader.Factory readers;
  private final LogParserFactory parserFactory;
  private final TopicIds topicIds;
  private final CreateTimePolicy createTimePolicy;

  private transient SpanReader reader;
  private transient LogParser parser;
  private transient RecordOrigins origins;

  /**
   * Creates the operator.
   *
   * @param readers opens what reads Kafka
   * @param parserFactory makes the parser
   * @param topicIds asked once for each topic
   * @param createTimePolicy what to do with records that do not carry Kafka's append time
   */
  public RereadSpans(
      SpanReader.Factory readers,
      LogParserFactory parserFactory,
      TopicIds topicIds,
      CreateTimePolicy createTimePolicy) {
    this.readers = requireNonNull(readers, "readers");
    this.parserFactory = requireNonNull(parserFactory, "parserFactory");
    this.topicIds = requireNonNull(topicIds, "topicIds");
    this.createTimePolicy = requireNonNull(createTimePolicy, "createTimePolicy");
  }

  @Override
  public void open(OpenContext context) {
    reader = readers.open();
    parser = parserFactory.create();
    origins = new RecordOrigins(topicIds, createTimePolicy, getRuntimeContext().getMetricGroup());
  }

  @Override
  public void flatMap(TopicSpan span, Collector<ParsedLog> out) {
    reader.read(
        span.topic(),
        span.partition(),
        span.first(),
        span.end(),
        record -> out.collect(parser.parse(record.value(), origins.of(record))));
  }

  @Override
  public void close() {
    if (reader != null) {
      reader.close();
    }
  }
}
