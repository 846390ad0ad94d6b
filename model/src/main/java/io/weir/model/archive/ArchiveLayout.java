package io.weir.model.archive;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.util.HexFormat;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where events lie in the archive: {@code date=YYYY-MM-DD/hour=HH/service=NAME} below the archive's
 * root, by event time in UTC, the Hive style that Athena, Trino, Spark and DuckDB know.
 *
 * <p>Late events of one day, and those for which too many files were open, share {@code
 * date=YYYY-MM-DD/hour=late/service=_mixed}; when even those would be too many, they go to the
 * catch-all folder {@code date=1970-01-01/hour=late/service=_mixed}. A reader of a day therefore
 * reads its hours, its {@code hour=late} folder and the catch-all folder.
 *
 * <p>A service's name is written with an escape for everything outside {@code [A-Za-z0-9._-]}: a
 * tilde and two hexadecimal digits for each UTF-8 byte ({@code a/b} is {@code a~2Fb}). Not Hive's
 * percent sign, which Flink's paths encode once more each time they pass through a checkpoint. A
 * leading dot or underscore is escaped too, because readers skip such files and because names of
 * our own begin with an underscore. The empty name is {@code ~}. An escaped name of more than
 * {@value #MAX_SERVICE_LENGTH} characters is cut and ends in {@code ~-} and its hash.
 */
public final class ArchiveLayout {
  /** The service part of a folder with events of several services. */
  public static final String MIXED_SERVICES = "_mixed";

  /** The hour part of a folder with late events. */
  public static final String LATE_HOUR = "late";

  /** The date of the catch-all folder. */
  public static final LocalDate CATCH_ALL_DATE = LocalDate.EPOCH;

  /** The catch-all folder. */
  public static final String CATCH_ALL =
      "date=1970-01-01/hour=" + LATE_HOUR + "/service=" + MIXED_SERVICES;

  /** Longest service part of a path, in characters. */
  public static final int MAX_SERVICE_LENGTH = 128;

  private static final char ESCAPE = '~';

  /** What separates the beginning of a long name from its hash; cannot begin an escape. */
  private static final String HASH_MARK = "~-";

  private static final int HASH_CHARS = 32;
  private static final long NANOS_PER_HOUR = 3_600_000_000_000L;
  private static final int HOURS_PER_DAY = 24;
  private static final char[] HEX = "0123456789ABCDEF".toCharArray();
  private static final Pattern BUCKET =
      Pattern.compile(
          "(?:^|.*/)date=(\\d{4}-\\d{2}-\\d{2})/hour=(\\d{2}|late)/service=([^/]+)(?:/[^/]*)?");

  private ArchiveLayout() {}

  /** Returns the folder of an event. */
  public static String bucket(long timestampNanos, String service) {
    return hourFolder(timestampNanos) + "service=" + encodeService(service);
  }

  /** Returns the part of {@link #bucket} before the service, with a slash at its end. */
  public static String hourFolder(long timestampNanos) {
    long hours = hourOf(timestampNanos);
    long hour = Math.floorMod(hours, HOURS_PER_DAY);
    return "date=" + dateOf(hours) + "/hour=" + (hour < 10 ? "0" : "") + hour + "/";
  }

  /** Returns the folder that late events of one day share. */
  public static String lateBucket(long timestampNanos) {
    return "date="
        + dateOf(hourOf(timestampNanos))
        + "/hour="
        + LATE_HOUR
        + "/service="
        + MIXED_SERVICES;
  }

  /** Returns the number of the hour since the epoch in which an event time lies. */
  public static long hourOf(long timestampNanos) {
    return Math.floorDiv(timestampNanos, NANOS_PER_HOUR);
  }

  private static LocalDate dateOf(long hours) {
    return LocalDate.ofEpochDay(Math.floorDiv(hours, HOURS_PER_DAY));
  }

  /**
   * Reads the folder out of the path of a file or folder of the archive, whatever stands before.
   *
   * @return empty if the path is not one of the archive
   */
  public static Optional<ArchiveBucket> parse(String path) {
    Matcher matcher = BUCKET.matcher(path);
    if (!matcher.matches()) {
      return Optional.empty();
    }
    try {
      LocalDate date = LocalDate.parse(matcher.group(1));
      String hourText = matcher.group(2);
      OptionalInt hour =
          hourText.equals(LATE_HOUR)
              ? OptionalInt.empty()
              : OptionalInt.of(Integer.parseInt(hourText));
      if (hour.orElse(0) >= HOURS_PER_DAY) {
        return Optional.empty();
      }
      return Optional.of(new ArchiveBucket(date, hour, matcher.group(3)));
    } catch (DateTimeException e) {
      return Optional.empty();
    }
  }

  /** Returns the service part of the path of a service's events. */
  public static String encodeService(String service) {
    byte[] bytes = service.getBytes(StandardCharsets.UTF_8);
    if (bytes.length == 0) {
      return String.valueOf(ESCAPE);
    }
    StringBuilder encoded = new StringBuilder(bytes.length + 16);
    for (int i = 0; i < bytes.length; i++) {
      appendEncoded(bytes[i], i == 0, encoded);
    }
    if (encoded.length() <= MAX_SERVICE_LENGTH) {
      return encoded.toString();
    }
    int cut = MAX_SERVICE_LENGTH - HASH_CHARS - HASH_MARK.length();
    int lastEscape = encoded.lastIndexOf(String.valueOf(ESCAPE), cut - 1);
    if (lastEscape > cut - 3) {
      cut = lastEscape;
    }
    encoded.setLength(cut);
    return encoded.append(HASH_MARK).append(hash(bytes)).toString();
  }

  private static void appendEncoded(byte b, boolean first, StringBuilder target) {
    boolean letterOrDigit =
        b >= 'a' && b <= 'z' || b >= 'A' && b <= 'Z' || b >= '0' && b <= '9' || b == '-';
    if (letterOrDigit || !first && (b == '.' || b == '_')) {
      target.append((char) b);
    } else {
      target.append(ESCAPE).append(HEX[b >> 4 & 15]).append(HEX[b & 15]);
    }
  }

  private static String hash(byte[] name) {
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(name);
      return HexFormat.of().formatHex(digest).substring(0, HASH_CHARS);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  /**
   * Returns the service that a service part of a path stands for; empty for {@link
   * #MIXED_SERVICES}, for a name that was too long, and for text that is no such part.
   */
  public static Optional<String> decodeService(String part) {
    if (part.length() == 1 && part.charAt(0) == ESCAPE) {
      return Optional.of("");
    }
    if (part.isEmpty() || part.equals(MIXED_SERVICES)) {
      return Optional.empty();
    }
    ByteBuffer bytes = ByteBuffer.allocate(part.length());
    for (int i = 0; i < part.length(); i++) {
      char c = part.charAt(i);
      if (c >= 0x80) {
        return Optional.empty();
      }
      if (c != ESCAPE) {
        bytes.put((byte) c);
        continue;
      }
      if (i + 2 >= part.length()
          || !HexFormat.isHexDigit(part.charAt(i + 1))
          || !HexFormat.isHexDigit(part.charAt(i + 2))) {
        return Optional.empty();
      }
      bytes.put((byte) HexFormat.fromHexDigits(part, i + 1, i + 3));
      i += 2;
    }
    try {
      CharBuffer name =
          StandardCharsets.UTF_8
              .newDecoder()
              .onMalformedInput(CodingErrorAction.REPORT)
              .onUnmappableCharacter(CodingErrorAction.REPORT)
              .decode(bytes.flip());
      return Optional.of(name.toString());
    } catch (CharacterCodingException e) {
      return Optional.empty();
    }
  }
}
