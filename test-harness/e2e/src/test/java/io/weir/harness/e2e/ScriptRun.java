package io.weir.harness.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.weir.harness.node.HarnessLayout;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A script that ran to its end.
 *
 * @param status exit status
 * @param output standard output and error
 */
public record ScriptRun(int status, String output) {
  private static final Duration TIMEOUT = Duration.ofMinutes(5);

  /** Runs a script of {@code bin/} and prints what it said; its output is kept in a folder. */
  public static ScriptRun ofBin(Path folder, String script, Object... arguments)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(HarnessLayout.find().root().resolve("bin").resolve(script).toString());
    for (Object argument : arguments) {
      command.add(argument.toString());
    }
    ScriptRun run = of(folder, new ProcessBuilder(command), TIMEOUT);
    System.out.println(run.output);
    return run;
  }

  /**
   * Runs a command, without input; its output is kept in a folder.
   *
   * @throws AssertionError if it takes longer than the time-out; says what it said until then
   */
  public static ScriptRun of(Path folder, ProcessBuilder command, Duration timeout)
      throws IOException, InterruptedException {
    Path output = Files.createTempFile(folder, "output", ".txt");
    Process process = command.redirectErrorStream(true).redirectOutput(output.toFile()).start();
    process.getOutputStream().close();
    if (!process.waitFor(timeout.toMillis(), TimeUnit.MILLISECONDS)) {
      process.destroyForcibly();
      throw new AssertionError(
          command.command() + " did not end; it said:\n" + Files.readString(output));
    }
    return new ScriptRun(process.exitValue(), Files.readString(output, UTF_8));
  }
}
