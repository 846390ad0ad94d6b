package io.weir.sinks.prometheus;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/**
 * Remembers what was sent. Answers with the scripted answers in order, then with {@link
 * #afterwards}, at once; or not before {@link #answerNext} if it is held.
 */
final class TestingRemoteWriteClient implements RemoteWriteClient {
  static final WriteAnswer WRITTEN = answer(204, "");

  final List<List<SeriesSample>> requests = new ArrayList<>();
  final Deque<CompletableFuture<WriteAnswer>> held = new ArrayDeque<>();
  final Deque<WriteAnswer> script = new ArrayDeque<>();
  Function<List<SeriesSample>, WriteAnswer> afterwards = samples -> WRITTEN;
  boolean hold;
  boolean closed;

  static WriteAnswer answer(int status, String body) {
    return new WriteAnswer.Answered(status, body, Duration.ZERO);
  }

  TestingRemoteWriteClient then(WriteAnswer answer) {
    script.add(answer);
    return this;
  }

  /** From now on refuses each request with one of these values in it, as Prometheus does. */
  void refuse(List<Integer> values, int status, String body) {
    afterwards =
        samples ->
            samples.stream().anyMatch(sample -> values.contains((int) sample.value()))
                ? answer(status, body)
                : WRITTEN;
  }

  void answerNext(WriteAnswer answer) {
    held.remove().complete(answer);
  }

  /** The samples of the requests that would have been taken. */
  List<SeriesSample> written() {
    return requests.stream()
        .filter(request -> afterwards.apply(request).equals(WRITTEN))
        .flatMap(List::stream)
        .toList();
  }

  @Override
  public CompletableFuture<WriteAnswer> write(List<SeriesSample> samples) {
    requests.add(List.copyOf(samples));
    if (hold) {
      CompletableFuture<WriteAnswer> answer = new CompletableFuture<>();
      held.add(answer);
      return answer;
    }
    return CompletableFuture.completedFuture(
        script.isEmpty() ? afterwards.apply(samples) : script.remove());
  }

  @Override
  public void close() {
    closed = true;
  }
}
