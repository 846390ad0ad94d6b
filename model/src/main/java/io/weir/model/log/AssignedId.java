package io.weir.model.log;

/**
 * Ids that Weir gives to events whose producer gave none. They name an event, but a copy that is
 * sent again has another one: deduplication need not remember them.
 */
public final class AssignedId {
  private static final String PREFIX = "weir-";

  private AssignedId() {}

  /** Returns the id that is assigned around a unique text. */
  public static String of(String unique) {
    return PREFIX + unique;
  }

  /** Returns whether an id was assigned rather than made by a producer. */
  public static boolean isAssigned(String id) {
    return id.startsWith(PREFIX);
  }
}
