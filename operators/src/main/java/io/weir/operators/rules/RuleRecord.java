package io.weir.operators.rules;

/**
 * One record of the topic of alert rules, or the news that all records were read that were there
 * when the reader started.
 *
 * @param id id of the rule; null for the news
 * @param version the record's offset: of two versions of a rule the higher one holds
 * @param rule the rule as JSON; null when it is deleted
 */
public record RuleRecord(String id, long version, byte[] rule) {

  /** Returns the news that the reader has caught up. */
  public static RuleRecord caughtUp() {
    return new RuleRecord(null, -1, null);
  }

  /** Returns whether this is that news. */
  public boolean isCaughtUp() {
    return id == null;
  }

  /** Returns whether the rule is deleted. */
  public boolean isDeleted() {
    return rule == null;
  }
}
