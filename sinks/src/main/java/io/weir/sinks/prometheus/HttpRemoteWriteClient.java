package io.weir.sinks.prometheus;

import io.weir.sinks.support.TrustedCertificates;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/** Sends requests with the JDK's client over one connection that is kept open. */
final class HttpRemoteWriteClient implements RemoteWriteClient {
  private final RemoteWriteConnection connection;
  private final ExecutorService executor =
      Executors.newSingleThreadExecutor(
          task -> {
            Thread thread = new Thread(task, "remote-write");
            thread.setDaemon(true);
            return thread;
          });
  private final HttpClient client;
  private volatile CompletableFuture<?> underWay = CompletableFuture.completedFuture(null);
  private volatile boolean closed;

  /** Makes a client; connects with the first request. */
  HttpRemoteWriteClient(RemoteWriteConnection connection) {
    this.connection = connection;
    this.client = connection.open(executor);
  }

  @Override
  @SuppressWarnings("FutureReturnValueIgnored") // the answer is completed either way
  public CompletableFuture<WriteAnswer> write(List<SeriesSample> samples) {
    CompletableFuture<WriteAnswer> answer = new CompletableFuture<>();
    try {
      if (closed) {
        throw new IllegalStateException("the client is closed");
      }
      HttpRequest request =
          connection
              .request()
              .POST(HttpRequest.BodyPublishers.ofByteArray(WriteRequest.body(samples)))
              .build();
      CompletableFuture<HttpResponse<String>> exchange =
          client.sendAsync(request, response -> new HeadOfBody());
      underWay = exchange;
      exchange.whenComplete(
          (response, failure) ->
              answer.complete(
                  failure == null ? answered(response) : unanswered(failure, samples.size())));
      // The client's own timeout ends with the headers; a body that never ends would hang.
      Duration timeout = connection.requestTimeout();
      answer.completeOnTimeout(
          new WriteAnswer.Unanswered(new HttpTimeoutException("no answer within " + timeout)),
          timeout.toMillis(),
          TimeUnit.MILLISECONDS);
      answer.whenComplete((ignored, never) -> exchange.cancel(true));
    } catch (RuntimeException e) {
      answer.complete(unanswered(e, samples.size()));
    }
    return answer;
  }

  @Override
  public void close() {
    closed = true;
    underWay.cancel(true);
    executor.shutdown();
  }

  private static WriteAnswer answered(HttpResponse<String> response) {
    Duration retryAfter =
        response
            .headers()
            .firstValue("Retry-After")
            .map(header -> RetryAfter.parse(header, Instant.now()))
            .orElse(Duration.ZERO);
    return new WriteAnswer.Answered(response.statusCode(), response.body(), retryAfter);
  }

  private WriteAnswer unanswered(Throwable failure, int samples) {
    return TrustedCertificates.distrust(failure)
        .<WriteAnswer>map(
            reason ->
                new WriteAnswer.Untrusted(
                    TrustedCertificates.notSent(
                        "POST " + connection.url() + " with " + samples + " samples", reason)))
        .orElseGet(
            () ->
                new WriteAnswer.Unanswered(
                    failure instanceof CompletionException && failure.getCause() != null
                        ? failure.getCause()
                        : failure));
  }
}
