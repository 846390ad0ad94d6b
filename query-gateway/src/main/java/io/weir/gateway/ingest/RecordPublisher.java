package io.weir.gateway.ingest;

import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;

/** Port to one topic of the durable buffer. */
public interface RecordPublisher {

  /**
   * Publishes records; may block for a bounded time while the buffer is full.
   *
   * @return completes once every record is acknowledged by all in-sync replicas or refused; fails
   *     with {@link PublishException} if that did not happen in time, in which case any of the
   *     records may or may not be published
   */
  CompletionStage<Published> publish(List<OutgoingRecord> records);

  /**
   * What became of the records.
   *
   * @param refused reasons by index in the list, for records that can never be published
   */
  record Published(Map<Integer, String> refused) {
    public Published {
      refused = Map.copyOf(refused);
    }
  }
}
