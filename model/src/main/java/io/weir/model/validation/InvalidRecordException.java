package io.weir.model.validation;

import java.util.List;
import java.util.stream.Collectors;

/** A record that breaks rules; names every field that is wrong, not only the first. */
public final class InvalidRecordException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  private final transient List<FieldError> errors;

  /**
   * @param errors at least one
   */
  public InvalidRecordException(List<FieldError> errors) {
    super(errors.stream().map(FieldError::toString).collect(Collectors.joining("; ")));
    this.errors = List.copyOf(errors);
  }

  public InvalidRecordException(String field, String problem) {
    this(List.of(new FieldError(field, problem)));
  }

  /** Returns what is wrong, in the order of the record's fields. */
  public List<FieldError> errors() {
    return errors == null ? List.of() : errors;
  }
}
