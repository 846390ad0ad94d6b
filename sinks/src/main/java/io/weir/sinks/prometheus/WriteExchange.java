package io.weir.sinks.prometheus;

import java.net.URI;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongSupplier;

/**
 * Sends one batch and finds out what became of each of its samples. A receiver judges a request as
 * a whole: one sample that it does not take refuses all of them, so a refused batch is sent again
 * in halves until the offending samples stand alone. One request is under way at a time and the
 * samples keep their order. Keeps nothing between batches.
 *
 * <p>Among n samples, k refused ones cost about {@code 2 k log2(n / k)} requests. A batch is given
 * back in part when that takes longer than a budget, because a checkpoint waits for it.
 */
final class WriteExchange {
  private final RemoteWriteClient client;
  private final URI url;
  private final long budgetMillis;
  private final LongSupplier clockMillis;

  /**
   * Makes an exchange.
   *
   * @param client sends requests
   * @param url where to; for messages
   * @param budgetMillis how long halves of a batch are sent
   * @param clockMillis any clock that does not run backwards
   */
  WriteExchange(RemoteWriteClient client, URI url, long budgetMillis, LongSupplier clockMillis) {
    this.client = client;
    this.url = url;
    this.budgetMillis = budgetMillis;
    this.clockMillis = clockMillis;
  }

  /**
   * Sends a batch.
   *
   * @return what became of it; completes exceptionally only for a defect
   */
  CompletableFuture<WriteOutcome> send(List<SeriesSample> samples) {
    Batch batch = new Batch(samples);
    batch.sendNext();
    return batch.result;
  }

  /** The way of one batch. Its parts are answered one after the other. */
  private final class Batch {
    private final CompletableFuture<WriteOutcome> result = new CompletableFuture<>();
    private final WriteOutcome.Builder outcome = new WriteOutcome.Builder();
    private final Deque<List<SeriesSample>> parts = new ArrayDeque<>();
    private final long deadline = clockMillis.getAsLong() + budgetMillis;

    private Batch(List<SeriesSample> samples) {
      parts.push(samples);
    }

    @SuppressWarnings("FutureReturnValueIgnored") // what take throws completes the result
    private void sendNext() {
      if (parts.isEmpty()) {
        result.complete(outcome.build());
        return;
      }
      List<SeriesSample> part = parts.pop();
      outcome.sent();
      client
          .write(part)
          .whenComplete(
              (answer, defect) -> {
                try {
                  if (defect != null) {
                    throw new IllegalStateException("the client failed to answer", defect);
                  }
                  take(part, answer);
                } catch (RuntimeException e) {
                  result.completeExceptionally(e);
                }
              });
    }

    private void take(List<SeriesSample> part, WriteAnswer answer) {
      if (answer instanceof WriteAnswer.Unanswered unanswered) {
        outcome.error(0, unanswered.failure().toString());
        endWithRest(part, 0);
        return;
      }
      WriteAnswer.Answered answered = (WriteAnswer.Answered) answer;
      WriteAnswerClassifier.Verdict verdict =
          WriteAnswerClassifier.classify(answered.status(), answered.body());
      if (verdict != WriteAnswerClassifier.Verdict.WRITTEN) {
        outcome.error(answered.status(), answered.body());
      }
      switch (verdict) {
        case WRITTEN -> {
          outcome.written(part);
          goOn();
        }
        case RETRY -> endWithRest(part, answered.retryAfter().toMillis());
        case SPLIT -> {
          split(part, answered);
          goOn();
        }
        case FAIL -> {
          outcome.failed(refusal(part, answered));
          result.complete(outcome.build());
        }
      }
    }

    private void split(List<SeriesSample> part, WriteAnswer.Answered answered) {
      int size = part.size();
      if (size == 1) {
        DropReason reason = WriteAnswerClassifier.reasonOf(answered.status(), answered.body());
        outcome.dropped(part.get(0), reason, answered.status() + " " + answered.body());
        return;
      }
      if (answered.status() == 413) {
        outcome.tooLarge(part);
      }
      parts.push(part.subList(size / 2, size));
      parts.push(part.subList(0, size / 2));
    }

    private void goOn() {
      if (!parts.isEmpty() && clockMillis.getAsLong() > deadline) {
        parts.forEach(outcome::again);
        parts.clear();
      }
      sendNext();
    }

    private void endWithRest(List<SeriesSample> part, long retryAfterMillis) {
      outcome.again(part);
      parts.forEach(outcome::again);
      outcome.lacksCapacity(retryAfterMillis);
      result.complete(outcome.build());
    }
  }

  private RemoteWriteException refusal(List<SeriesSample> part, WriteAnswer.Answered answered) {
    return new RemoteWriteException(
        "POST "
            + url
            + " with "
            + part.size()
            + " samples, the first "
            + part.get(0)
            + ", was answered "
            + answered.status()
            + " "
            + answered.body());
  }
}
