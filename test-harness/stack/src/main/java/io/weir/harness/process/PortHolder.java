package io.weir.harness.process;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;

/**
 * A process that listens on a port.
 *
 * @param port the port
 * @param pid its process id, empty when this user may not see it
 * @param command its command line, shortened; empty when unknown
 */
public record PortHolder(int port, OptionalLong pid, String command) {
  private static final int MAX_COMMAND = 160;

  static PortHolder of(int port, long pid) {
    return new PortHolder(port, OptionalLong.of(pid), commandLine(pid));
  }

  static PortHolder unknown(int port) {
    return new PortHolder(port, OptionalLong.empty(), "");
  }

  /** For a message: {@code pid 4711 (java -cp ... kafka.Kafka)}. */
  public String describe() {
    if (pid.isEmpty()) {
      return "a process of another user";
    }
    return "pid " + pid.getAsLong() + (command.isEmpty() ? "" : " (" + command + ")");
  }

  private static String commandLine(long pid) {
    try {
      byte[] raw = Files.readAllBytes(Path.of("/proc/" + pid + "/cmdline"));
      return shorten(new String(raw, StandardCharsets.UTF_8).replace('\0', ' ').strip());
    } catch (IOException e) {
      return "";
    }
  }

  /** Keeps both ends: the program is at one, and what a JVM runs at the other. */
  static String shorten(String command) {
    if (command.length() <= MAX_COMMAND) {
      return command;
    }
    int half = (MAX_COMMAND - 5) / 2;
    return command.substring(0, half) + " ... " + command.substring(command.length() - half);
  }
}
