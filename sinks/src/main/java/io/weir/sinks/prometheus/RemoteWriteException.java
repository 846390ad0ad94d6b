package io.weir.sinks.prometheus;

import java.io.IOException;

/**
 * The receiver refuses what Weir asks of it and would again: the message names the request, the
 * status, the receiver's words and how many samples are concerned.
 */
public class RemoteWriteException extends IOException {
  private static final long serialVersionUID = 1;

  public RemoteWriteException(String message) {
    super(message);
  }
}
