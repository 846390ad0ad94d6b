package io.weir.jobs.options;

import java.util.List;

/** The options are wrong; the message lists everything that is, one line each. */
public final class InvalidOptionsException extends IllegalArgumentException {
  private static final long serialVersionUID = 1;

  private final List<String> errors;

  public InvalidOptionsException(List<String> errors) {
    super("invalid options:\n  " + String.join("\n  ", errors));
    this.errors = List.copyOf(errors);
  }

  /** Returns each error as one line that begins with the key. */
  public List<String> errors() {
    return errors;
  }
}
