package io.weir.model.log;

/**
 * Gives one string for equal characters, so that the few services, hosts and regions of a stream
 * are not made anew for every event. Of fixed size: a string that falls on a taken place replaces
 * what was there.
 */
final class StringCache {
  private static final int SIZE = 1 << 10;
  private static final int MAX_LENGTH = 64;

  private final String[] strings = new String[SIZE];

  /** Returns a string of these characters. */
  String get(char[] chars, int from, int length) {
    if (length > MAX_LENGTH) {
      return new String(chars, from, length);
    }
    int hash = 0;
    for (int i = from; i < from + length; i++) {
      hash = 31 * hash + chars[i];
    }
    int place = (hash ^ hash >>> 16) & (SIZE - 1);
    String cached = strings[place];
    if (cached != null && equal(cached, chars, from, length)) {
      return cached;
    }
    String made = new String(chars, from, length);
    strings[place] = made;
    return made;
  }

  private static boolean equal(String string, char[] chars, int from, int length) {
    if (string.length() != length) {
      return false;
    }
    for (int i = 0; i < length; i++) {
      if (string.charAt(i) != chars[from + i]) {
        return false;
      }
    }
    return true;
  }
}
