package io.weir.gateway.ingest;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** A durable buffer in memory, whose acknowledgements can be held back, refused or failed. */
public final class TestingPublisher implements RecordPublisher {
  private final List<OutgoingRecord> published = new ArrayList<>();
  private final List<CompletableFuture<Published>> waiting = new ArrayList<>();
  private boolean hold;
  private RuntimeException failure;
  private Map<Integer, String> refused = Map.of();

  @Override
  public synchronized CompletionStage<Published> publish(List<OutgoingRecord> events) {
    if (failure != null) {
      return CompletableFuture.failedFuture(failure);
    }
    published.addAll(events);
    if (hold) {
      CompletableFuture<Published> answer = new CompletableFuture<>();
      waiting.add(answer);
      return answer;
    }
    return CompletableFuture.completedFuture(new Published(refused));
  }

  /** Acknowledgements are held back from now on, until {@link #acknowledge}. */
  public synchronized void hold() {
    hold = true;
  }

  /** Acknowledges what was held back, and what comes from now on. */
  public synchronized void acknowledge() {
    hold = false;
    waiting.forEach(answer -> answer.complete(new Published(refused)));
    waiting.clear();
  }

  /** Every request fails like this, until null is given. */
  public synchronized void fail(RuntimeException with) {
    failure = with;
  }

  /** Events at these places of a request are refused for good. */
  public synchronized void refuse(Map<Integer, String> reasons) {
    refused = reasons;
  }

  public synchronized List<OutgoingRecord> published() {
    return List.copyOf(published);
  }

  /** Returns how many requests wait for their acknowledgement. */
  public synchronized int waiting() {
    return waiting.size();
  }
}
