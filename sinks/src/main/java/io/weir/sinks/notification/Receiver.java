package io.weir.sinks.notification;

import io.weir.model.alert.AlertState;
import java.io.Closeable;
import java.io.IOException;
import java.io.Serializable;
import java.util.List;

/** Somebody who is told about alerts. Used by one thread of its own, which may wait. */
public interface Receiver extends Closeable {

  /** Returns its name, for logs. */
  String name();

  /**
   * Tells it the latest states of some alerts; it may have heard of them before.
   *
   * @param alerts firing and resolved ones
   * @throws RefusedException if it will never take them
   * @throws IOException if it could not be told now
   */
  void tell(List<AlertState> alerts) throws IOException;

  /** Makes receivers where they are needed. */
  interface Factory extends Serializable {
    /** Returns one receiver for each address; connects with the first use. */
    List<Receiver> open();
  }

  /** The receiver has understood what it was told, and does not want it. */
  final class RefusedException extends IOException {
    private static final long serialVersionUID = 1;

    /** Creates an exception whose message says who refused what and why. */
    public RefusedException(String message) {
      super(message);
    }
  }
}
