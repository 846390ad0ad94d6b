package io.weir.model.json;

/** What a reader does with members that it does not know. */
public enum UnknownMembers {
  /** They are errors: somebody writes by hand and may have mistyped a name. */
  REJECT,
  /** They are skipped: a later version may have written them. */
  IGNORE
}
