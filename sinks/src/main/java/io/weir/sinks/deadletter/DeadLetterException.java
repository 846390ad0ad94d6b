package io.weir.sinks.deadletter;

import java.io.IOException;
import java.io.Serial;

/** A dead letter could not be stored: the job must fail, or the event would be lost. */
public final class DeadLetterException extends IOException {
  @Serial private static final long serialVersionUID = 1L;

  DeadLetterException(String message, Throwable cause) {
    super(message, cause);
  }
}
