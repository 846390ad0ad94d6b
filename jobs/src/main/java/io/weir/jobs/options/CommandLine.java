package io.weir.jobs.options;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.schema.FailsafeSchema;

/**
 * Reads {@code --key value} and {@code --key=value} arguments and the YAML file that {@code
 * --config} names into texts; arguments win over the file. Maps in the file are joined with dots,
 * lists with commas.
 *
 * @param arguments what stood on the command line
 * @param file what stood in the file
 */
record CommandLine(Map<String, String> arguments, Map<String, String> file) {
  static final String CONFIG = "config";

  /** Reads the arguments and adds what is wrong with their form to the errors. */
  static CommandLine read(String[] args, List<String> errors) {
    Map<String, String> arguments = readArguments(args, errors);
    String path = arguments.remove(CONFIG);
    Map<String, String> file = new LinkedHashMap<>();
    if (path != null) {
      readFile(Path.of(path), file, errors);
    }
    return new CommandLine(arguments, file);
  }

  /** Returns whether somebody asks for help. */
  static boolean asksForHelp(String[] args) {
    return List.of(args).contains("--help") || List.of(args).contains("-h");
  }

  private static Map<String, String> readArguments(String[] args, List<String> errors) {
    Map<String, String> arguments = new LinkedHashMap<>();
    for (int i = 0; i < args.length; i++) {
      String arg = args[i];
      if (!arg.startsWith("--") || arg.length() == 2) {
        errors.add("'" + arg + "': arguments have the form --key value");
        continue;
      }
      int equals = arg.indexOf('=');
      String key = equals < 0 ? arg.substring(2) : arg.substring(2, equals);
      String value;
      if (equals >= 0) {
        value = arg.substring(equals + 1);
      } else if (i + 1 < args.length && !args[i + 1].startsWith("--")) {
        value = args[++i];
      } else {
        errors.add(key + ": has no value; arguments have the form --key value");
        continue;
      }
      if (arguments.put(key, value) != null) {
        errors.add(key + ": is given twice");
      }
    }
    return arguments;
  }

  private static void readFile(Path path, Map<String, String> into, List<String> errors) {
    LoadSettings everyScalarIsText =
        LoadSettings.builder().setSchema(new FailsafeSchema()).setLabel(path.toString()).build();
    try {
      Iterator<Object> documents =
          new Load(everyScalarIsText)
              .loadAllFromString(Files.readString(path, StandardCharsets.UTF_8))
              .iterator();
      if (!documents.hasNext()) {
        return;
      }
      if (documents.next() instanceof Map<?, ?> map) {
        flatten("", map, into, errors);
      } else {
        errors.add(CONFIG + ": " + path + " is not a map of keys to values");
      }
    } catch (IOException e) {
      errors.add(CONFIG + ": cannot read " + path + ": " + e);
    } catch (YamlEngineException e) {
      errors.add(CONFIG + ": " + path + " is not YAML: " + e.getMessage());
    }
  }

  private static void flatten(
      String prefix, Map<?, ?> map, Map<String, String> into, List<String> errors) {
    map.forEach(
        (name, value) -> {
          String key = prefix + name;
          String text = null;
          if (value instanceof Map<?, ?> inner) {
            flatten(key + ".", inner, into, errors);
          } else if (value instanceof List<?> list) {
            text = list.stream().map(String::valueOf).collect(Collectors.joining(","));
          } else {
            text = String.valueOf(value);
          }
          if (text != null && into.put(key, text) != null) {
            errors.add(key + ": stands twice in the file");
          }
        });
  }
}
