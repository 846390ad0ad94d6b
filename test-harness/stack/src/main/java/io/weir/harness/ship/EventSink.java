package io.weir.harness.ship;

import java.util.List;

/** Where events go. */
interface EventSink extends AutoCloseable {

  /**
   * Sends events in order and returns when all of them are acknowledged, however long that takes.
   *
   * @return false if the sink was stopped before; then the events count as not sent
   */
  boolean send(List<EventEncoder.Encoded> events);

  /** Makes a call of {@link #send} that waits, and all later ones, return soon. */
  void stop();

  @Override
  void close();
}
