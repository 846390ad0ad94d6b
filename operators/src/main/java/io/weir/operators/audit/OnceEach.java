package io.weir.operators.audit;

import io.weir.model.kafka.RecordOrigin;
import io.weir.model.log.ParsedLog;
import java.util.HashSet;
import java.util.Set;
import org.apache.flink.api.common.functions.FilterFunction;

/**
 * Lets what became of a record pass once, however often it comes: a record may have several
 * letters, because letters are written at least once, and they are read in portions. All that is
 * about a record has to come to the same task ({@link #place}). Remembers every record in memory,
 * for runs that are bounded and not restarted.
 */
public final class OnceEach implements FilterFunction<ParsedLog> {
  private static final long serialVersionUID = 1;

  private transient Set<String> passed;

  /** Returns the identity of the record: what one task has to have all of. */
  public static String place(ParsedLog parsed) {
    return origin(parsed).eventId();
  }

  static RecordOrigin origin(ParsedLog parsed) {
    return parsed.event() == null ? parsed.deadLetter().origin() : parsed.event().origin();
  }

  @Override
  public boolean filter(ParsedLog parsed) {
    if (passed == null) {
      passed = new HashSet<>();
    }
    return passed.add(place(parsed));
  }
}
