package io.weir.gateway.http;

import io.vertx.core.http.HttpConnection;
import io.weir.gateway.metrics.GatewayMetrics;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Closes connections beyond as many as there may be: each takes memory before anybody has said who
 * it is. Thread-safe.
 */
final class ConnectionLimit {
  private static final Logger LOG = LoggerFactory.getLogger(ConnectionLimit.class);

  private final int max;
  private final LineRate lines = new LineRate(System::nanoTime, 1);
  private final AtomicInteger open = new AtomicInteger();
  private final GatewayMetrics metrics;

  ConnectionLimit(int max, GatewayMetrics metrics) {
    this.max = max;
    this.metrics = metrics;
    metrics.watchConnections(open, max);
  }

  /** Takes a connection, or closes it. */
  void take(HttpConnection connection) {
    boolean tooMany = open.incrementAndGet() > max;
    connection.closeHandler(closed -> open.decrementAndGet());
    if (tooMany) {
      connection.close();
      metrics.connectionRefused();
      if (lines.take()) {
        LOG.warn(
            "{} connections are open, as many as may be: another, of {}, was closed, and {} before",
            max,
            connection.remoteAddress(),
            lines.leftOut());
      }
    }
  }
}
