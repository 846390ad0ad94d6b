package io.weir.sinks.prometheus;

import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Sends remote-write requests. The port between the sink's decisions and HTTP. */
interface RemoteWriteClient extends AutoCloseable {

  /**
   * Sends samples in one request, in their order, without waiting for the answer.
   *
   * @param samples at least one; not changed until the answer is there
   * @return the answer; never completes exceptionally. Completed on a thread of the client, which
   *     must not be blocked
   */
  CompletableFuture<WriteAnswer> write(List<SeriesSample> samples);

  @Override
  void close();
}
