package io.weir.jobs.options;

import java.util.List;

/**
 * Options that belong together, in the order in which a reader meets them.
 *
 * @param title heading in the reference
 * @param introduction what holds for all of them; Markdown, may be empty
 * @param options the options
 * @param freePrefixes prefixes under which any key is taken, like {@code kafka.properties.}
 */
public record OptionGroup(
    String title, String introduction, List<Option<?>> options, List<FreePrefix> freePrefixes) {

  /**
   * Keys that somebody else defines.
   *
   * @param prefix what they start with
   * @param description what they are
   */
  public record FreePrefix(String prefix, String description) {}

  public OptionGroup {
    options = List.copyOf(options);
    freePrefixes = List.copyOf(freePrefixes);
  }

  /** Returns a group without free prefixes. */
  public static OptionGroup of(String title, String introduction, Option<?>... options) {
    return new OptionGroup(title, introduction, List.of(options), List.of());
  }

  /** Returns whether the group has this key. */
  boolean knows(String key) {
    return options.stream().anyMatch(option -> key.equals(option.key()) || isFileOf(option, key))
        || freePrefixes.stream().anyMatch(free -> key.startsWith(free.prefix()));
  }

  private static boolean isFileOf(Option<?> option, String key) {
    return option.secret() && key.equals(option.fileKey());
  }
}
