package io.weir.harness.e2e.stack;

import io.weir.harness.e2e.ScriptRun;
import io.weir.harness.node.HarnessLayout;
import io.weir.harness.process.ProcessIdentity;
import io.weir.harness.stack.StackPorts;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Runs the scripts in {@code bin/} as a person would, with a home folder and ports of its own. */
final class StackScripts {
  private static final Duration TIMEOUT = Duration.ofMinutes(8);

  private final Path root = HarnessLayout.find().root();
  private final Path home;
  private final StackPorts ports;
  private final Map<String, String> variables = new HashMap<>();

  StackScripts(Path home, StackPorts ports) {
    this.home = home;
    this.ports = ports;
  }

  /** Sets a variable of the environment for what is run from now on. */
  void set(String variable, String value) {
    variables.put(variable, value);
  }

  Result up(String... arguments) {
    List<String> all = new ArrayList<>(List.of("--no-build", "--detach"));
    all.addAll(List.of(arguments));
    return run("bin/up", all);
  }

  /** As a person does it. */
  Result upAndBuildIfNeeded(String... arguments) {
    List<String> all = new ArrayList<>(List.of("--detach"));
    all.addAll(List.of(arguments));
    return run("bin/up", all);
  }

  /**
   * Whether the scripts take everything for built, once they are told that Maven, which runs these
   * tests, has built everything: no source is newer than the oldest of the jars.
   */
  boolean isBuilt() {
    String oldest = "$(ls -tr \"${STACK_JARS[@]}\" | head -n 1)";
    return shell(
                "set -e; . bin/lib.sh; has_jars; mkdir -p target; is_built ||"
                    + " { touch -r "
                    + oldest
                    + " \"$BUILD_STAMP\"; is_built; }")
            .status()
        == 0;
  }

  Result down() {
    return run("bin/down", List.of());
  }

  Result status() {
    return run("bin/status", List.of());
  }

  /** Runs a line as a shell does. */
  Result shell(String line) {
    return run(List.of("bash", "-c", line));
  }

  /** Every process of the stack that its pid files name, the supervisor included. */
  Map<String, ProcessIdentity> processes() {
    Map<String, ProcessIdentity> processes = new HashMap<>();
    try (DirectoryStream<Path> files = Files.newDirectoryStream(home.resolve("run"), "*.pid")) {
      for (Path file : files) {
        String name = file.getFileName().toString().replace(".pid", "");
        ProcessIdentity.parse(Files.readString(file)).ifPresent(id -> processes.put(name, id));
      }
      return processes;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Result run(String script, List<String> arguments) {
    List<String> command = new ArrayList<>(List.of(root.resolve(script).toString()));
    command.addAll(arguments);
    return run(command);
  }

  private Result run(List<String> command) {
    try {
      ProcessBuilder builder = new ProcessBuilder(command).directory(root.toFile());
      builder.environment().put("WEIR_HOME", home.toString());
      builder.environment().putAll(variables);
      ports
          .byName()
          .forEach(
              (name, port) ->
                  builder
                      .environment()
                      .put("WEIR_" + name.toUpperCase(Locale.ROOT) + "_PORT", port.toString()));
      ScriptRun run = ScriptRun.of(home, builder, TIMEOUT);
      return new Result(run.status(), run.output());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(command + " was interrupted", e);
    }
  }

  /**
   * @param status exit status
   * @param output standard output and error
   */
  record Result(int status, String output) {
    List<String> linesThatStartWith(String prefix) {
      return output.lines().map(String::strip).filter(line -> line.startsWith(prefix)).toList();
    }
  }
}
