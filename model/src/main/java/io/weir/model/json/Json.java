package io.weir.model.json;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;

/** What all codecs of this package share. */
final class Json {
  /** Strict JSON. Field names are not interned: producers' keys are without number. */
  static final JsonFactory FACTORY =
      new JsonFactoryBuilder()
          .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
          .streamReadConstraints(
              StreamReadConstraints.builder().maxStringLength(Integer.MAX_VALUE).build())
          .build();

  /**
   * The same, and a member that stands twice in an object is an error. A factory of its own: a
   * mapper that is told so tells the factory, and everybody else who has it.
   */
  static final JsonFactory WITHOUT_DUPLICATES =
      FACTORY.rebuild().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();

  private Json() {}
}
