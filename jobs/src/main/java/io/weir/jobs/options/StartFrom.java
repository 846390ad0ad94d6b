package io.weir.jobs.options;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Locale;
import org.apache.flink.connector.kafka.source.enumerator.initializer.OffsetsInitializer;

/** Where to start reading when there is no state. */
public sealed interface StartFrom {

  /** The text form: {@code earliest}, {@code latest}, epoch milliseconds or RFC 3339. */
  OptionType<StartFrom> TYPE = new OptionType<>("earliest, latest or an instant", StartFrom::parse);

  /** The first offset that each partition still has. */
  record Earliest() implements StartFrom {}

  /** The end of each partition when the job starts. */
  record Latest() implements StartFrom {}

  /** The first record with this time or a later one. */
  record At(Instant instant) implements StartFrom {}

  /** Returns the connector's word for it. */
  default OffsetsInitializer toInitializer() {
    if (this instanceof At at) {
      return OffsetsInitializer.timestamp(at.instant().toEpochMilli());
    }
    return this instanceof Latest ? OffsetsInitializer.latest() : OffsetsInitializer.earliest();
  }

  private static StartFrom parse(String text) {
    String word = text.strip().toLowerCase(Locale.ROOT);
    if (word.equals("earliest")) {
      return new Earliest();
    }
    if (word.equals("latest")) {
      return new Latest();
    }
    try {
      return new At(
          word.chars().allMatch(c -> c >= '0' && c <= '9')
              ? Instant.ofEpochMilli(Long.parseLong(word))
              : OffsetDateTime.parse(text.strip()).toInstant());
    } catch (NumberFormatException | DateTimeException e) {
      throw new IllegalArgumentException(
          "'"
              + text
              + "' is neither earliest, latest, epoch milliseconds nor a time like"
              + " 2026-03-29T10:00:00Z",
          e);
    }
  }
}
