package io.weir.harness.node;

import io.weir.harness.process.ManagedProcess;
import java.nio.file.Path;
import java.util.Objects;

/**
 * Where the processes of one stack keep their files.
 *
 * @param data one folder per process, kept over restarts
 * @param logs one log per process, bounded in size
 * @param run one pid file per process while it runs
 */
public record NodeDirectories(Path data, Path logs, Path run) {
  public NodeDirectories {
    Objects.requireNonNull(data, "data");
    Objects.requireNonNull(logs, "logs");
    Objects.requireNonNull(run, "run");
  }

  /** {@code data}, {@code logs} and {@code run} below one folder. */
  public static NodeDirectories under(Path folder) {
    Path absolute = folder.toAbsolutePath().normalize();
    return new NodeDirectories(
        absolute.resolve("data"), absolute.resolve("logs"), absolute.resolve("run"));
  }

  /** A process that works in its data folder, with its log and pid file in the usual places. */
  public ManagedProcess.Builder process(String name) {
    return ManagedProcess.builder(name)
        .workingDirectory(dataOf(name))
        .logFile(logOf(name))
        .pidFile(run.resolve(name + ".pid"));
  }

  Path dataOf(String process) {
    return data.resolve(process);
  }

  Path logOf(String process) {
    return logs.resolve(process + ".log");
  }
}
