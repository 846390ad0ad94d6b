package io.weir.jobs.tasks;

import io.weir.jobs.options.AllOptions;
import io.weir.jobs.options.ChannelOptions;
import io.weir.jobs.options.OptionGroup;
import io.weir.jobs.options.OptionValues;
import io.weir.jobs.options.RunReportOptions;
import io.weir.model.alert.Channels;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/** Writes Alertmanager's configuration from the file of channels. */
public final class GenerateAlertmanagerConfig implements Task {

  /** Runs the task; see {@code --help}. */
  public static void main(String[] args) {
    System.exit(TaskRunner.run(new GenerateAlertmanagerConfig(), args, System.out, System.err));
  }

  @Override
  public String name() {
    return "GenerateAlertmanagerConfig";
  }

  @Override
  public String summary() {
    return "writes Alertmanager's receivers and routes from the file of channels. Alertmanager"
        + " reads them when it is reloaded.";
  }

  @Override
  public List<OptionGroup> options() {
    return List.of(ChannelOptions.GROUP, RunReportOptions.GROUP);
  }

  @Override
  public Map<String, Long> run(String[] args, PrintStream out) throws IOException {
    OptionValues values = OptionValues.read(args, options(), AllOptions.GROUPS);
    String file = ChannelOptions.readFile(values);
    String output = ChannelOptions.readOutput(values);
    var unused = RunReportOptions.readPushgateway(values);
    values.throwIfInvalid();
    Channels channels = read(Path.of(file));
    String config = AlertmanagerConfig.of(channels);
    if (output.equals("-")) {
      out.print(config);
      return counts(channels);
    }
    // Alertmanager may be reloaded at any moment: it finds the old file or the new one.
    Path target = Path.of(output).toAbsolutePath();
    Path draft = target.resolveSibling(target.getFileName() + ".new");
    Files.writeString(draft, config, StandardCharsets.UTF_8);
    Files.move(draft, target, StandardCopyOption.REPLACE_EXISTING);
    out.println("wrote " + target + ", receivers " + channels.names());
    return counts(channels);
  }

  private static Map<String, Long> counts(Channels channels) {
    return Map.of("receivers", (long) channels.names().size());
  }

  private static Channels read(Path file) throws IOException {
    Object tree;
    try {
      tree =
          new Load(LoadSettings.builder().setLabel(file.toString()).build())
              .loadFromString(Files.readString(file, StandardCharsets.UTF_8));
    } catch (YamlEngineException e) {
      throw new IOException(file + " is not YAML: " + e.getMessage(), e);
    }
    return Channels.read(tree);
  }
}
