package io.weir.gateway.alerts;

import io.weir.gateway.search.StoreException;
import io.weir.model.alert.AlertRule;
import io.weir.model.alert.Channels;
import io.weir.model.validation.InvalidRecordException;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.function.Consumer;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.YAMLException;

/**
 * Holds a rule's {@code notification_channel} to the channels file, see {@link Channels}. The file
 * is read for each rule that is written, so that a channel can be used as soon as it is in it.
 * Thread-safe.
 */
public final class ChannelCheck implements Consumer<AlertRule> {
  private final Path file;

  public ChannelCheck(Path file) {
    this.file = Objects.requireNonNull(file, "file");
  }

  /**
   * Checks.
   *
   * @throws InvalidRecordException if there is no such channel
   * @throws StoreException if the file cannot be read
   */
  @Override
  public void accept(AlertRule rule) {
    Channels channels = channels();
    if (!channels.has(rule.notificationChannel())) {
      throw new InvalidRecordException(
          "notification_channel",
          "'"
              + rule.notificationChannel()
              + "' is no channel; there is "
              + String.join(", ", channels.names()));
    }
  }

  private Channels channels() {
    LoaderOptions options = new LoaderOptions();
    options.setAllowDuplicateKeys(false);
    try (Reader text = Files.newBufferedReader(file)) {
      return Channels.read(new Yaml(new SafeConstructor(options)).load(text));
    } catch (IOException | YAMLException | InvalidRecordException e) {
      throw new StoreException(
          StoreException.Kind.UNAVAILABLE,
          "the channels file " + file + " cannot be used: " + e.getMessage(),
          e);
    }
  }
}
