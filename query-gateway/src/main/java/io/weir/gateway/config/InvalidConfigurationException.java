package io.weir.gateway.config;

import java.util.List;

/** Everything that is wrong with a configuration, so that it can be mended in one go. */
public final class InvalidConfigurationException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final List<String> errors;

  public InvalidConfigurationException(List<String> errors) {
    super(String.join("\n", errors));
    this.errors = List.copyOf(errors);
  }

  /** Returns one sentence for each error, each naming its setting. */
  public List<String> errors() {
    return errors;
  }
}
