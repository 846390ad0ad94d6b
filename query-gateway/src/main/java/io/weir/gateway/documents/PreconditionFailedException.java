package io.weir.gateway.documents;

import java.util.Objects;
import java.util.Optional;

/** A write that did not happen because the document is not what the writer thought. */
public final class PreconditionFailedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final transient Precondition precondition;
  private final transient Optional<Long> current;

  /**
   * @param current version that there is, if there is any
   */
  public PreconditionFailedException(String id, Precondition precondition, Optional<Long> current) {
    super(
        current
            .map(
                version ->
                    precondition.kind() == Precondition.Kind.ABSENT
                        ? "'" + id + "' exists already, in version " + version
                        : "'" + id + "' has version " + version + ", not " + precondition.version())
            .orElse("there is no '" + id + "'"));
    this.precondition = Objects.requireNonNull(precondition, "precondition");
    this.current = current;
  }

  /** Returns what was asked. */
  public Precondition precondition() {
    return precondition;
  }

  /** Returns the version that there is, if there is any. */
  public Optional<Long> current() {
    return current;
  }
}
