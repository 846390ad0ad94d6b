package io.weir.gateway.config;

import java.util.Objects;
import java.util.Optional;

/**
 * One described setting of the gateway: its key, how its text is read, its default and what it
 * means. The reference in {@code docs/gateway.md} is made from these.
 *
 * @param key dotted lower-case key, the same in the file and on the command line
 * @param type how the text is read
 * @param defaultText the default as a user would write it; empty when the setting may be absent
 * @param description one or two sentences, starting with what it does
 */
record Setting<T>(
    String key, SettingType<T> type, Optional<String> defaultText, String description) {
  Setting {
    Objects.requireNonNull(key, "key");
    Objects.requireNonNull(type, "type");
    Objects.requireNonNull(defaultText, "defaultText");
    Objects.requireNonNull(description, "description");
  }

  static <T> Setting<T> of(
      String key, SettingType<T> type, String defaultText, String description) {
    return new Setting<>(key, type, Optional.of(defaultText), description);
  }

  static <T> Setting<T> optional(String key, SettingType<T> type, String description) {
    return new Setting<>(key, type, Optional.empty(), description);
  }
}
