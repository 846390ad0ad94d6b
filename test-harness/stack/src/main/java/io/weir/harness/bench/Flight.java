package io.weir.harness.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** Records a profile of another JVM with its flight recorder. */
final class Flight {
  private final long pid;

  private Flight(long pid) {
    this.pid = pid;
  }

  /** Starts recording. */
  static Flight start(long pid) throws IOException, InterruptedException {
    jcmd(pid, "JFR.start", "name=bench", "settings=profile");
    return new Flight(pid);
  }

  /** Stops and writes what was recorded. */
  void stop(Path file) throws IOException, InterruptedException {
    jcmd(pid, "JFR.stop", "name=bench", "filename=" + file.toAbsolutePath());
  }

  private static void jcmd(long pid, String... arguments) throws IOException, InterruptedException {
    ProcessBuilder builder =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(), Long.toString(pid));
    builder.command().addAll(java.util.List.of(arguments));
    Process process =
        builder.redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.DISCARD).start();
    if (!process.waitFor(60, TimeUnit.SECONDS) || process.exitValue() != 0) {
      throw new IOException("jcmd " + String.join(" ", arguments) + " did not work for " + pid);
    }
  }
}
