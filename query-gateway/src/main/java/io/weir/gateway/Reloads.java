package io.weir.gateway;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Looks again and again at what may change while the gateway runs. */
public final class Reloads implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Reloads.class);

  private final ScheduledExecutorService thread =
      Executors.newSingleThreadScheduledExecutor(
          task -> {
            Thread reloads = new Thread(task, "weir-reloads");
            reloads.setDaemon(true);
            return reloads;
          });

  /**
   * @param looks each is to say itself what it found
   */
  public Reloads(Duration interval, List<Runnable> looks) {
    for (Runnable look : looks) {
      thread.scheduleWithFixedDelay(
          () -> run(look), interval.toMillis(), interval.toMillis(), TimeUnit.MILLISECONDS);
    }
  }

  private static void run(Runnable look) {
    try {
      look.run();
    } catch (RuntimeException e) { // one that failed must be tried again
      LOG.error("A look at what may have changed failed", e);
    }
  }

  @Override
  public void close() {
    thread.shutdownNow();
  }
}
