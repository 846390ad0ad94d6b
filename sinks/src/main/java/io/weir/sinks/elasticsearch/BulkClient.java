package io.weir.sinks.elasticsearch;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Sends bulk requests to Elasticsearch. The port between the sink's decisions and HTTP. */
interface BulkClient extends AutoCloseable {

  /**
   * Sends documents in one request without waiting for the answer.
   *
   * @param documents at least one; not changed until the answer is there
   * @return the answer; never completes exceptionally. Completed on a thread of the client, which
   *     must not be blocked
   */
  CompletableFuture<BulkAnswer> send(List<BulkDocument> documents);

  @Override
  void close() throws IOException;
}
