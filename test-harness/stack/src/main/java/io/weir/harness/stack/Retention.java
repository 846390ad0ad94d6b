package io.weir.harness.stack;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has expired data deleted again and again while the stack runs. Whatever a run fails with, the
 * next one comes; how the last one went is written to a file, for {@code bin/status}.
 */
public final class Retention {
  private static final Logger LOG = LoggerFactory.getLogger(Retention.class);
  private static final String OK = "ok";

  private final Runnable run;
  private final Path record;
  private final Clock clock;
  private final Consumer<String> messages;
  private boolean failing;

  /**
   * @param run deletes; throws when it could not
   * @param record where the last outcome is kept
   * @param messages takes what a person should read: the first failure in a row
   */
  Retention(Runnable run, Path record, Clock clock, Consumer<String> messages) {
    this.run = Objects.requireNonNull(run, "run");
    this.record = Objects.requireNonNull(record, "record");
    this.clock = Objects.requireNonNull(clock, "clock");
    this.messages = Objects.requireNonNull(messages, "messages");
  }

  /**
   * When it runs.
   *
   * @param first how long after the stack is up
   * @param interval from the end of a run to the next one
   */
  public record Schedule(Duration first, Duration interval) {
    public static final Schedule HOURLY = new Schedule(Duration.ofMinutes(5), Duration.ofHours(1));

    public Schedule {
      if (first.isNegative() || interval.isNegative() || interval.isZero()) {
        throw new IllegalArgumentException("retention after " + first + ", every " + interval);
      }
    }
  }

  /** Runs on an executor from now on, until that is shut down. Earlier outcomes are forgotten. */
  @SuppressWarnings("FutureReturnValueIgnored") // a run never fails, and the executor ends it
  void schedule(ScheduledExecutorService executor, Schedule when) {
    try {
      Files.deleteIfExists(record);
    } catch (IOException e) {
      LOG.warn("{} cannot be deleted", record, e);
    }
    executor.scheduleWithFixedDelay(
        this::runOnce, when.first().toMillis(), when.interval().toMillis(), TimeUnit.MILLISECONDS);
  }

  /** An executor forgets a task that throws anything, without a word: nothing must get out. */
  private void runOnce() {
    String outcome = OK;
    try {
      run.run();
      failing = false;
    } catch (Throwable e) {
      if (Thread.currentThread().isInterrupted()) {
        return; // the stack is stopping
      }
      outcome = String.valueOf(e.getMessage());
      report(e);
    }
    note(outcome);
  }

  private void report(Throwable failure) {
    try {
      LOG.warn("Expired indices were not deleted; tried again later", failure);
      if (!failing) {
        messages.accept(
            "expired indices were not deleted, tried again later: " + failure.getMessage());
      }
      failing = true;
    } catch (Throwable e) {
      // Short of memory, for example; the file still says it.
      failing = false;
    }
  }

  private void note(String outcome) {
    try {
      Files.createDirectories(record.toAbsolutePath().getParent());
      Instant now = clock.instant().truncatedTo(ChronoUnit.SECONDS);
      Files.writeString(record, now + " " + outcome + "\n");
    } catch (IOException | RuntimeException e) {
      LOG.warn("{} cannot be written", record, e);
    }
  }

  /**
   * How the last run went.
   *
   * @param at when it ended
   * @param ok whether it succeeded
   * @param text what it said, else
   */
  record Outcome(String at, boolean ok, String text) {
    /** Returns what the file says; empty before the first run. */
    static Optional<Outcome> read(Path record) throws IOException {
      if (!Files.exists(record)) {
        return Optional.empty();
      }
      String[] parts = Files.readString(record).strip().split(" ", 2);
      String text = parts.length > 1 ? parts[1] : "";
      return Optional.of(new Outcome(parts[0], text.equals(OK), text));
    }
  }
}
