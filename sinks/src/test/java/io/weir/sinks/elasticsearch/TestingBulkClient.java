package io.weir.sinks.elasticsearch;

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
final class TestingBulkClient implements BulkClient {
  final List<List<BulkDocument>> requests = new ArrayList<>();
  final Deque<CompletableFuture<BulkAnswer>> held = new ArrayDeque<>();
  final Deque<Function<List<BulkDocument>, BulkAnswer>> script = new ArrayDeque<>();
  Function<List<BulkDocument>, BulkAnswer> afterwards = documents -> Answers.ALL_STORED;
  boolean hold;
  boolean closed;

  TestingBulkClient then(BulkAnswer answer) {
    script.add(documents -> answer);
    return this;
  }

  TestingBulkClient then(Function<List<BulkDocument>, BulkAnswer> answer) {
    script.add(answer);
    return this;
  }

  void answerNext(BulkAnswer answer) {
    held.remove().complete(answer);
  }

  List<String> idsOf(int request) {
    return requests.get(request).stream().map(BulkDocument::id).toList();
  }

  @Override
  public CompletableFuture<BulkAnswer> send(List<BulkDocument> documents) {
    requests.add(List.copyOf(documents));
    if (hold) {
      CompletableFuture<BulkAnswer> answer = new CompletableFuture<>();
      held.add(answer);
      return answer;
    }
    Function<List<BulkDocument>, BulkAnswer> next = script.isEmpty() ? afterwards : script.remove();
    return CompletableFuture.completedFuture(next.apply(documents));
  }

  @Override
  public void close() {
    closed = true;
  }
}
