package io.weir.model.log;

import java.nio.charset.StandardCharsets;

/**
 * Reads and writes points in time as nanoseconds since the epoch, UTC. Written by hand because a
 * timestamp is read and written for every event, and {@code java.time} costs more than the rest of
 * the event.
 *
 * <p>Read are RFC 3339 and what producers make of it (see {@link #parse(char[], int, int)}) and
 * epoch numbers whose unit follows from their magnitude (see {@link #ofEpoch}).
 */
public final class Timestamps {
  /** What the readers return for a text that is no timestamp they know. */
  public static final long UNREADABLE = Long.MIN_VALUE;

  /** Length of every text that {@link #format} returns. */
  public static final int FORMATTED_LENGTH = 30;

  static final long NANOS_PER_SECOND = 1_000_000_000L;
  static final long NANOS_PER_MILLI = 1_000_000L;

  /** Epoch numbers below these (absolute) are seconds, milliseconds, microseconds. */
  static final long SECONDS_BELOW = 100_000_000_000L;

  static final long MILLIS_BELOW = SECONDS_BELOW * 1_000;
  static final long MICROS_BELOW = MILLIS_BELOW * 1_000;

  /** First whole second that nanoseconds in a long can express, and the last. */
  private static final long MIN_SECOND = Long.MIN_VALUE / NANOS_PER_SECOND;

  private static final long MAX_SECOND = Long.MAX_VALUE / NANOS_PER_SECOND;
  private static final long NANOS_IN_MAX_SECOND = Long.MAX_VALUE % NANOS_PER_SECOND;
  private static final int SECONDS_PER_DAY = 86_400;
  private static final int MAX_OFFSET_MINUTES = 18 * 60;
  private static final int MAX_NUMBER_CHARS = 64;
  private static final int DAYS_0000_TO_1970 = 719_528;
  private static final int DAYS_PER_CYCLE = 146_097;

  private Timestamps() {}

  /** Reads a whole text; see {@link #parse(char[], int, int)}. */
  public static long parse(String text) {
    char[] chars = text.toCharArray();
    return parse(chars, 0, chars.length);
  }

  /**
   * Reads a date and time or an epoch number.
   *
   * <p>A date and time is {@code YYYY-MM-DD}, then {@code T}, {@code t} or a blank, then {@code
   * HH:MM}, optionally {@code :SS} (60 is the second after 59) with a fraction after a point or a
   * comma (digits past the ninth are dropped), then, perhaps after a blank, {@code Z}, {@code z},
   * {@code UTC}, {@code GMT}, {@code +HH:MM}, {@code +HHMM}, {@code +HH}, or nothing, which means
   * UTC. A date alone and a time alone are not timestamps.
   *
   * @return nanoseconds since the epoch; {@link Long#MAX_VALUE} for anything after the year 2262;
   *     {@link #UNREADABLE} for anything before 1677 and for what is no timestamp
   */
  public static long parse(char[] text, int from, int to) {
    int start = from;
    int end = to;
    while (start < end && text[start] <= ' ') {
      start++;
    }
    while (end > start && text[end - 1] <= ' ') {
      end--;
    }
    if (end - start >= 16 && text[start + 4] == '-') {
      return parseDateTime(text, start, end);
    }
    return parseEpoch(text, start, end);
  }

  private static long parseDateTime(char[] text, int start, int end) {
    int year = digits(text, start, 4);
    int month = digits(text, start + 5, 2);
    int day = digits(text, start + 8, 2);
    int hour = digits(text, start + 11, 2);
    int minute = digits(text, start + 14, 2);
    char separator = text[start + 10];
    if ((year | month | day | hour | minute) < 0
        || text[start + 7] != '-'
        || text[start + 13] != ':'
        || (separator != 'T' && separator != 't' && separator != ' ')
        || month < 1
        || month > 12
        || day < 1
        || day > daysInMonth(year, month)
        || hour > 23
        || minute > 59) {
      return UNREADABLE;
    }
    int at = start + 16;
    int second = 0;
    int nanos = 0;
    if (at < end && text[at] == ':') {
      if (at + 3 > end) {
        return UNREADABLE;
      }
      second = digits(text, at + 1, 2);
      if (second < 0 || second > 60) {
        return UNREADABLE;
      }
      at += 3;
      if (at < end && (text[at] == '.' || text[at] == ',')) {
        int firstDigit = ++at;
        int scale = (int) NANOS_PER_SECOND;
        while (at < end && isDigit(text[at])) {
          scale /= 10;
          nanos += (text[at] - '0') * scale;
          at++;
        }
        if (at == firstDigit) {
          return UNREADABLE;
        }
      }
    }
    int offsetMinutes = offsetMinutes(text, at, end);
    if (offsetMinutes == Integer.MIN_VALUE) {
      return UNREADABLE;
    }
    long seconds =
        epochDay(year, month, day) * SECONDS_PER_DAY
            + (hour * 60 + minute - offsetMinutes) * 60L
            + second;
    return ofSeconds(seconds, nanos);
  }

