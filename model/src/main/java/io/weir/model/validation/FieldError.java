package io.weir.model.validation;

import java.util.Objects;

/**
 * What is wrong with one field of a record.
 *
 * @param field name of the field as its author writes it, dotted where nested, empty for the record
 *     as a whole
 * @param problem what is wrong and what would be right, for people
 */
public record FieldError(String field, String problem) {
  public FieldError {
    Objects.requireNonNull(field, "field");
    Objects.requireNonNull(problem, "problem");
  }

  @Override
  public String toString() {
    return field.isEmpty() ? problem : field + ": " + problem;
  }
}
