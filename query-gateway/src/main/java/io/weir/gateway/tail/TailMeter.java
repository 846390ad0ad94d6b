package io.weir.gateway.tail;

/** What the tail counts. Thread-safe. */
public interface TailMeter {
  /** Counts records that were parsed, live or of the past. */
  void decoded(long records);

  /** Counts records that are dead letters and are not shown. */
  void undecodable(long records);

  /** Counts log events that were handed to clients' connections. */
  void delivered(long events);

  /** Counts log events that were dropped for slow clients. */
  void dropped(long events);

  /** Counts a report of records that cannot be had. */
  void gap(String reason);

  /** Counts a stream that the gateway ended. */
  void ended(String reason);

  /** Counts a stream that was refused. */
  void refused(String reason);

  /** Counts a reading of the past, by how it ended: joined, closed, or why it was given up. */
  void caughtUp(String outcome);
}
