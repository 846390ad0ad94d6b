package io.weir.harness.ship;

import java.time.Duration;

/**
 * When the shipper looks and how long it waits.
 *
 * @param poll pause between two looks at files that had nothing new
 * @param rescan pause between two searches for files that match a pattern
 * @param quiet an event is complete when its file has not grown for so long
 * @param linger a file that is no longer at its path is let go when it has not grown for so long
 */
record ShipperTiming(Duration poll, Duration rescan, Duration quiet, Duration linger) {

  static final ShipperTiming DEFAULT =
      new ShipperTiming(
          Duration.ofMillis(250),
          Duration.ofSeconds(2),
          Duration.ofSeconds(1),
          Duration.ofSeconds(60));
}
