package io.weir.harness.deploy;

import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.Objects;

/**
 * What is done to a job, step by step, in a file beside its job file: what is left when whoever
 * does it is interrupted between stopping the job and starting its successor. Then the job does not
 * run, nothing starts it by itself, and the savepoint's place stands nowhere else. Thread-safe.
 */
final class ChangeJournal implements AutoCloseable {
  private final Path file;
  private final String jobFile;
  private final Clock clock;
  private final PrintStream err;
  private final Thread hook = new Thread(this::interrupted, "interrupted change");
  private boolean ended;

  private ChangeJournal(Path jobFile, Clock clock, PrintStream err) {
    this.file = of(jobFile);
    this.jobFile = jobFile.toString();
    this.clock = Objects.requireNonNull(clock, "clock");
    this.err = Objects.requireNonNull(err, "err");
  }

  /** Returns where the journal of a job is. */
  static Path of(Path jobFile) {
    return jobFile.resolveSibling(jobFile.getFileName() + ".changes");
  }

  /**
   * Begins a change.
   *
   * @param what is done, for people
   * @throws UncheckedIOException if it cannot be written: then nothing has been done yet
   */
  static ChangeJournal begin(Path jobFile, String what, Clock clock, PrintStream err) {
    ChangeJournal journal = new ChangeJournal(jobFile, clock, err);
    journal.append("begins: " + what);
    Runtime.getRuntime().addShutdownHook(journal.hook);
    return journal;
  }

  /** Notes a step that has been done or begins. A full disk stops no change that is under way. */
  void step(String line) {
    try {
      append(line);
    } catch (UncheckedIOException e) {
      err.println(e.getMessage());
    }
  }

  /** Says what to do; what the process has not said by now it does not say any more. */
  synchronized void interrupted() {
    if (ended) {
      return;
    }
    String advice =
        "interrupted. If the job does not run, and a line above says \"stopped; the savepoint is"
            + " ...\", it is down until: bin/upgrade "
            + jobFile
            + " JAR --from that savepoint. If a job was started after that, it goes on by itself:"
            + " then look that the job file says what runs";
    step(advice);
    err.println(advice + ". The lines are in " + file);
  }

  private void append(String line) {
    String time = clock.instant().truncatedTo(ChronoUnit.SECONDS).toString();
    try {
      Files.writeString(
          file,
          time + " " + line + "\n",
          StandardOpenOption.CREATE,
          StandardOpenOption.APPEND,
          StandardOpenOption.SYNC);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write " + file + ": " + e.getMessage(), e);
    }
  }

  /** The change has ended, however. */
  @Override
  public void close() {
    synchronized (this) {
      ended = true;
    }
    step("ended");
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // The process ends already.
    }
  }
}
