package io.weir.gateway.alerts;

import io.weir.gateway.search.StoreException;
import io.weir.model.alert.AlertRule;
import io.weir.model.validation.InvalidRecordException;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.YAMLException;

/**
 * Holds a rule's {@code notification_channel} to the channels file: YAML with a list {@code
 * channels} whose entries have a {@code name}. The file is read for each rule that is written, so
 * that a channel can be used as soon as it is in it. Thread-safe.
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
    Set<String> names = names();
    if (!names.contains(rule.notificationChannel())) {
      throw new InvalidRecordException(
          "notification_channel",
          "'"
              + rule.notificationChannel()
              + "' is no channel; there "
              + (names.isEmpty() ? "are none" : "is " + String.join(", ", names)));
    }
  }

  /** Returns the names of the channels. */
  Set<String> names() {
    LoaderOptions options = new LoaderOptions();
    options.setAllowDuplicateKeys(false);
    Object root;
    try (Reader text = Files.newBufferedReader(file)) {
      root = new Yaml(new SafeConstructor(options)).load(text);
    } catch (IOException | YAMLException e) {
      throw unreadable(e.toString(), e);
    }
    if (!(root instanceof Map<?, ?> map) || !(map.get("channels") instanceof List<?> channels)) {
      throw unreadable("it has no list 'channels'", null);
    }
    Set<String> names = new TreeSet<>();
    for (Object channel : channels) {
      if (!(channel instanceof Map<?, ?> members) || members.get("name") == null) {
        throw unreadable("a channel has no name", null);
      }
      names.add(String.valueOf(members.get("name")));
    }
    return names;
  }

  private StoreException unreadable(String why, Exception cause) {
    return new StoreException(
        StoreException.Kind.UNAVAILABLE,
        "the channels file " + file + " cannot be used: " + why,
        cause);
  }
}
