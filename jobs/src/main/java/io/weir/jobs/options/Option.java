package io.weir.jobs.options;

import static java.util.Objects.requireNonNull;

import java.util.Optional;

/**
 * One thing that can be configured, with all that its reader must know.
 *
 * @param key the name, as in {@code --key value} and in a configuration file
 * @param type how its text becomes a value
 * @param defaultText the value when it is absent, as one would write it; empty when there is none
 * @param secret whether its value must never be shown; a secret can also be read from the file that
 *     the option {@link #fileKey} names
 * @param description what it does, for the reference: full sentences, Markdown
 * @param <T> type of the value
 */
public record Option<T>(
    String key,
    OptionType<T> type,
    Optional<String> defaultText,
    boolean secret,
    String description) {

  public Option {
    requireNonNull(key, "key");
    requireNonNull(type, "type");
    requireNonNull(defaultText, "defaultText");
    if (description.isBlank()) {
      throw new IllegalArgumentException(key + " has no description");
    }
  }

  /** Returns an option without a default: whoever reads it says whether it may be absent. */
  public static <T> Option<T> of(String key, OptionType<T> type, String description) {
    return new Option<>(key, type, Optional.empty(), false, description);
  }

  /** Returns an option with a default. */
  public static <T> Option<T> of(
      String key, OptionType<T> type, String defaultText, String description) {
    return new Option<>(key, type, Optional.of(defaultText), false, description);
  }

  /** Returns a secret text without a default. */
  public static Option<String> secret(String key, String description) {
    return secret(key, OptionType.TEXT, description);
  }

  /** Returns a secret without a default. */
  public static <T> Option<T> secret(String key, OptionType<T> type, String description) {
    return new Option<>(key, type, Optional.empty(), true, description);
  }

  /** Returns the key whose value is the path of a file that holds this secret. */
  public String fileKey() {
    return key + "-file";
  }
}
