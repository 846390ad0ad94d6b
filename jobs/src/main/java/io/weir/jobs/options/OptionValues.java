package io.weir.jobs.options;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/**
 * The options somebody gave, read one by one into a validated record. Nothing throws on the way:
 * what is wrong is collected, and {@link #throwIfInvalid} reports all of it at once.
 */
public final class OptionValues {
  private static final Pattern SECRET_PROPERTY =
      Pattern.compile("password|secret|jaas|token|credential|\\.key$", Pattern.CASE_INSENSITIVE);
  private static final String REDACTED = "******";

  private final Map<String, String> values = new LinkedHashMap<>();
  private final Map<String, String> shown = new TreeMap<>();
  private final List<String> errors = new ArrayList<>();

  private OptionValues() {}

  /**
   * Reads arguments and the file that they name.
   *
   * @param args {@code --key value ...}, {@code --config FILE}
   * @param own groups whose options the program has; other keys on its command line are errors
   * @param all groups that may stand in a file that several programs share
   */
  public static OptionValues read(
      String[] args, Collection<OptionGroup> own, Collection<OptionGroup> all) {
    OptionValues options = new OptionValues();
    CommandLine commandLine = CommandLine.read(args, options.errors);
    options.take(commandLine.file(), all);
    options.take(commandLine.arguments(), own);
    return options;
  }

  /**
   * Returns an option's value, or its default; null after an error when it has neither, so that
   * reading goes on.
   */
  public <T> T require(Option<T> option) {
    Optional<String> text = text(option);
    if (text.isEmpty()) {
      errors.add(option.key() + ": is required");
    }
    return text.flatMap(given -> convert(option, given)).orElse(null);
  }

  /** Returns an option's value or its default; empty when it has neither. */
  public <T> Optional<T> find(Option<T> option) {
    return text(option).flatMap(text -> convert(option, text));
  }

  /** Returns whether somebody gave this option. */
  public boolean gives(Option<?> option) {
    return values.containsKey(option.key());
  }

  /** Returns the keys below a free prefix, without it, and their values. */
  public Map<String, String> below(OptionGroup.FreePrefix free) {
    Map<String, String> below = new TreeMap<>();
    values.forEach(
        (key, value) -> {
          if (key.startsWith(free.prefix())) {
            String name = key.substring(free.prefix().length());
            below.put(name, value);
            shown.put(key, SECRET_PROPERTY.matcher(name).find() ? REDACTED : value);
          }
        });
    return below;
  }

  /** Adds an error unless a condition holds; the message begins with the key. */
  public void check(boolean holds, String error) {
    if (!holds) {
      errors.add(error);
    }
  }

  /** Returns what a maker returns; empty after an error when it refuses its arguments. */
  public <R> Optional<R> attempt(String about, Supplier<R> maker) {
    try {
      return Optional.of(maker.get());
    } catch (IllegalArgumentException e) {
      errors.add(about + ": " + e.getMessage());
      return Optional.empty();
    }
  }

  /**
   * Ends the reading.
   *
   * @throws InvalidOptionsException listing everything that is wrong, if anything is
   */
  public void throwIfInvalid() {
    if (!errors.isEmpty()) {
      throw new InvalidOptionsException(errors);
    }
  }

  /** Returns every option that was read with the value in force, secrets hidden; for the log. */
  public Map<String, String> shown() {
    return shown;
  }

  private void take(Map<String, String> given, Collection<OptionGroup> known) {
    given.forEach(
        (key, value) -> {
          if (known.stream().anyMatch(group -> group.knows(key))) {
            values.put(key, value);
          } else {
            errors.add(
                key
                    + ": no such option"
                    + Suggestion.nearest(key, known)
                        .map(near -> "; did you mean " + near + "?")
                        .orElse(""));
          }
        });
  }

  private Optional<String> text(Option<?> option) {
    String text = values.get(option.key());
    if (option.secret()) {
      String path = values.get(option.fileKey());
      if (path != null && text != null) {
        errors.add(option.key() + ": is given, and " + option.fileKey() + " too");
      } else if (path != null) {
        text = readSecret(option, path);
      }
    }
    return Optional.ofNullable(text).or(option::defaultText);
  }

  private String readSecret(Option<?> option, String path) {
    try {
      return Files.readString(Path.of(path), StandardCharsets.UTF_8).strip();
    } catch (IOException e) {
      errors.add(option.fileKey() + ": cannot read " + path + ": " + e);
      return null;
    }
  }

  /** A wrong value is an error; the default then stands in, so that reading goes on. */
  private <T> Optional<T> convert(Option<T> option, String text) {
    shown.put(option.key(), option.secret() ? REDACTED : text);
    try {
      return Optional.of(option.type().reader().apply(text));
    } catch (IllegalArgumentException e) {
      errors.add(option.key() + ": " + (option.secret() ? "cannot be read" : e.getMessage()));
      return option.defaultText().map(option.type().reader());
    }
  }
}
