package io.weir.harness.process;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * One child process: start, wait until it works, stop, kill, start again; what it logs and what it
 * costs.
 *
 * <p>Its output goes to {@link #logFile()}, appended over restarts and bounded in size. It does not
 * outlive this JVM (see {@link ChildCommand}). Thread-safe; a call that changes the process waits
 * for the one before it.
 */
public final class ManagedProcess implements AutoCloseable {
  private static final Duration POLL = Duration.ofMillis(50);
  private static final Duration KILL_TIMEOUT = Duration.ofSeconds(10);
  private static final int LINES_IN_FAILURES = 20;

  private final String name;
  private final Supplier<? extends ChildCommand> command;
  private final Path workingDirectory;
  private final Path logFile;
  private final long maxLogBytes;
  private final int keptLogFiles;
  private final Optional<Path> pidFile;
  private final Readiness readiness;
  private final Duration startTimeout;
  private final Duration stopTimeout;
  private final String advice;

  private Process process;
  private ChildCommand child;
  private Thread pump;
  private boolean suspended;
  private volatile boolean endExpected;

  private ManagedProcess(Builder builder) {
    this.name = builder.name;
    this.command = Objects.requireNonNull(builder.command, "command");
    this.workingDirectory = Objects.requireNonNull(builder.workingDirectory, "workingDirectory");
    this.logFile = Objects.requireNonNull(builder.logFile, "logFile");
    this.maxLogBytes = builder.maxLogBytes;
    this.keptLogFiles = builder.keptLogFiles;
    this.pidFile = Optional.ofNullable(builder.pidFile);
    this.readiness = builder.readiness;
    this.startTimeout = builder.startTimeout;
    this.stopTimeout = builder.stopTimeout;
    this.advice = builder.advice;
  }

  /**
   * @param name short name for messages and files, for example {@code kafka}
   */
  public static Builder builder(String name) {
    return new Builder(name);
  }

  public String name() {
    return name;
  }

  /** Starts the process and returns at once; {@link #awaitReady()} waits for it. */
  public synchronized ManagedProcess start() {
    if (isRunning()) {
      throw new IllegalStateException(name + " is already running as pid " + process.pid());
    }
    endExpected = false;
    suspended = false;
    try {
      Files.createDirectories(workingDirectory);
      child = command.get();
      ProcessBuilder builder =
          new ProcessBuilder(child.toCommandLine())
              .directory(workingDirectory.toFile())
              .redirectErrorStream(true);
      builder.environment().putAll(child.environment());
      RollingFile log = new RollingFile(logFile, maxLogBytes, keptLogFiles);
      try {
        process = builder.start();
      } catch (IOException e) {
        log.close();
        throw e;
      }
      pump = startPump(process.getInputStream(), log);
      writePidFile();
      return this;
    } catch (IOException e) {
      throw failure("cannot be started: " + e.getMessage(), e);
    }
  }

  /**
   * Waits until the process answers its probe.
   *
   * @throws ProcessFailedException when it ends or does not answer in its start timeout
   */
  public ManagedProcess awaitReady() {
    long deadline = System.nanoTime() + startTimeout.toNanos();
    String missing = "no answer";
    while (true) {
      if (!isRunning()) {
        awaitPump();
        throw failure("ended while starting, " + describeExit(), null);
      }
      try {
        Optional<String> answer = readiness.whatIsMissing();
        if (answer.isEmpty()) {
          return this;
        }
        missing = answer.get();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw failure("was interrupted while starting", e);
      } catch (Exception e) {
        missing = e.toString();
      }
      if (System.nanoTime() > deadline) {
        throw failure("is not ready after " + startTimeout.toSeconds() + " s: " + missing, null);
      }
      pause();
    }
  }

  /** True when the process runs and answers its probe now. */
  public boolean isReady() {
    try {
      return isRunning() && readiness.whatIsMissing().isEmpty();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    } catch (Exception e) {
      return false;
    }
  }

  /**
   * Asks the process to end (SIGTERM) and waits; kills it when it takes longer than its stop
   * timeout. Does nothing when it is not running.
   */
  public synchronized void stop() {
    end(this::terminate, stopTimeout);
  }

  private void terminate(ProcessHandle handle) {
    boolean unused = handle.destroy();
    if (suspended) {
      try {
        // Else it would not see that it is asked to end.
        resume();
      } catch (ProcessFailedException e) {
        // It has ended by itself; if not, it is killed when its time is up.
        suspended = false;
      }
    }
  }

  /** {@code kill -9}: the process gets no chance to finish anything. Returns when it is gone. */
  public synchronized void kill() {
    end(ProcessHandle::destroyForcibly, KILL_TIMEOUT);
  }

  /**
   * Stops every thread of it (SIGSTOP): it neither hears nor says anything, while its ports and
   * connections stay open, as behind a line that is cut.
   */
  public synchronized void suspend() {
    signal("STOP");
    suspended = true;
  }

  /** Goes on as if nothing had been (SIGCONT). */
  public synchronized void resume() {
    signal("CONT");
    suspended = false;
  }

  private void signal(String name) {
    try {
      // The shell's own: the program of that name is not everywhere.
      Process kill =
          new ProcessBuilder("sh", "-c", "kill -" + name + " " + pid())
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      if (!kill.waitFor(KILL_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS) || kill.exitValue() != 0) {
        throw failure("cannot be sent signal " + name, null);
      }
    } catch (IOException e) {
      throw failure("cannot be sent signal " + name, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw failure("was interrupted", e);
    }
  }

  /** Stops the process if it runs, starts it and waits until it is ready. */
  public synchronized ManagedProcess restart() {
    stop();
    return start().awaitReady();
  }

  @Override
  public void close() {
    stop();
  }

  public synchronized boolean isRunning() {
    return process != null && process.isAlive();
  }

  /**
   * The process id.
   *
   * @throws IllegalStateException when it was never started
   */
  public synchronized long pid() {
    if (process == null) {
      throw new IllegalStateException(name + " was never started");
    }
    return process.pid();
  }

  /** Exit status of a process that has ended; 128 + n for signal n. */
  public synchronized OptionalInt exitStatus() {
    return process == null || process.isAlive()
        ? OptionalInt.empty()
        : OptionalInt.of(process.exitValue());
  }

  /** Completes when the process started last ends. */
  public synchronized CompletableFuture<ManagedProcess> onExit() {
    if (process == null) {
      throw new IllegalStateException(name + " was never started");
    }
    return process.onExit().thenApply(ended -> this);
  }

  /**
   * Waits until the process has ended by itself.
   *
   * @return its exit status
   * @throws ProcessFailedException when it still runs after {@code timeout}; it is killed then
   */
  public int awaitExit(Duration timeout) {
    try {
      onExit().get(timeout.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      kill();
      throw failure("did not finish within " + timeout.toSeconds() + " s", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw failure("was interrupted", e);
    } catch (ExecutionException e) {
      throw failure("cannot be waited for", e);
    }
    awaitPump();
    pidFile.ifPresent(ManagedProcess::deleteQuietly);
    int status = exitStatus().orElseThrow();
    child.ended(status);
    return status;
  }

  /**
   * True when the process has ended, or is about to, because {@link #stop} or {@link #kill} was
   * called.
   */
  public boolean isEndExpected() {
    return endExpected;
  }

  public Path logFile() {
    return logFile;
  }

  /** The last lines it wrote, at most {@code lines}. */
  public List<String> lastLogLines(int lines) {
    return LogTail.read(logFile, lines);
  }

  /** CPU time of all its threads since it was started; zero when it is not running. */
  public Duration cpuTime() {
    return stat().map(ProcStat::cpu).orElse(Duration.ZERO);
  }

  /** Resident memory in bytes; zero when it is not running. */
  public long residentBytes() {
    return stat().map(ProcStat::residentBytes).orElse(0L);
  }

  /** A failure of this process, with its last log lines and what to do about it. */
  public ProcessFailedException failure(String what, Throwable cause) {
    return new ProcessFailedException(
        name, what, logFile, lastLogLines(LINES_IN_FAILURES), advice, cause);
  }

  /** In words, for example {@code exit status 1} or {@code killed by signal 9}. */
  public String describeExit() {
    OptionalInt status = exitStatus();
    if (status.isEmpty()) {
      return "running";
    }
    int code = status.getAsInt();
    return code > 128 ? "killed by signal " + (code - 128) : "exit status " + code;
  }

  private Optional<ProcStat> stat() {
    return isRunning() ? ProcStat.read(pid()) : Optional.empty();
  }

  /** The handle, not {@link Process#destroy}, which would also close the tether. */
  private void end(Consumer<ProcessHandle> signal, Duration timeout) {
    if (process == null) {
      return;
    }
    endExpected = true;
    if (process.isAlive()) {
      signal.accept(process.toHandle());
      if (!awaitEnd(timeout)) {
        process.destroyForcibly();
        if (!awaitEnd(KILL_TIMEOUT)) {
          throw failure("does not end, not even by kill -9", null);
        }
      }
    }
    awaitPump();
    pidFile.ifPresent(ManagedProcess::deleteQuietly);
    child.ended(process.exitValue());
  }

  private boolean awaitEnd(Duration timeout) {
    try {
      return process.waitFor(timeout.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private void awaitPump() {
    Thread current;
    synchronized (this) {
      current = pump;
    }
    try {
      if (current != null) {
        // A grandchild could hold the pipe open; nobody waits for that.
        current.join(KILL_TIMEOUT.toMillis());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private Thread startPump(InputStream output, RollingFile log) {
    Thread thread = new Thread(() -> pump(output, log), "log-" + name);
    thread.setDaemon(true);
    thread.start();
    return thread;
  }

  private static void pump(InputStream output, RollingFile log) {
    byte[] buffer = new byte[16 * 1024];
    try (output;
        log) {
      for (int read = output.read(buffer); read >= 0; read = output.read(buffer)) {
        log.write(buffer, 0, read);
      }
    } catch (IOException e) {
      // A full disk must not stop the process whose output this is; but nobody reads it any more.
      System.err.println("log output is lost from here on: " + e);
      drain(output);
    }
  }

  private static void drain(InputStream output) {
    try {
      output.transferTo(OutputStream.nullOutputStream());
    } catch (IOException e) {
      // The pipe is closed: there is nothing left to drain.
      return;
    }
  }

  private void writePidFile() throws IOException {
    if (pidFile.isPresent()) {
      Optional<ProcessIdentity> identity = ProcessIdentity.of(process.pid());
      if (identity.isPresent()) {
        Files.createDirectories(pidFile.get().toAbsolutePath().getParent());
        Files.writeString(pidFile.get(), identity.get() + "\n");
      }
    }
  }

  private static void deleteQuietly(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void pause() {
    try {
      TimeUnit.MILLISECONDS.sleep(POLL.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw failure("was interrupted while starting", e);
    }
  }

  /** What a process needs to be started. */
  public static final class Builder {
    private final String name;
    private Supplier<? extends ChildCommand> command;
    private Path workingDirectory;
    private Path logFile;
    private long maxLogBytes = 10L << 20;
    private int keptLogFiles = 2;
    private Path pidFile;
    private Readiness readiness = Readiness.whenRunning();
    private Duration startTimeout = Duration.ofSeconds(60);
    private Duration stopTimeout = Duration.ofSeconds(20);
    private String advice = "";

    private Builder(String name) {
      this.name = Objects.requireNonNull(name, "name");
    }

    /** Asked anew for every start, so that a restart may use other ports or settings. */
    public Builder command(Supplier<? extends ChildCommand> value) {
      command = value;
      return this;
    }

    public Builder workingDirectory(Path value) {
      workingDirectory = value;
      return this;
    }

    public Builder logFile(Path value) {
      logFile = value;
      return this;
    }

    /** Default: 10 MiB and two older files. */
    public Builder logLimit(long maxBytes, int keptFiles) {
      maxLogBytes = maxBytes;
      keptLogFiles = keptFiles;
      return this;
    }

    /** Written at start ({@link ProcessIdentity}), deleted at stop. */
    public Builder pidFile(Path value) {
      pidFile = value;
      return this;
    }

    public Builder readiness(Readiness value) {
      readiness = Objects.requireNonNull(value);
      return this;
    }

    public Builder startTimeout(Duration value) {
      startTimeout = Objects.requireNonNull(value);
      return this;
    }

    public Builder stopTimeout(Duration value) {
      stopTimeout = Objects.requireNonNull(value);
      return this;
    }

    /** What a person should do when it fails; part of every failure message. */
    public Builder advice(String value) {
      advice = Objects.requireNonNull(value);
      return this;
    }

    public ManagedProcess build() {
      return new ManagedProcess(this);
    }
  }
}
