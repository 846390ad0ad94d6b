package io.weir.harness.deploy;

import io.weir.harness.node.HttpStatusException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * Asks a cluster again until it answers as awaited. A JobManager that fails over, or a proxy before
 * it, answers nothing for a while, and that says nothing about the job that is asked about.
 *
 * @param pause between two questions
 */
record Insistence(Duration pause) {

  /**
   * The answer to the last question.
   *
   * @param last empty if the last question had no answer
   * @param awaited whether it is the answer that was waited for
   * @param silence why the last question had no answer; empty if it had one
   */
  record Answer<T>(Optional<T> last, boolean awaited, String silence) {}

  /**
   * Asks at least once.
   *
   * @param atMost how long to ask; a question that is under way then is still waited for
   * @param question calls the cluster; its {@link HttpStatusException} and {@link
   *     UncheckedIOException} are no answer
   * @param awaited which answer ends the asking
   */
  <T> Answer<T> ask(Duration atMost, Supplier<T> question, Predicate<T> awaited) {
    long deadline = System.nanoTime() + atMost.toNanos();
    while (true) {
      Optional<T> last = Optional.empty();
      String silence = "";
      try {
        T answer = question.get();
        if (awaited.test(answer)) {
          return new Answer<>(Optional.of(answer), true, "");
        }
        last = Optional.of(answer);
      } catch (HttpStatusException | UncheckedIOException e) {
        silence = FlinkWords.of(e);
      }
      if (System.nanoTime() - deadline >= 0) {
        return new Answer<>(last, false, silence);
      }
      pause(pause);
    }
  }

  /** Asks until there is an answer at all. */
  <T> Answer<T> ask(Duration atMost, Supplier<T> question) {
    return ask(atMost, question, answer -> true);
  }

  /** Lets time pass, for what only time brings. */
  static void pause(Duration length) {
    try {
      TimeUnit.MILLISECONDS.sleep(length.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while waiting for a job", e);
    }
  }
}