  /** Returns the offset that a text ends with, or MIN_VALUE if that is not one. */
  private static int offsetMinutes(char[] text, int from, int end) {
    int at = from;
    if (at < end && text[at] == ' ') {
      at++;
    }
    int length = end - at;
    if (length == 0) {
      return 0;
    }
    char first = text[at];
    if (length == 1) {
      return first == 'Z' || first == 'z' ? 0 : Integer.MIN_VALUE;
    }
    if (first != '+' && first != '-') {
      boolean named =
          length == 3
              && ((first == 'U' && text[at + 1] == 'T' && text[at + 2] == 'C')
                  || (first == 'G' && text[at + 1] == 'M' && text[at + 2] == 'T'));
      return named ? 0 : Integer.MIN_VALUE;
    }
    int hours;
    int minutes = 0;
    if (length == 3) {
      hours = digits(text, at + 1, 2);
    } else if (length == 5) {
      hours = digits(text, at + 1, 2);
      minutes = digits(text, at + 3, 2);
    } else if (length == 6 && text[at + 3] == ':') {
      hours = digits(text, at + 1, 2);
      minutes = digits(text, at + 4, 2);
    } else {
      return Integer.MIN_VALUE;
    }
    if (hours < 0 || minutes < 0 || minutes > 59 || hours * 60 + minutes > MAX_OFFSET_MINUTES) {
      return Integer.MIN_VALUE;
    }
    int offset = hours * 60 + minutes;
    return first == '-' ? -offset : offset;
  }

  /** Reads a decimal number, perhaps with a fraction or an exponent. */
  private static long parseEpoch(char[] text, int start, int end) {
    int at = start;
    boolean negative = false;
    if (at < end && (text[at] == '-' || text[at] == '+')) {
      negative = text[at] == '-';
      at++;
    }
    int firstDigit = at;
    long whole = 0;
    while (at < end && isDigit(text[at])) {
      if (at - firstDigit >= 18) {
        return parseLongEpoch(text, start, end);
      }
      whole = whole * 10 + (text[at] - '0');
      at++;
    }
    if (at == firstDigit) {
      return UNREADABLE;
    }
    int fraction = 0;
    if (at < end && text[at] == '.') {
      int firstFractionDigit = ++at;
      int scale = (int) NANOS_PER_SECOND;
      while (at < end && isDigit(text[at])) {
        scale /= 10;
        fraction += (text[at] - '0') * scale;
        at++;
      }
      if (at == firstFractionDigit) {
        return UNREADABLE;
      }
    }
    if (at < end) {
      return parseLongEpoch(text, start, end);
    }
    return negative ? ofEpoch(-whole, -fraction) : ofEpoch(whole, fraction);
  }

  /** Numbers of 19 digits and more, and exponents. */
  private static long parseLongEpoch(char[] text, int start, int end) {
    if (end - start > MAX_NUMBER_CHARS) {
      return UNREADABLE;
    }
    boolean wholeNumber = true;
    for (int i = start; i < end; i++) {
      char c = text[i];
      boolean sign = (c == '-' || c == '+') && (i == start || (text[i - 1] | 0x20) == 'e');
      if (!isDigit(c) && !sign) {
        wholeNumber = false;
        if (c != '.' && c != 'e' && c != 'E') {
          return UNREADABLE;
        }
      }
    }
    String number = new String(text, start, end - start);
    try {
      if (wholeNumber) {
        try {
          return ofEpoch(Long.parseLong(number), 0);
        } catch (NumberFormatException tooLong) {
          return number.startsWith("-") ? UNREADABLE : Long.MAX_VALUE;
        }
      }
      return ofEpoch(Double.parseDouble(number));
    } catch (NumberFormatException malformed) {
      return UNREADABLE;
    }
  }

  /**
   * Returns the point in time of an epoch number. Its magnitude tells its unit: below 10^11 it is
   * seconds (up to the year 5138), below 10^14 milliseconds, below 10^17 microseconds, else
   * nanoseconds; so every unit covers the years from 1973 on without overlap.
   *
   * @param whole the whole part
   * @param fractionNanos the fraction in billionths of the unit, with the sign of {@code whole}
   * @return as {@link #parse(char[], int, int)}
   */
  public static long ofEpoch(long whole, int fractionNanos) {
    if (whole > -SECONDS_BELOW && whole < SECONDS_BELOW) {
      return ofSeconds(whole, fractionNanos);
    }
    if (whole > -MILLIS_BELOW && whole < MILLIS_BELOW) {
      return ofSeconds(whole / 1_000, whole % 1_000 * NANOS_PER_MILLI + fractionNanos / 1_000);
    }
    if (whole > -MICROS_BELOW && whole < MICROS_BELOW) {
      return ofSeconds(
          whole / 1_000_000, whole % 1_000_000 * 1_000 + fractionNanos / (int) NANOS_PER_MILLI);
    }
    return whole;
  }

