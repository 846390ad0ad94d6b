package io.weir.sinks.notification;

import io.weir.model.alert.AlertState;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * What became of a batch: each alert is in exactly one of the lists. A receiver judges a request as
 * a whole, so a refused batch is told again in halves until the offending alerts stand alone; k of
 * them among n cost about {@code 2 k log2(n / k)} requests, at most {@code 2 n}.
 *
 * @param told alerts that the receiver knows now
 * @param refused alerts that it will never take
 * @param notTold alerts that it could not be told
 * @param refusal what it said of the last refused one, or null
 * @param failure why alerts could not be told, or null
 */
record Delivery(
    List<AlertState> told,
    List<AlertState> refused,
    List<AlertState> notTold,
    String refusal,
    Throwable failure) {

  /** Tells a receiver, which may take long. Throws nothing. */
  static Delivery of(List<AlertState> alerts, Receiver receiver) {
    List<AlertState> told = new ArrayList<>();
    List<AlertState> refused = new ArrayList<>();
    List<AlertState> notTold = new ArrayList<>();
    String refusal = null;
    Throwable failure = null;
    Deque<List<AlertState>> parts = new ArrayDeque<>();
    parts.push(alerts);
    while (!parts.isEmpty()) {
      List<AlertState> part = parts.pop();
      if (failure != null) {
        notTold.addAll(part);
        continue;
      }
      try {
        receiver.tell(part);
        told.addAll(part);
      } catch (Receiver.RefusedException e) {
        int size = part.size();
        if (size == 1) {
          refused.addAll(part);
          refusal = e.getMessage();
        } else {
          parts.push(part.subList(size / 2, size));
          parts.push(part.subList(0, size / 2));
        }
      } catch (IOException | RuntimeException | Error e) {
        // An error too: whoever waits for this would wait for ever.
        failure = e;
        notTold.addAll(part);
      }
    }
    return new Delivery(told, refused, notTold, refusal, failure);
  }
}
