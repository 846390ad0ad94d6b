package io.weir.gateway.config;

import io.weir.model.index.PromotedFields;
import io.weir.model.kafka.PartitionSets;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * How the text of a setting becomes a value.
 *
 * @param name what the reference says of it
 * @param reader reads the text; throws IllegalArgumentException that says what was expected
 */
record SettingType<T>(String name, Function<String, T> reader) {
  private static final Pattern DURATION = Pattern.compile("(\\d+)\\s*(ms|s|min|m|h|d)");
  private static final Pattern SIZE = Pattern.compile("(\\d+)\\s*(b|kib|mib|gib|kb|mb|gb)?");

  static final SettingType<String> TEXT = new SettingType<>("text", text -> text);
  static final SettingType<Boolean> BOOLEAN =
      new SettingType<>("true or false", SettingType::readBoolean);
  static final SettingType<Duration> DURATION_TYPE =
      new SettingType<>("duration (500ms, 4s, 15m, 24h, 31d)", SettingType::readDuration);
  static final SettingType<Long> BYTES =
      new SettingType<>("size (65536, 512KiB, 8MiB)", SettingType::readBytes);
  static final SettingType<Double> FRACTION =
      new SettingType<>("fraction from 0 to 1", SettingType::readFraction);
  static final SettingType<List<String>> LIST =
      new SettingType<>("list, separated by commas", SettingType::readList);
  static final SettingType<List<URI>> HTTP_URLS =
      new SettingType<>("list of http(s) URLs", SettingType::readUrls);

  static final SettingType<PromotedFields> PROMOTED_FIELDS =
      new SettingType<>(
          "list of field=type, the type one of " + PromotedFields.typeNames(),
          text -> usable(() -> PromotedFields.parse(readList(text))));
  static final SettingType<PartitionSets> PARTITION_SETS =
      new SettingType<>(
          "list of service=number", text -> usable(() -> PartitionSets.parse(readList(text))));
  static final SettingType<URI> HTTP_URL = new SettingType<>("http(s) URL", SettingType::readUrl);

  static SettingType<Integer> integer(int min, int max) {
    return new SettingType<>(
        "integer from " + min + " to " + max,
        text -> {
          int value;
          try {
            value = Integer.parseInt(text.replace("_", ""));
          } catch (NumberFormatException e) {
            throw new IllegalArgumentException("is not an integer", e);
          }
          if (value < min || value > max) {
            throw new IllegalArgumentException("is not between " + min + " and " + max);
          }
          return value;
        });
  }

  /** A subset of an enum's constants, written in lower case. */
  static <E extends Enum<E>> SettingType<Set<E>> setOf(Class<E> type) {
    String known =
        Arrays.stream(type.getEnumConstants())
            .map(constant -> constant.name().toLowerCase(Locale.ROOT))
            .collect(Collectors.joining(", "));
    return new SettingType<>(
        "list of " + known,
        text -> {
          EnumSet<E> set = EnumSet.noneOf(type);
          for (String name : readList(text)) {
            try {
              set.add(Enum.valueOf(type, name.toUpperCase(Locale.ROOT)));
            } catch (IllegalArgumentException e) {
              throw new IllegalArgumentException("knows only " + known, e);
            }
          }
          if (set.isEmpty()) {
            throw new IllegalArgumentException("names none of " + known);
          }
          return set;
        });
  }

  private static Boolean readBoolean(String text) {
    return switch (text.toLowerCase(Locale.ROOT)) {
      case "true" -> true;
      case "false" -> false;
      default -> throw new IllegalArgumentException("is neither true nor false");
    };
  }

  static Duration readDuration(String text) {
    Matcher matcher = DURATION.matcher(text.toLowerCase(Locale.ROOT));
    if (matcher.matches()) {
      try {
        long amount = Long.parseLong(matcher.group(1));
        return switch (matcher.group(2)) {
          case "ms" -> Duration.ofMillis(amount);
          case "s" -> Duration.ofSeconds(amount);
          case "m", "min" -> Duration.ofMinutes(amount);
          case "h" -> Duration.ofHours(amount);
          default -> Duration.ofDays(amount);
        };
      } catch (ArithmeticException | NumberFormatException e) {
        throw new IllegalArgumentException("is too long a duration", e);
      }
    }
    try {
      return Duration.parse(text);
    } catch (DateTimeParseException e) {
      throw new IllegalArgumentException("is not a duration such as 500ms, 4s, 15m, 24h, 31d", e);
    }
  }

  private static Long readBytes(String text) {
    Matcher matcher = SIZE.matcher(text.toLowerCase(Locale.ROOT));
    if (!matcher.matches()) {
      throw new IllegalArgumentException("is not a size such as 65536, 512KiB, 8MiB");
    }
    String unit = matcher.group(2) == null ? "b" : matcher.group(2);
    long factor =
        switch (unit) {
          case "b" -> 1;
          case "kib" -> 1L << 10;
          case "mib" -> 1L << 20;
          case "gib" -> 1L << 30;
          case "kb" -> 1_000L;
          case "mb" -> 1_000_000L;
          default -> 1_000_000_000L;
        };
    try {
      return Math.multiplyExact(Long.parseLong(matcher.group(1)), factor);
    } catch (ArithmeticException | NumberFormatException e) {
      throw new IllegalArgumentException("is too large a size", e);
    }
  }

  private static Double readFraction(String text) {
    double value;
    try {
      value = Double.parseDouble(text);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("is not a number", e);
    }
    if (!(value >= 0 && value <= 1)) {
      throw new IllegalArgumentException("is not between 0 and 1");
    }
    return value;
  }

  private static List<String> readList(String text) {
    return Arrays.stream(text.split(",", -1))
        .map(String::strip)
        .filter(part -> !part.isEmpty())
        .toList();
  }

  /** Makes the words of a record that checks itself complete the sentence. */
  private static <R> R usable(Supplier<R> record) {
    try {
      return record.get();
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("is not usable: " + e.getMessage(), e);
    }
  }

  private static List<URI> readUrls(String text) {
    List<URI> urls = readList(text).stream().map(SettingType::readUrl).toList();
    if (urls.isEmpty()) {
      throw new IllegalArgumentException("names no URL");
    }
    return urls;
  }

  private static URI readUrl(String text) {
    try {
      URI url = new URI(text);
      String scheme = url.getScheme();
      if (url.getHost() == null || !("http".equals(scheme) || "https".equals(scheme))) {
        throw new IllegalArgumentException(
            "names '" + text + "', which is not an http:// or https:// URL");
      }
      return url;
    } catch (URISyntaxException e) {
      throw new IllegalArgumentException("names '" + text + "', not a URL", e);
    }
  }
}