  /** Returns the point in time of an epoch number; see {@link #ofEpoch(long, int)}. */
  static long ofEpoch(double number) {
    if (Double.isNaN(number)) {
      return UNREADABLE;
    }
    if (Math.abs(number) >= Long.MAX_VALUE) {
      return number > 0 ? Long.MAX_VALUE : UNREADABLE;
    }
    long whole = (long) number;
    return ofEpoch(whole, (int) ((number - whole) * NANOS_PER_SECOND));
  }

  private static long ofSeconds(long seconds, long nanos) {
    if (seconds > MAX_SECOND || (seconds == MAX_SECOND && nanos > NANOS_IN_MAX_SECOND)) {
      return Long.MAX_VALUE;
    }
    if (seconds < MIN_SECOND || (seconds == MIN_SECOND && nanos < 0)) {
      return UNREADABLE;
    }
    return seconds * NANOS_PER_SECOND + nanos;
  }

  /** Returns RFC 3339 in UTC with nine fraction digits: {@code 2026-03-29T10:00:00.000000000Z}. */
  public static String format(long epochNanos) {
    byte[] text = new byte[FORMATTED_LENGTH];
    format(epochNanos, text, 0);
    return new String(text, StandardCharsets.ISO_8859_1);
  }

  /** Writes the {@value #FORMATTED_LENGTH} ASCII bytes of {@link #format(long)} at {@code at}. */
  public static void format(long epochNanos, byte[] target, int at) {
    long seconds = Math.floorDiv(epochNanos, NANOS_PER_SECOND);
    int nanos = (int) (epochNanos - seconds * NANOS_PER_SECOND);
    long epochDay = Math.floorDiv(seconds, SECONDS_PER_DAY);
    int secondOfDay = (int) (seconds - epochDay * SECONDS_PER_DAY);
    writeDate(epochDay, target, at);
    target[at + 10] = 'T';
    writeTwo(secondOfDay / 3600, target, at + 11);
    target[at + 13] = ':';
    writeTwo(secondOfDay / 60 % 60, target, at + 14);
    target[at + 16] = ':';
    writeTwo(secondOfDay % 60, target, at + 17);
    target[at + 19] = '.';
    for (int i = at + 28; i >= at + 20; i--) {
      target[i] = (byte) ('0' + nanos % 10);
      nanos /= 10;
    }
    target[at + 29] = 'Z';
  }

  /** Writes {@code YYYY-MM-DD}; the algorithm is that of {@code LocalDate.ofEpochDay}. */
  private static void writeDate(long epochDay, byte[] target, int at) {
    // Years start in March here, so that the leap day comes last.
    long zeroDay = epochDay + DAYS_0000_TO_1970 - 60;
    long cycle = Math.floorDiv(zeroDay, DAYS_PER_CYCLE);
    int dayOfCycle = (int) (zeroDay - cycle * DAYS_PER_CYCLE);
    int yearOfCycle =
        (dayOfCycle - dayOfCycle / 1_460 + dayOfCycle / 36_524 - dayOfCycle / 146_096) / 365;
    int dayOfYear = dayOfCycle - (365 * yearOfCycle + yearOfCycle / 4 - yearOfCycle / 100);
    int marchMonth = (dayOfYear * 5 + 2) / 153;
    int day = dayOfYear - (marchMonth * 306 + 5) / 10 + 1;
    int month = (marchMonth + 2) % 12 + 1;
    int year = (int) (cycle * 400) + yearOfCycle + (marchMonth >= 10 ? 1 : 0);
    writeTwo(year / 100, target, at);
    writeTwo(year % 100, target, at + 2);
    target[at + 4] = '-';
    writeTwo(month, target, at + 5);
    target[at + 7] = '-';
    writeTwo(day, target, at + 8);
  }

  private static void writeTwo(int number, byte[] target, int at) {
    target[at] = (byte) ('0' + number / 10);
    target[at + 1] = (byte) ('0' + number % 10);
  }

  private static long epochDay(int year, int month, int day) {
    int marchYear = month > 2 ? year : year - 1;
    int cycle = Math.floorDiv(marchYear, 400);
    int yearOfCycle = marchYear - cycle * 400;
    int marchMonth = month > 2 ? month - 3 : month + 9;
    int dayOfYear = (153 * marchMonth + 2) / 5 + day - 1;
    int dayOfCycle = yearOfCycle * 365 + yearOfCycle / 4 - yearOfCycle / 100 + dayOfYear;
    return (long) cycle * DAYS_PER_CYCLE + dayOfCycle - DAYS_0000_TO_1970 + 60;
  }

  private static int daysInMonth(int year, int month) {
    return switch (month) {
      case 2 -> year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28;
      case 4, 6, 9, 11 -> 30;
      default -> 31;
    };
  }

  /** Returns the number that {@code count} digits make, negative if one is no digit. */
  private static int digits(char[] text, int at, int count) {
    int value = 0;
    for (int i = at; i < at + count; i++) {
      int digit = text[i] - '0';
      if (digit < 0 || digit > 9) {
        return -1;
      }
      value = value * 10 + digit;
    }
    return value;
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }
}
