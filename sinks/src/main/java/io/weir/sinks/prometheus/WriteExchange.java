package io.weir.sinks.prometheus;

import java.net.URI;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongSupplier;

/**
 * Sends one batch and finds out what became of each of its samples. A receiver judges a request as
 * a whole: one sample that it does not take refuses all of them, so a refused batch is sent again
 * in halves until the offending samples stand alone. One request is under way at a time. Keeps
 * nothing between batches.
 *
 * <p>Samples keep their order, and k refused ones among n cost about {@code 2 k log2(n / k)}
 * requests. Those that are too old are found by time instead: the newer half is sent first, and
 * when it is too old, so is the older one. That takes {@code log2(n)} requests however many they
 * are, or a job with a long backlog would stand still. Receivers that say "too old" take samples
 * out of order, so that an older half may follow a newer one.
 *
 * <p>A batch is given back in part when all that takes longer than a budget, because a checkpoint
 * waits for it.
 */
final class WriteExchange {
  private final RemoteWriteClient client;
  private final URI url;
  private final boolean tooOldByTime;
  private final long budgetMillis;
  private final LongSupplier clockMillis;

  /**
   * Makes an exchange.
   *
   * @param client sends requests
   * @param url where to; for messages
   * @param tooOldByTime whether a sample that is no newer than one that is too old is too old as
   *     well, whatever its series
   * @param budgetMillis how long halves of a batch are sent
   * @param clockMillis any clock that does not run backwards
   */
  WriteExchange(
      RemoteWriteClient client,
      URI url,
      boolean tooOldByTime,
      long budgetMillis,
      LongSupplier clockMillis) {
    this.client = client;
    this.url = url;
    this.tooOldByTime = tooOldByTime;
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

  /**
   * What is sent in one request.
   *
   * @param samples the samples
   * @param older samples that are too old if one of these is, and are sent afterwards if not
   */
  private record Part(List<SeriesSample> samples, List<SeriesSample> older) {
    static Part of(List<SeriesSample> samples) {
      return new Part(samples, List.of());
    }

    /** The newer half of samples in order of time, and the older one. */
    static Part newerFirst(List<SeriesSample> sorted) {
      int middle = sorted.size() / 2;
      return new Part(sorted.subList(middle, sorted.size()), sorted.subList(0, middle));
    }
  }

  /** The way of one batch. Its parts are answered one after the other. */
  private final class Batch {
    private final CompletableFuture<WriteOutcome> result = new CompletableFuture<>();
    private final WriteOutcome.Builder outcome = new WriteOutcome.Builder();
    private final Deque<Part> parts = new ArrayDeque<>();
    private final long deadline = clockMillis.getAsLong() + budgetMillis;

    private Batch(List<SeriesSample> samples) {
      parts.push(Part.of(samples));
    }

    @SuppressWarnings("FutureReturnValueIgnored") // what take throws completes the result
    private void sendNext() {
      if (parts.isEmpty()) {
        result.complete(outcome.build());
        return;
      }
      Part part = parts.pop();
      outcome.sent();
      client
          .write(part.samples)
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

    private void take(Part part, WriteAnswer answer) {
      if (answer instanceof WriteAnswer.Unanswered unanswered) {
        outcome.error(0, unanswered.failure().toString());
        endWithRest(part, 0);
        return;
      }
      if (answer instanceof WriteAnswer.Untrusted untrusted) {
        outcome.error(0, untrusted.problem());
        outcome.failed(new RemoteWriteException(untrusted.problem()));
        result.complete(outcome.build());
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
          outcome.written(part.samples);
          pushOlder(part.older);
          goOn();
        }
        case RETRY -> endWithRest(part, answered.retryAfter().toMillis());
        case SPLIT -> {
          split(part, answered);
          goOn();
        }
        case FAIL -> {
          outcome.failed(refusal(part.samples, answered));
          result.complete(outcome.build());
        }
      }
    }

    private void split(Part part, WriteAnswer.Answered answered) {
      DropReason reason = WriteAnswerClassifier.reasonOf(answered.status(), answered.body());
      boolean byTime = tooOldByTime && reason == DropReason.TOO_OLD;
      if (byTime) {
        String words = "no newer than a sample that was answered " + words(answered);
        part.older.forEach(sample -> outcome.dropped(sample, reason, words));
      } else {
        pushOlder(part.older);
      }
      List<SeriesSample> samples = part.samples;
      int size = samples.size();
      if (size == 1) {
        outcome.dropped(samples.get(0), reason, words(answered));
        return;
      }
      if (answered.status() == 413) {
        outcome.tooLarge(samples);
      }
      if (byTime) {
        List<SeriesSample> sorted = new ArrayList<>(samples);
        sorted.sort(Comparator.comparingLong(SeriesSample::timestampMillis));
        parts.push(Part.newerFirst(sorted));
      } else {
        parts.push(Part.of(samples.subList(size / 2, size)));
        parts.push(Part.of(samples.subList(0, size / 2)));
      }
    }

    /** What is too old is among them, since it was not among the newer ones. */
    private void pushOlder(List<SeriesSample> older) {
      if (!older.isEmpty()) {
        parts.push(older.size() == 1 ? Part.of(older) : Part.newerFirst(older));
      }
    }

    private void goOn() {
      if (!parts.isEmpty() && clockMillis.getAsLong() > deadline) {
        parts.forEach(this::again);
        parts.clear();
      }
      sendNext();
    }

    private void endWithRest(Part part, long retryAfterMillis) {
      again(part);
      parts.forEach(this::again);
      outcome.lacksCapacity(retryAfterMillis);
      result.complete(outcome.build());
    }

    private void again(Part part) {
      outcome.again(part.older);
      outcome.again(part.samples);
    }
  }

  private static String words(WriteAnswer.Answered answered) {
    return answered.status() + " " + answered.body();
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
            + words(answered));
  }
}
