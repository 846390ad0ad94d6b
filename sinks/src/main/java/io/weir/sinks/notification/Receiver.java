package io.weir.sinks.notification;

import io.weir.model.alert.AlertState;
import java.io.Closeable;
import java.io.IOException;
import java.io.Serializable;
import java.util.List;

/** Somebody who is told about alerts. Used by one thread of its own, which may wait. */
public interface Receiver extends Closeable {

  /** Returns its name, for logs: it gives no secret away. */
  String name();

  /**
   * Returns what it is known by in savepoints: the same for the same receiver, whatever others
   * there are.
   */
  String id();

  /**
   * Tells it the latest states of some alerts; it may have heard of them before.
   *
   * @param alerts firing and resolved ones
   * @throws RefusedException if it will never take these together
   * @throws UntrustedException if it is not whom it should be
   * @throws IOException if it could not be told now
   */
  void tell(List<AlertState> alerts) throws IOException;

  /** Makes receivers where they are needed. */
  interface Factory extends Serializable {
    /** Returns one receiver for each address; connects with the first use. */
    List<Receiver> open();
  }

  /**
   * The receiver has understood what it was told, and does not want it: at least one of the alerts,
   * or so many at once.
   */
  final class RefusedException extends IOException {
    private static final long serialVersionUID = 1;

    /** Creates an exception whose message says who refused what and why. */
    public RefusedException(String message) {
      super(message);
    }
  }

  /**
   * The receiver showed a certificate that is not to be trusted. Waiting does not help: an
   * authority or a host name is wrong.
   */
  final class UntrustedException extends IOException {
    private static final long serialVersionUID = 1;

    /** Creates an exception whose message says what was not sent to whom, and why. */
    public UntrustedException(String message) {
      super(message);
    }
  }
}
