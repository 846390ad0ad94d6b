package io.weir.jobs.options;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;

/** Writes the reference of all options, {@code docs/configuration.md}, from the options. */
public final class ConfigurationReference {
  private static final String INTRODUCTION =
      """
      # Configuration

      <!-- Generated from the options in the code by io.weir.jobs.options.ConfigurationReference; a test keeps it true. -->

      Options of the jobs and tasks in `weir-jobs-all.jar`. Give them as `--key value` arguments or in a YAML file
      named by `--config FILE`; arguments win. The file may nest (`kafka:` with `topics:` below it) or be flat
      (`kafka.topics:`), and several programs can share one. Unknown keys are errors, and all errors are reported at
      once. Lists are written with commas or as YAML lists, durations as `30 s`, `5 min`, `2 d`, sizes as `512 kb`,
      `5 mb`. Each secret can also be read from a file: `elasticsearch.password-file: /run/secrets/es`; secrets never
      appear in logs.

      What belongs to Flink (checkpoints, parallelism, restarts, memory, `s3.*`) is configured in `flink-conf/`.
      """;

  private ConfigurationReference() {}

  /**
   * Writes the reference.
   *
   * @param args the file to write
   */
  public static void main(String[] args) throws IOException {
    Files.writeString(Path.of(args[0]), text(), StandardCharsets.UTF_8);
  }

  /** Returns the reference as Markdown. */
  public static String text() {
    return INTRODUCTION + sections(AllOptions.GROUPS);
  }

  private static String sections(Collection<OptionGroup> groups) {
    StringBuilder text = new StringBuilder();
    for (OptionGroup group : groups) {
      text.append("\n## ").append(group.title()).append("\n\n");
      if (!group.introduction().isEmpty()) {
        text.append(group.introduction()).append("\n\n");
      }
      text.append("| key | value | default | meaning |\n|---|---|---|---|\n");
      group.options().forEach(option -> text.append(row(option)));
      group
          .freePrefixes()
          .forEach(
              free -> text.append(row("`" + free.prefix() + "*`", "text", "", free.description())));
    }
    return text.toString();
  }

  private static String row(Option<?> option) {
    String key =
        "`" + option.key() + "`" + (option.secret() ? "<br>`" + option.fileKey() + "`" : "");
    return row(
        key,
        option.secret() ? "secret" : option.type().name(),
        option.defaultText().map(text -> "`" + text + "`").orElse(""),
        option.description());
  }

  private static String row(String key, String type, String defaultText, String description) {
    return "| " + key + " | " + type + " | " + defaultText + " | " + description + " |\n";
  }
}
