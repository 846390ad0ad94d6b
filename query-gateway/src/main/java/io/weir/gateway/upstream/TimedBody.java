package io.weir.gateway.upstream;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * Reads the body of an answer within a time. The timeout of a request of the JDK's client ends with
 * the headers of its answer; a body that trickles would hold its reader for ever.
 */
public final class TimedBody {
  private TimedBody() {}

  /**
   * Returns the beginning of a body, all of it if it is no longer.
   *
   * @param limit bytes to read at most
   * @param timeout after which the body is given up
   * @throws IOException if it cannot be read, or not in time
   */
  public static byte[] read(InputStream in, int limit, Duration timeout) throws IOException {
    CompletableFuture<Void> late =
        CompletableFuture.runAsync(
            () -> {
              try {
                in.close();
              } catch (IOException e) {
                throw new UncheckedIOException(e);
              }
            },
            CompletableFuture.delayedExecutor(timeout.toMillis(), TimeUnit.MILLISECONDS));
    try {
      return in.readNBytes(limit);
    } finally {
      late.cancel(false);
    }
  }
}
