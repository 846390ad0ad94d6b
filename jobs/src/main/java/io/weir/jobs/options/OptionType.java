package io.weir.jobs.options;

import io.weir.model.index.PromotedFields;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import java.util.stream.Collectors;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.util.TimeUtils;

/**
 * How the text of an option becomes a value.
 *
 * @param name what the reference calls it
 * @param reader reads the text; throws IllegalArgumentException, whose message completes the
 *     sentence "key: ..."
 * @param <T> type of the value
 */
public record OptionType<T>(String name, Function<String, T> reader) {

  /** Any text that is not blank. */
  public static final OptionType<String> TEXT = new OptionType<>("text", OptionType::notBlank);

  /** {@code true} or {@code false}. */
  public static final OptionType<Boolean> BOOLEAN =
      new OptionType<>("true or false", OptionType::readBoolean);

  /** A length of time with its unit, like {@code 30 s}, {@code 5 min} or {@code 2 d}. */
  public static final OptionType<Duration> DURATION =
      new OptionType<>("duration", OptionType::readDuration);

  /** A point in time: RFC 3339, or epoch milliseconds. */
  public static final OptionType<Instant> INSTANT =
      new OptionType<>("point in time", OptionType::readInstant);

  /** A number of bytes with its unit, like {@code 512 kb} or {@code 5 mb}. */
  public static final OptionType<MemorySize> SIZE = new OptionType<>("size", OptionType::readSize);

  /** Texts between commas, or a YAML list. */
  public static final OptionType<List<String>> LIST =
      new OptionType<>("list", OptionType::readList);

  /** HTTP addresses between commas, or a YAML list of them. */
  public static final OptionType<List<URI>> URLS =
      new OptionType<>(
          "list of URLs", text -> readList(text).stream().map(OptionType::readUrl).toList());

  /** Structured fields with their types, like {@code status=long, user_id=keyword}. */
  public static final OptionType<PromotedFields> PROMOTED_FIELDS =
      new OptionType<>(
          "list of field=type, the type one of " + PromotedFields.typeNames(),
          text -> PromotedFields.parse(readList(text)));

  /** One HTTP address. */
  public static final OptionType<URI> URL = new OptionType<>("URL", text -> readUrl(text.strip()));

  /** A regular expression in Java's syntax. */
  public static final OptionType<Pattern> PATTERN =
      new OptionType<>("regular expression", OptionType::readPattern);

  /** Returns the type of whole numbers within bounds, both included. */
  public static OptionType<Integer> integer(int min, int max) {
    String name =
        max == Integer.MAX_VALUE ? "number from " + min : "number from " + min + " to " + max;
    return new OptionType<>(name, text -> readInteger(text, min, max));
  }

  /** Returns the type of an enumeration's constants, written in lower case with hyphens. */
  public static <E extends Enum<E>> OptionType<E> choice(Class<E> type) {
    return new OptionType<>(names(type), text -> readChoice(text, type));
  }

  /** Returns the type of a list of an enumeration's constants; {@code none} is the empty list. */
  public static <E extends Enum<E>> OptionType<List<E>> choices(Class<E> type) {
    return new OptionType<>(
        "list of " + names(type) + "; or none", text -> readChoices(text, type));
  }

  private static String notBlank(String text) {
    if (text.isBlank()) {
      throw new IllegalArgumentException("is empty");
    }
    return text.strip();
  }

  private static Boolean readBoolean(String text) {
    return switch (text.strip().toLowerCase(Locale.ROOT)) {
      case "true" -> true;
      case "false" -> false;
      default -> throw new IllegalArgumentException("'" + text + "' is neither true nor false");
    };
  }

  private static Integer readInteger(String text, int min, int max) {
    int value;
    try {
      value = Integer.parseInt(text.strip());
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("'" + text + "' is not a whole number", e);
    }
    if (value < min || value > max) {
      throw new IllegalArgumentException(value + " is outside " + min + " to " + max);
    }
    return value;
  }

  private static Duration readDuration(String text) {
    try {
      return TimeUtils.parseDuration(notBlank(text));
    } catch (IllegalArgumentException | DateTimeException e) {
      throw new IllegalArgumentException(
          "'" + text + "' is not a duration like '30 s', '5 min' or '2 d'", e);
    }
  }

  private static Instant readInstant(String text) {
    String stripped = text.strip();
    try {
      return !stripped.isEmpty() && stripped.chars().allMatch(c -> c >= '0' && c <= '9')
          ? Instant.ofEpochMilli(Long.parseLong(stripped))
          : OffsetDateTime.parse(stripped).toInstant();
    } catch (NumberFormatException | DateTimeException e) {
      throw new IllegalArgumentException(
          "'" + text + "' is neither epoch milliseconds nor a time like 2026-03-29T10:00:00Z", e);
    }
  }

  private static MemorySize readSize(String text) {
    try {
      return MemorySize.parse(notBlank(text));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("'" + text + "' is not a size like '512 kb' or '5 mb'", e);
    }
  }

  private static List<String> readList(String text) {
    return Arrays.stream(text.split(",", -1))
        .map(String::strip)
        .filter(part -> !part.isEmpty())
        .toList();
  }

  private static URI readUrl(String text) {
    try {
      URI url = new URI(text);
      boolean http = "http".equals(url.getScheme()) || "https".equals(url.getScheme());
      if (http && url.getHost() != null) {
        return url;
      }
    } catch (URISyntaxException e) {
      throw new IllegalArgumentException("'" + text + "' is not a URL: " + e.getReason(), e);
    }
    throw new IllegalArgumentException("'" + text + "' is not a URL like http://host:9200");
  }

  private static Pattern readPattern(String text) {
    try {
      return Pattern.compile(notBlank(text));
    } catch (PatternSyntaxException e) {
      throw new IllegalArgumentException(
          "'" + text + "' is not a regular expression: " + e.getDescription(), e);
    }
  }

  private static <E extends Enum<E>> E readChoice(String text, Class<E> type) {
    for (E constant : type.getEnumConstants()) {
      if (name(constant).equals(text.strip().toLowerCase(Locale.ROOT))) {
        return constant;
      }
    }
    throw new IllegalArgumentException("'" + text + "' is none of " + names(type));
  }

  private static <E extends Enum<E>> List<E> readChoices(String text, Class<E> type) {
    List<String> given = readList(text);
    return given.equals(List.of("none"))
        ? List.of()
        : given.stream().map(one -> readChoice(one, type)).distinct().toList();
  }

  private static <E extends Enum<E>> String names(Class<E> type) {
    return Arrays.stream(type.getEnumConstants())
        .map(OptionType::name)
        .collect(Collectors.joining(", "));
  }

  private static String name(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
