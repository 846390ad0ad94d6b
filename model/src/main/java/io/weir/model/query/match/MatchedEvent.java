package io.weir.model.query.match;

import io.weir.model.json.FieldTerms;
import io.weir.model.log.LogEvent;
import io.weir.model.log.LogFlags;
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
