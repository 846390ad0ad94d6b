package io.weir.model.log;

/** Ends the reading of bytes that are no JSON. Never leaves this package. */
final class MalformedJsonException extends Exception {
  private static final long serialVersionUID = 1L;

  /**
   * @param position index of the byte that does not fit
   */
  MalformedJsonException(int position) {
    // An answer, not a fault: no stack trace.
    super("malformed JSON at byte " + position, null, false, false);
  }
}
