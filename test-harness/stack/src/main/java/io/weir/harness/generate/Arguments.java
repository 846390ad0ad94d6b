package io.weir.harness.generate;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * {@code --key value} arguments of the harness' small programs. The keys that exist are those that
 * the usage text names, so that the two cannot drift apart.
 */
public final class Arguments {
  private static final Pattern OPTION = Pattern.compile("(?m)^\\s*--([a-z][a-z0-9-]*)( [A-Z])?");
  private static final Pattern DURATION = Pattern.compile("(\\d{1,12})(ms|s|m|h|d)");

  private final Map<String, List<String>> values;
  private final List<String> rest;

  private Arguments(Map<String, List<String>> values, List<String> rest) {
    this.values = values;
    this.rest = rest;
  }

  /**
   * Parses a command line. {@code --key value} and {@code --key=value} are the same; an option that
   * the usage text does not follow with one space and a name in capitals is a switch.
   *
   * @throws IllegalArgumentException for an unknown option or a missing value
   */
  public static Arguments parse(String[] arguments, String usage) {
    Map<String, Boolean> known = new HashMap<>();
    Matcher options = OPTION.matcher(usage);
    while (options.find()) {
      known.put(options.group(1), options.group(2) != null);
    }
    known.put("help", false);
    Map<String, List<String>> values = new HashMap<>();
    List<String> rest = new ArrayList<>();
    for (int i = 0; i < arguments.length; i++) {
      String argument = arguments[i].equals("-h") ? "--help" : arguments[i];
      if (!argument.startsWith("--")) {
        rest.add(argument);
        continue;
      }
      int equals = argument.indexOf('=');
      String key = equals < 0 ? argument.substring(2) : argument.substring(2, equals);
      Boolean takesValue = known.get(key);
      if (takesValue == null) {
        throw new IllegalArgumentException("unknown option --" + key + "; see --help");
      }
      String value = equals < 0 ? "" : argument.substring(equals + 1);
      if (takesValue && equals < 0) {
        if (++i == arguments.length) {
          throw new IllegalArgumentException("--" + key + " needs a value");
        }
        value = arguments[i];
      }
      values.computeIfAbsent(key, k -> new ArrayList<>()).add(value);
    }
    return new Arguments(values, List.copyOf(rest));
  }

  /** Returns whether {@code --help} or {@code -h} was given. */
  public boolean helpWanted() {
    return has("help");
  }

  /** Returns whether an option was given. */
  public boolean has(String key) {
    return values.containsKey(key);
  }

  /** Returns the arguments that are not options, in order. */
  public List<String> rest() {
    return rest;
  }

  /** Returns every value of an option that may be repeated, in order. */
  public List<String> all(String key) {
    return values.getOrDefault(key, List.of());
  }

  /** Returns the last value of an option as it stands. */
  public String text(String key, String otherwise) {
    List<String> given = all(key);
    return given.isEmpty() ? otherwise : given.get(given.size() - 1);
  }

  /** Returns a whole number; underscores and a trailing k or M (thousand, million) are allowed. */
  public long number(String key, long otherwise) {
    String text = text(key, null);
    if (text == null) {
      return otherwise;
    }
    String digits = text.replace("_", "");
    long factor = digits.endsWith("k") ? 1000 : digits.endsWith("M") ? 1_000_000 : 1;
    try {
      return Math.multiplyExact(
          Long.parseLong(factor == 1 ? digits : digits.substring(0, digits.length() - 1)), factor);
    } catch (NumberFormatException | ArithmeticException e) {
      throw new IllegalArgumentException("--" + key + " '" + text + "' is not a whole number", e);
    }
  }

  /** Returns a decimal number. */
  public double decimal(String key, double otherwise) {
    String text = text(key, null);
    if (text == null) {
      return otherwise;
    }
    try {
      return Double.parseDouble(text);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("--" + key + " '" + text + "' is not a number", e);
    }
  }

  /**
   * Returns a duration such as {@code 500ms}, {@code 60s}, {@code 10m}, {@code 1h}, {@code 30d}.
   */
  public Duration duration(String key, Duration otherwise) {
    String text = text(key, null);
    if (text == null) {
      return otherwise;
    }
    Matcher matcher = DURATION.matcher(text);
    if (!matcher.matches()) {
      throw new IllegalArgumentException(
          "--" + key + " '" + text + "' is not a duration such as 500ms, 60s, 10m or 1h");
    }
    long amount = Long.parseLong(matcher.group(1));
    return switch (matcher.group(2)) {
      case "ms" -> Duration.ofMillis(amount);
      case "s" -> Duration.ofSeconds(amount);
      case "m" -> Duration.ofMinutes(amount);
      case "h" -> Duration.ofHours(amount);
      default -> Duration.ofDays(amount);
    };
  }
}
