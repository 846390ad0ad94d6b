package io.weir.jobs.options;

/** Where the channels of alerts are described, and where Alertmanager's configuration goes. */
public final class ChannelOptions {
  private static final Option<String> FILE =
      Option.of(
          "channels.file",
          OptionType.TEXT,
          "alert-channels.yaml",
          "File of channels: the places that `notification_channel` of a rule may name.");

  private static final Option<String> OUTPUT =
      Option.of(
          "channels.alertmanager-config",
          OptionType.TEXT,
          "alertmanager.yml",
          "File to write Alertmanager's configuration to; `-` for the standard output.");

  /** The group in the reference. */
  public static final OptionGroup GROUP =
      OptionGroup.of(
          "Channels (`GenerateAlertmanagerConfig`)",
          "`io.weir.jobs.tasks.GenerateAlertmanagerConfig` makes Alertmanager's receivers and routes"
              + " from the file of channels, which `docs/alerts.md` describes.",
          FILE,
          OUTPUT);

  private ChannelOptions() {}

  /** Returns the path of the file of channels. */
  public static String readFile(OptionValues values) {
    return values.require(FILE);
  }

  /** Returns the path to write to, or {@code -}. */
  public static String readOutput(OptionValues values) {
    return values.require(OUTPUT);
  }
}
