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
import java.util.stream.Stream;

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
      // Its children would outlive the script.
      List<ProcessHandle> all =
          Stream.concat(Stream.of(process.toHandle()), process.descendants()).toList();
      StringBuilder threads = new StringBuilder();
      for (ProcessHandle one : all) {
        threads.append(threads(folder, one));
      }
      all.forEach(ProcessHandle::destroyForcibly);
      throw new AssertionError(
          command.command()
              + " did not end; it said:\n"
              + Files.readString(output)
              + "\nand its processes were doing:\n"
              + threads);
    }
    return new ScriptRun(process.exitValue(), Files.readString(output, UTF_8));
  }

  /** Returns what the threads of a Java process do; of another process nothing. */
  private static String threads(Path folder, ProcessHandle process)
      throws IOException, InterruptedException {
    Path output = Files.createTempFile(folder, "threads", ".txt");
    Process dump =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "jstack").toString(),
                Long.toString(process.pid()))
            .redirectOutput(output.toFile())
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    if (!dump.waitFor(20, TimeUnit.SECONDS)) {
      dump.destroyForcibly();
    }
    return Files.readString(output, UTF_8);
  }
}
