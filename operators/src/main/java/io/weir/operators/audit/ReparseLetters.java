package io.weir.operators.audit;

import static java.util.Objects.requireNonNull;

import io.weir.model.audit.TopicSpan;
import io.weir.model.deadletter.DeadLetter;
import io.weir.model.json.DeadLetterJson;
import io.weir.model.log.JsonLogParser;
import io.weir.model.log.LogParser;
import io.weir.model.log.ParsedLog;
import io.weir.operators.logs.LogParserFactory;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.functions.RichFlatMapFunction;
import org.apache.flink.util.Collector;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * Parses records again out of their dead letters, which hold them longer than their topic does:
 * spans of the letters' topic in, what the parser makes of the records now out, under their own
 * identity. A record of which a letter holds the beginning only is left out. A record comes once
 * for each of its letters ({@link OnceEach}).
 */
public final class ReparseLetters extends RichFlatMapFunction<TopicSpan, ParsedLog> {
  private static final long serialVersionUID = 1;

  /** Of a letter whose payload was cut to fit its topic. */
  private static final String PAYLOAD_BYTES_HEADER = "payload-bytes";

  private final SpanReader.Factory readers;
  private final LogParserFactory parserFactory;
  private final OffsetSelection wanted;

  private transient SpanReader reader;
  private transient LogParser parser;

  /**
   * Creates the operator.
   *
   * @param readers opens what reads Kafka
   * @param parserFactory makes the parser
   * @param wanted the records that are to be parsed again
   */
  public ReparseLetters(
      SpanReader.Factory readers, LogParserFactory parserFactory, OffsetSelection wanted) {
    this.readers = requireNonNull(readers, "readers");
    this.parserFactory = requireNonNull(parserFactory, "parserFactory");
    this.wanted = requireNonNull(wanted, "wanted");
  }

  @Override
  public void open(OpenContext context) {
    reader = readers.open();
    parser = parserFactory.create();
  }

  @Override
  public void flatMap(TopicSpan span, Collector<ParsedLog> out) {
    reader.read(
        span.topic(),
        span.partition(),
        span.first(),
        span.end(),
        record -> {
          DeadLetter letter = DeadLetterJson.find(record.value()).orElse(null);
          if (letter != null && isWanted(letter) && isWhole(record, letter)) {
            out.collect(parser.parse(letter.payload(), letter.origin()));
          }
        });
  }

  /**
   * Returns whether a letter holds all of the record that it is about. Of what was too large the
   * parser keeps the beginning, and what does not fit into the letters' topic is cut.
   *
   * @param record the letter's own record
   */
  public static boolean isWhole(ConsumerRecord<byte[], byte[]> record, DeadLetter letter) {
    return letter.payloadKind() == DeadLetter.PayloadKind.RECORD
        && record.headers().lastHeader(PAYLOAD_BYTES_HEADER) == null
        && !JsonLogParser.keepsBeginningOnly(letter);
  }

  private boolean isWanted(DeadLetter letter) {
    return letter.stage() == DeadLetter.Stage.PARSE
        && wanted.contains(
            letter.origin().topicCode(), letter.origin().partition(), letter.origin().offset());
  }

  @Override
  public void close() {
    if (reader != null) {
      reader.close();
    }
  }
}
