package io.weir.sinks.elasticsearch;

import io.weir.model.deadletter.DeadLetter;
import io.weir.sinks.deadletter.DeadLetterChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Keeps dead letters; acknowledges them at once, or when told if it is held. */
final class TestingDeadLetters implements DeadLetterChannel {
  final List<DeadLetter> letters = new ArrayList<>();
  final List<CompletableFuture<Void>> acknowledgements = new ArrayList<>();
  boolean hold;
  boolean closed;

  @Override
  public CompletableFuture<Void> send(DeadLetter deadLetter) {
    letters.add(deadLetter);
    CompletableFuture<Void> acknowledgement = new CompletableFuture<>();
    acknowledgements.add(acknowledgement);
    if (!hold) {
      acknowledgement.complete(null);
    }
    return acknowledgement;
  }

  @Override
  public void close() {
    closed = true;
  }
}
