package io.weir.model.kafka;

/** Fixed-width base-32 with the extended hex alphabet, whose ASCII order is numeric order. */
final class Base32Hex {
  private static final char[] ALPHABET = "0123456789abcdefghijklmnopqrstuv".toCharArray();

  private Base32Hex() {}

  /** Writes {@code value} as {@code width} characters at {@code at}, most significant first. */
  static void write(long value, char[] target, int at, int width) {
    long rest = value;
    for (int i = at + width - 1; i >= at; i--) {
      target[i] = ALPHABET[(int) (rest & 31)];
      rest >>>= 5;
    }
  }

  /** Reads {@code width} characters; throws IllegalArgumentException for a foreign character. */
  static long read(CharSequence text, int at, int width) {
    long value = 0;
    for (int i = at; i < at + width; i++) {
      char c = text.charAt(i);
      int digit;
      if (c >= '0' && c <= '9') {
        digit = c - '0';
      } else if (c >= 'a' && c <= 'v') {
        digit = c - 'a' + 10;
      } else {
        throw new IllegalArgumentException("'" + c + "' at " + i + " is not a base-32 digit");
      }
      value = value << 5 | digit;
    }
    return value;
  }
}
