package io.weir.harness.stack;

import io.weir.harness.process.ManagedProcess;
import io.weir.harness.process.ProcessFailedException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;

/**
 * Starts a process again that ended without being asked to, as a service manager would, and says
 * so. Gives up on one that keeps ending, so that a person sees the reason.
 */
final class Watchdog {
  private static final int MAX_RESTARTS = 5;
  private static final Duration WINDOW = Duration.ofMinutes(10);

  private final StatusBoard board;
  private final Consumer<String> messages;
  private final Map<String, Deque<Long>> restarts = new HashMap<>();
  private final ExecutorService restarter =
      Executors.newCachedThreadPool(
          body -> {
            Thread thread = new Thread(body, "watchdog");
            thread.setDaemon(true);
            return thread;
          });

  Watchdog(StatusBoard board, Consumer<String> messages) {
    this.board = board;
    this.messages = messages;
  }

  /** Watches a running process until it is stopped on purpose. */
  void watch(ManagedProcess process) {
    process.onExit().thenAccept(this::ended);
  }

  /** Lets every process end. */
  void stop() {
    restarter.shutdownNow();
  }

  private void ended(ManagedProcess process) {
    if (process.isEndExpected()) {
      return;
    }
    try {
      restarter.execute(() -> restart(process));
    } catch (RejectedExecutionException e) {
      // The stack is being stopped: the process went with it.
      return;
    }
  }

  private void restart(ManagedProcess process) {
    ProcessFailedException ended = process.failure("ended, " + process.describeExit(), null);
    if (!mayRestart(process.name())) {
      board.set(process.name(), Phase.FAILED, process.describeExit());
      messages.accept(ended.getMessage() + "\n  it ended too often and is not started again");
      return;
    }
    messages.accept(ended.getMessage() + "\n  it is being started again");
    try {
      process.start().awaitReady();
      watch(process);
      messages.accept(process.name() + " is back as pid " + process.pid());
    } catch (IllegalStateException e) {
      // Somebody else has started it already.
      return;
    } catch (ProcessFailedException e) {
      if (restarter.isShutdown()) {
        return;
      }
      if (process.isRunning()) {
        messages.accept(e.getMessage());
        watch(process);
      } else {
        restart(process);
      }
    }
  }

  private synchronized boolean mayRestart(String name) {
    Deque<Long> times = restarts.computeIfAbsent(name, ignored -> new ArrayDeque<>());
    long now = System.nanoTime();
    while (!times.isEmpty() && now - times.peekFirst() > WINDOW.toNanos()) {
      times.removeFirst();
    }
    times.addLast(now);
    return times.size() <= MAX_RESTARTS;
  }
}
