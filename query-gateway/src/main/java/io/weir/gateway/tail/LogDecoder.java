package io.weir.gateway.tail;

import io.weir.model.json.LogDocument;
import io.weir.model.kafka.RecordOrigin;
import io.weir.model.log.JsonLogParser;
import io.weir.model.log.LogEvent;
import io.weir.model.log.LogLimits;
import io.weir.model.log.ParsedLog;
import io.weir.model.query.match.MatchedEvent;
import java.util.Objects;
import java.util.Optional;

/**
 * Parses records exactly as the logs job does, and writes events as a search shows them. Not
 * thread-safe.
 */
final class LogDecoder {
  private final TopicInfo topic;
  private final TailMeter meter;
  private final JsonLogParser parser = new JsonLogParser(LogLimits.DEFAULT);
  private final LogDocument document = new LogDocument();
  private final MatchedEvent matched = new MatchedEvent();

  LogDecoder(TopicInfo topic, TailMeter meter) {
    this.topic = Objects.requireNonNull(topic, "topic");
    this.meter = Objects.requireNonNull(meter, "meter");
  }

  /** Returns the event of a record, good until the next one; empty for a dead letter. */
  Optional<MatchedEvent> decode(LogRecord record) {
    ParsedLog parsed =
        parser.parse(
            record.value(),
            new RecordOrigin(
                topic.name(),
                topic.code(),
                record.partition(),
                record.offset(),
                record.appendTimeMillis()));
    meter.decoded(1);
    if (parsed.event() == null) {
      meter.undecodable(1);
      return Optional.empty();
    }
    return Optional.of(matched.of(parsed.event()));
  }

  /** Returns what follows the id of an event. */
  byte[] body(LogEvent event) {
    return Frames.log(document.encodeShown(event));
  }
}
