package io.weir.harness.capacity;

import java.util.Locale;

/** Numbers as people read them, with decimal units. */
final class Numbers {
  private static final String[] UNITS = {"B", "KB", "MB", "GB", "TB", "PB", "EB"};

  private Numbers() {}

  /** Returns three digits and a unit, such as {@code 12 GB} or {@code 1.04 PB}. */
  static String bytes(double value) {
    int unit = 0;
    double scaled = value;
    while (scaled >= 999.5 && unit < UNITS.length - 1) {
      scaled /= 1000;
      unit++;
    }
    return threeDigits(scaled) + " " + UNITS[unit];
  }

  /** Returns the whole number above, with separators. */
  static String up(double value) {
    return String.format(Locale.ROOT, "%,d", (long) Math.ceil(value - 1e-9));
  }

  /** Returns a number without needless digits. */
  static String plain(double value) {
    if (value == Math.rint(value)) {
      return String.format(Locale.ROOT, "%,.0f", value);
    }
    return threeDigits(value);
  }

  private static String threeDigits(double value) {
    int decimals = value >= 99.95 ? 0 : value >= 9.995 ? 1 : 2;
    String text = String.format(Locale.ROOT, "%,." + decimals + "f", value);
    return decimals == 0 ? text : text.replaceFirst("\\.?0+$", "");
  }
}
