package io.weir.harness.e2e.elasticsearch;

import io.weir.model.deadletter.DeadLetter;
import io.weir.sinks.deadletter.DeadLetterChannel;
import java.util.concurrent.CompletableFuture;

/** For tests that expect no dead letter: one fails the job. */
final class NoDeadLetters implements DeadLetterChannel {

  static DeadLetterChannel.Factory factory() {
    return metrics -> new NoDeadLetters();
  }

  @Override
  public CompletableFuture<Void> send(DeadLetter deadLetter) {
    return CompletableFuture.failedFuture(new AssertionError("unexpected " + deadLetter));
  }

  @Override
  public void close() {}
}
