package io.weir.operators;

import java.util.HashSet;
import java.util.Set;

/**
 * What the log has named already: it names each thing once, and not more than a hundred, however
 * many there are. Not thread-safe.
 */
public final class NamedOnce {
  private static final int MAX_NAMED = 100;

  private final Set<String> named = new HashSet<>();

  /** Returns whether this is the first time for it, and the log has room for one more. */
  public boolean first(String name) {
    return named.size() < MAX_NAMED && named.add(name);
  }
}
