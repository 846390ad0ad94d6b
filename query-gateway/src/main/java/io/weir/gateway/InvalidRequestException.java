package io.weir.gateway;

import java.util.List;
import java.util.Optional;

/**
 * A request that cannot be answered because of what it says; becomes a 400 with the field and the
 * reason.
 */
public final class InvalidRequestException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final transient List<FieldError> errors;

  /**
   * What is wrong with one field.
   *
   * @param field name of the parameter or of the part of the body
   * @param reason one sentence
   * @param position 0-based character offset inside the field's text, where there is one
   */
  public record FieldError(String field, String reason, Optional<Integer> position) {
    /** Returns an error without a position. */
    public static FieldError of(String field, String reason) {
      return new FieldError(field, reason, Optional.empty());
    }
  }

  public InvalidRequestException(List<FieldError> errors) {
    super(errors.get(0).field() + ": " + errors.get(0).reason());
    this.errors = List.copyOf(errors);
  }

  public InvalidRequestException(String field, String reason) {
    this(List.of(FieldError.of(field, reason)));
  }

  public InvalidRequestException(String field, String reason, int position) {
    this(List.of(new FieldError(field, reason, Optional.of(position))));
  }

  /** Returns what is wrong, at least one entry. */
  public List<FieldError> errors() {
    return errors;
  }
}
