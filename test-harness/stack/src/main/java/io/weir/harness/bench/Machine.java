package io.weir.harness.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** What a figure has to be read with: which machine, which build, how busy. */
final class Machine {
  private Machine() {}

  /** Returns a few lines that describe where and on what a bench runs. */
  static String describe(Path repository) {
    return """
    machine    %d x %s, %d GB memory, Linux %s
    jvm        %s
    commit     %s
    load       %s (1, 5, 15 min, before the start)
    """
        .formatted(
            Runtime.getRuntime().availableProcessors(),
            value("/proc/cpuinfo", "model name"),
            kilobytes(value("/proc/meminfo", "MemTotal")) / (1 << 20),
            System.getProperty("os.version"),
            System.getProperty("java.vm.name") + " " + Runtime.version(),
            commit(repository),
            firstWords("/proc/loadavg", 3));
  }

  private static String value(String file, String key) {
    try {
      return Files.readAllLines(Path.of(file)).stream()
          .filter(line -> line.startsWith(key))
          .map(line -> line.substring(line.indexOf(':') + 1).strip())
          .findFirst()
          .orElse("?");
    } catch (IOException e) {
      return "?";
    }
  }

  private static long kilobytes(String text) {
    String digits = text.replaceAll("\\D", "");
    return digits.isEmpty() ? 0 : Long.parseLong(digits);
  }

  private static String firstWords(String file, int count) {
    try {
      String[] words = Files.readString(Path.of(file)).split(" ", count + 1);
      return String.join(" ", java.util.Arrays.copyOf(words, count));
    } catch (IOException e) {
      return "?";
    }
  }

  private static String commit(Path repository) {
    try {
      Process git =
          new ProcessBuilder("git", "describe", "--always", "--dirty", "--abbrev=10")
              .directory(repository.toFile())
              .redirectErrorStream(true)
              .start();
      String answer = new String(git.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      return git.waitFor(10, TimeUnit.SECONDS) && git.exitValue() == 0 ? answer.strip() : "unknown";
    } catch (IOException e) {
      return "unknown";
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return "unknown";
    }
  }
}
