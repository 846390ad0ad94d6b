package io.weir.gateway.ingest;

import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;

/** Port to the durable buffer. */
public interface LogPublisher extends AutoCloseable {

  /**
   * Publishes events; may block for a bounded time while the buffer is full.
   *
   * @return completes once every event is acknowledged by all in-sync replicas or refused; fails
   *     with {@link PublishException} if that did not happen in time, in which case any of the
   *     events may or may not be published
   */
  CompletionStage<Published> publish(List<OutgoingLog> events);

  @Override
  void close();

  /**
   * What became of the events.
   *
   * @param refused reasons by index in the list, for events that can never be published
   */
  record Published(Map<Integer, String> refused) {
    public Published {
      refused = Map.copyOf(refused);
    }
  }
}
