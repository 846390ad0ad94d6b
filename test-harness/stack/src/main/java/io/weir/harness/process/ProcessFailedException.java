package io.weir.harness.process;

import java.nio.file.Path;
import java.util.List;

/**
 * A process did not start, did not answer in time, or ended; says which, what it last logged, and
 * what to do.
 */
public final class ProcessFailedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final String process;

  ProcessFailedException(
      String process,
      String what,
      Path logFile,
      List<String> lastLines,
      String advice,
      Throwable cause) {
    super(message(process, what, logFile, lastLines, advice), cause);
    this.process = process;
  }

  /** Name of the process that failed. */
  public String process() {
    return process;
  }

  private static String message(
      String process, String what, Path logFile, List<String> lastLines, String advice) {
    StringBuilder text = new StringBuilder(process).append(' ').append(what);
    if (lastLines.isEmpty()) {
      text.append("\n  it logged nothing to ").append(logFile);
    } else {
      text.append("\n  last lines of ").append(logFile).append(':');
      lastLines.forEach(line -> text.append("\n    ").append(line));
    }
    if (!advice.isEmpty()) {
      text.append("\n  what to do: ").append(advice);
    }
    return text.toString();
  }
}
