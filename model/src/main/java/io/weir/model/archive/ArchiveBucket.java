package io.weir.model.archive;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * One folder of the archive, as {@link ArchiveLayout#parse} reads it out of a path.
 *
 * @param date day of the event times inside, UTC; of the catch-all folder, {@link
 *     ArchiveLayout#CATCH_ALL_DATE}, whose files hold events of any day
 * @param hour hour of the event times inside, UTC; empty for a folder of late events
 * @param servicePart the service as it stands in the path
 */
public record ArchiveBucket(LocalDate date, OptionalInt hour, String servicePart) {

  public ArchiveBucket {
    Objects.requireNonNull(date, "date");
    Objects.requireNonNull(hour, "hour");
    Objects.requireNonNull(servicePart, "servicePart");
  }

  /** Returns whether events of several services lie in this folder. */
  public boolean mixed() {
    return servicePart.equals(ArchiveLayout.MIXED_SERVICES);
  }

  /** Returns whether events of any time may lie in this folder. */
  public boolean catchAll() {
    return hour.isEmpty() && date.equals(ArchiveLayout.CATCH_ALL_DATE);
  }

  /**
   * Returns the service whose events lie here; empty for a mixed folder, and for a name so long
   * that the path holds only its beginning and its hash.
   */
  public Optional<String> service() {
    return ArchiveLayout.decodeService(servicePart);
  }

  /**
   * Returns whether events of a service may lie in this folder. Never wrong in the direction that
   * would lose an event.
   */
  public boolean mayContain(String service) {
    return mixed() || servicePart.equals(ArchiveLayout.encodeService(service));
  }

  /** Returns the earliest event time that may lie here, or empty if any may. */
  public Optional<Instant> from() {
    return catchAll()
        ? Optional.empty()
        : Optional.of(date.atTime(hour.orElse(0), 0).toInstant(ZoneOffset.UTC));
  }

  /** Returns the end (exclusive) of the event times that may lie here, or empty if any may. */
  public Optional<Instant> to() {
    return from().map(from -> from.plusSeconds(hour.isPresent() ? 3_600 : 86_400));
  }
}
