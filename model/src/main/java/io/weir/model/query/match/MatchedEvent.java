package io.weir.model.query.match;

import io.weir.model.json.DocumentFields;
import io.weir.model.json.FieldTerms;
import io.weir.model.log.LogEvent;
import io.weir.model.log.LogFlags;
import io.weir.model.log.Timestamps;
import io.weir.model.query.QueryFields;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * An event as queries look at it. What costs something, the tokens of the message and the terms of
 * the fields, is made when the first query needs it and at most once for each event, however many
 * queries there are. Give it one event after the other. Not thread-safe.
 */
public final class MatchedEvent {
  private final StandardTokens standardTokens = new StandardTokens();

  private LogEvent event;
  private List<String> tokens;
  private List<String> terms;
  private Set<String> termSet;
  private List<String> flags;

  /** Returns this, looking at another event. */
  public MatchedEvent of(LogEvent newEvent) {
    event = newEvent;
    tokens = null;
    terms = null;
    termSet = null;
    flags = null;
    return this;
  }

  /** Returns the event. */
  public LogEvent event() {
    return event;
  }

  /**
   * Returns the value of a field as text: of an array the first element, of a number as it was
   * written; null if the event does not have the field, or if it is too long to be searched.
   *
   * @param field canonical name, see {@link QueryFields#canonical}
   */
  public String value(String field) {
    return switch (field) {
      case DocumentFields.SERVICE -> event.service();
      case DocumentFields.HOST -> event.host();
      case DocumentFields.REGION -> event.region();
      case DocumentFields.LEVEL -> event.level().name();
      case DocumentFields.MESSAGE -> event.message();
      case DocumentFields.ID -> event.producerId();
      case DocumentFields.KAFKA_TOPIC -> event.topic();
      case DocumentFields.KAFKA_PARTITION -> Integer.toString(event.partition());
      case DocumentFields.KAFKA_OFFSET -> Long.toString(event.offset());
      case DocumentFields.TIMESTAMP -> Timestamps.format(event.timestampNanos());
      case DocumentFields.FLAGS -> flags().isEmpty() ? null : flags().get(0);
      default -> structured(FieldTerms.term(QueryFields.structuredKey(field), ""));
    };
  }

  private String structured(String start) {
    for (String term : terms()) {
      if (term.startsWith(start)) {
        return term.substring(start.length());
      }
    }
    return null;
  }

  /** Returns the tokens of the message in order. */
  List<String> tokens() {
    if (tokens == null) {
      tokens = standardTokens.of(event.message());
    }
    return tokens;
  }

  /** Returns the terms {@code key=value} of the structured fields. */
  List<String> terms() {
    if (terms == null) {
      terms = event.fields().equals(LogEvent.NO_FIELDS) ? List.of() : FieldTerms.of(event.fields());
    }
    return terms;
  }

  boolean hasTerm(String term) {
    if (termSet == null) {
      termSet = new HashSet<>(terms());
    }
    return termSet.contains(term);
  }

  /** Returns the names of the flags that the event's document has. */
  List<String> flags() {
    if (flags == null) {
      int bits = event.flags();
      if (FieldTerms.exceedLimits(event.fields())) {
        bits |= LogFlags.FIELD_TERMS_TRUNCATED;
      }
      flags = LogFlags.names(bits);
    }
    return flags;
  }
}
