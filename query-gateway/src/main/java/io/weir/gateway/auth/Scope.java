package io.weir.gateway.auth;

import java.util.Locale;

/** What a caller may do. */
public enum Scope {
  /** Send log events and metric points. */
  INGEST,
  /** Search, follow and look at everything that is stored. */
  READ,
  /** Change alert rules, dashboards and silences. Includes {@link #READ}. */
  ADMIN;

  /** Returns the name as it is written in files and answers. */
  public String lowerCase() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Returns whether who has this scope may do what needs another. */
  public boolean includes(Scope needed) {
    return this == needed || (this == ADMIN && needed == READ);
  }
}
