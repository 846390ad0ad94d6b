package io.weir.sinks.elasticsearch;

import io.weir.model.index.HotIndices;
import io.weir.sinks.elasticsearch.BulkResponseClassifier.ItemVerdict;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * Sends one batch and turns the answer into an outcome for each document; sends the halves of a
 * batch that is too large for the host. Keeps nothing between batches.
 */
final class BulkExchange {
  private final BulkClient client;
  private final int maxAttempts;

  /**
   * Makes an exchange.
   *
   * @param client sends requests
   * @param maxAttempts how often a document may meet an error that explains nothing
   */
  BulkExchange(BulkClient client, int maxAttempts) {
    this.client = client;
    this.maxAttempts = maxAttempts;
  }

  /**
   * Sends a batch.
   *
   * @return what became of it; completes exceptionally only for a defect
   */
  CompletableFuture<BulkOutcome> send(List<BulkDocument> documents) {
    return client.send(documents).thenCompose(answer -> outcome(documents, answer));
  }

  private CompletableFuture<BulkOutcome> outcome(List<BulkDocument> documents, BulkAnswer answer) {
    if (answer instanceof BulkAnswer.Judged judged) {
      return CompletableFuture.completedFuture(judged(documents, judged));
    }
    if (answer instanceof BulkAnswer.Refused refused) {
      return refused(documents, refused);
    }
    if (answer instanceof BulkAnswer.Unanswered unanswered) {
      return CompletableFuture.completedFuture(unanswered(documents, unanswered.failure()));
    }
    if (answer instanceof BulkAnswer.Untrusted untrusted) {
      return CompletableFuture.completedFuture(
          new BulkOutcome.Builder()
              .unanswered()
              .error(0, new ErrorCause("", untrusted.problem()))
              .failed(new ElasticsearchException(untrusted.problem()))
              .build());
    }
    return CompletableFuture.completedFuture(
        unreadable(documents, ((BulkAnswer.Unreadable) answer).problem()));
  }

  private BulkOutcome judged(List<BulkDocument> documents, BulkAnswer.Judged judged) {
    BulkOutcome.Builder outcome = new BulkOutcome.Builder();
    if (judged.items().isEmpty()) {
      documents.forEach(outcome::stored);
      return outcome.build();
    }
    for (int i = 0; i < documents.size(); i++) {
      BulkAnswer.Item item = judged.items().get(i);
      decide(documents.get(i), item.status(), item.error(), outcome);
    }
    return outcome.build();
  }

  private void decide(
      BulkDocument document, int status, ErrorCause error, BulkOutcome.Builder outcome) {
    ItemVerdict verdict = BulkResponseClassifier.classifyItem(status, error);
    if (verdict == ItemVerdict.STORED) {
      outcome.stored(document);
      return;
    }
    if (verdict == ItemVerdict.ALREADY_STORED) {
      outcome.alreadyStored();
      return;
    }
    ErrorCause cause = error == null ? ErrorCause.NONE : error;
    outcome.error(status, cause);
    switch (verdict) {
      case RETRY -> outcome.again(document);
      case INDEX_RETIRED -> {
        if (document.index().startsWith(HotIndices.LATE_PREFIX)) {
          outcome.rejected(document, RejectionReason.LATE_INDEX_RETIRED, cause);
        } else {
          outcome.late(document.inIndex(HotIndices.late(document.timestampNanos())));
        }
      }
      case REJECTED ->
          outcome.rejected(document, BulkResponseClassifier.rejectionReason(cause), cause);
      case DOUBTFUL -> {
        if (document.attempts() + 1 >= maxAttempts) {
          outcome.rejected(document, RejectionReason.UNEXPLAINED_ERROR, cause);
        } else {
          outcome.again(document.triedOnceMore());
        }
      }
      case INDEX_MISSING -> {
        if (document.attempts() + 1 >= maxAttempts) {
          outcome.failed(refusal(document, status, cause));
        } else {
          outcome.again(document.triedOnceMore());
        }
      }
      case MISCONFIGURED -> outcome.failed(refusal(document, status, cause));
      default -> throw new IllegalStateException("verdict " + verdict);
    }
  }

  private CompletableFuture<BulkOutcome> refused(
      List<BulkDocument> documents, BulkAnswer.Refused refused) {
    BulkOutcome.Builder outcome =
        new BulkOutcome.Builder().error(refused.status(), refused.error());
    return switch (BulkResponseClassifier.classifyRequest(refused.status(), refused.error())) {
      case RETRY -> {
        documents.forEach(outcome::again);
        yield CompletableFuture.completedFuture(outcome.build());
      }
      case SPLIT -> split(documents, refused, outcome);
      case FAIL -> {
        outcome.failed(
            new ElasticsearchException(
                refused.request()
                    + " with "
                    + documents.size()
                    + " documents, the first for index "
                    + documents.get(0).index()
                    + ", was answered "
                    + refused.status()
                    + " "
                    + refused.error()));
        yield CompletableFuture.completedFuture(outcome.build());
      }
    };
  }

  private CompletableFuture<BulkOutcome> split(
      List<BulkDocument> documents, BulkAnswer.Refused refused, BulkOutcome.Builder outcome) {
    int size = documents.size();
    if (size == 1) {
      outcome.rejected(documents.get(0), RejectionReason.DOCUMENT_TOO_LARGE, refused.error());
      return CompletableFuture.completedFuture(outcome.build());
    }
    outcome.tooLarge(bytes(documents));
    // One after the other: a batch has one place among the requests under way.
    return send(documents.subList(0, size / 2))
        .thenCompose(
            first ->
                send(documents.subList(size / 2, size))
                    .thenApply(second -> outcome.build().plus(first).plus(second)));
  }

  private static BulkOutcome unanswered(List<BulkDocument> documents, Exception failure) {
    BulkOutcome.Builder outcome =
        new BulkOutcome.Builder().unanswered().error(0, new ErrorCause("", failure.toString()));
    documents.forEach(outcome::again);
    return outcome.build();
  }

  private BulkOutcome unreadable(List<BulkDocument> documents, String problem) {
    BulkOutcome.Builder outcome = new BulkOutcome.Builder().error(200, new ErrorCause("", problem));
    for (BulkDocument document : documents) {
      if (document.attempts() + 1 >= maxAttempts) {
        return outcome.failed(new ElasticsearchException(problem)).build();
      }
    }
    documents.forEach(document -> outcome.again(document.triedOnceMore()));
    return outcome.build();
  }

  private static ElasticsearchException refusal(
      BulkDocument document, int status, ErrorCause cause) {
    return new ElasticsearchException(
        "POST /_bulk: create of document "
            + document.id()
            + " in index "
            + document.index()
            + " was answered "
            + status
            + " "
            + cause);
  }

  private static long bytes(List<BulkDocument> documents) {
    long bytes = 0;
    for (BulkDocument document : documents) {
      bytes += document.sizeInBytes();
    }
    return bytes;
  }
}
