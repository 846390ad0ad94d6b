package io.weir.gateway.tail;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/**
 * Reads records of one topic, in order within each partition. Used by one thread, except for {@link
 * #wakeup}. Broken connections are not reported: there is nothing to read until Kafka is back.
 */
public interface LogReader extends AutoCloseable {

  /**
   * Reads these partitions and no others, each from the given offset, which for one that is read
   * already may be another than where it is: its last reader may have gone, and a new one come.
   *
   * @param from offset by partition
   */
  void assign(Map<Integer, Long> from);

  /**
   * Returns what there is, waiting for something to come.
   *
   * @throws OffsetsLostException if a position does not exist any more, or not yet
   */
  List<LogRecord> poll(Duration timeout);

  /** Returns the offset of the next record of a partition that is read. */
  long position(int partition);

  /** Returns how many records of a partition are still to be read, if that is known. */
  OptionalLong lag(int partition);

  /** Makes a {@link #poll} that waits, or the next one, return at once. */
  void wakeup();

  @Override
  void close();
}
