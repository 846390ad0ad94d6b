package io.weir.jobs.options;

import io.weir.model.index.PromotedFields;

/** Which structured fields get a typed column in the hot indices. */
public final class PromotedOptions {
  private static final Option<PromotedFields> FIELDS =
      Option.of(
          "elasticsearch.promoted-fields",
          OptionType.PROMOTED_FIELDS,
          "Fields and their types, for example `status=long, duration_ms=double, user_id=keyword`.");

  /** The group in the reference. */
  public static final OptionGroup GROUP =
      OptionGroup.of(
          "Promoted fields",
          "Structured fields that get a typed column of their own, so that the gateway answers"
              + " ranges and exact facets on them. The logs job, `InstallTemplates` and the gateway"
              + " are given the same list, in this order: template first (it holds for indices"
              + " created after it), then job, then gateway. At most 100 fields; each costs CPU and"
              + " disk. A value that is not of the type stays out of the column and is counted"
              + " (`promotedValuesLeftOut`); the event is stored all the same. Do not change a"
              + " field's type before the indices with the old one are gone.",
          FIELDS);

  private PromotedOptions() {}

  /** Returns the promoted fields; none where none are given. */
  public static PromotedFields read(OptionValues values) {
    return values.find(FIELDS).orElse(PromotedFields.NONE);
  }
}
