package io.weir.gateway.config;

/** The reference of all settings as a Markdown table, for {@code docs/gateway.md}. */
public final class SettingsReference {
  private SettingsReference() {}

  /** Returns the table, with a trailing line feed. */
  public static String markdown() {
    StringBuilder table =
        new StringBuilder("| key | default | type | meaning |\n|---|---|---|---|\n");
    for (Setting<?> setting : Settings.ALL) {
      table
          .append("| `")
          .append(setting.key())
          .append("` | ")
          .append(setting.defaultText().map(text -> "`" + text + "`").orElse(""))
          .append(" | ")
          .append(setting.type().name())
          .append(" | ")
          .append(setting.description())
          .append(" |\n");
    }
    table
        .append("| `")
        .append(Settings.KAFKA_PROPERTIES_PREFIX)
        .append(
            "<name>` | | text | Any further property of the Kafka clients; each client takes those that it knows. |\n");
    return table.toString();
  }
}
