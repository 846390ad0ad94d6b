package io.weir.sinks.elasticsearch;

import io.weir.sinks.support.TrustedCertificates;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.zip.Deflater;
import java.util.zip.GZIPOutputStream;
import org.apache.http.HttpEntity;
import org.apache.http.entity.ContentType;
import org.elasticsearch.client.Cancellable;
import org.elasticsearch.client.Node;
import org.elasticsearch.client.Request;
import org.elasticsearch.client.RequestOptions;
import org.elasticsearch.client.Response;
import org.elasticsearch.client.ResponseException;
import org.elasticsearch.client.ResponseListener;
import org.elasticsearch.client.RestClient;
import org.elasticsearch.client.WarningsHandler;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends bulk requests through Elasticsearch's low-level client. A client whose I/O thread has died
 * answers nothing any more for ever; it is replaced by a new one. Used by one thread at a time.
 */
final class RestBulkClient implements BulkClient {
  private static final Logger LOG = LoggerFactory.getLogger(RestBulkClient.class);
  private static final ContentType NDJSON = ContentType.create("application/x-ndjson");
  private static final RequestOptions OPTIONS =
      RequestOptions.DEFAULT.toBuilder().setWarningsHandler(WarningsHandler.PERMISSIVE).build();

  private final Supplier<RestClient> open;
  private final Duration patience;
  private final boolean compress;
  private RestClient client;
  private boolean closed;

  /**
   * Makes a client; connects with the first request.
   *
   * @param open opens the low-level client
   * @param patience longest time from sending a request to the end of its answer. The low-level
   *     client's own timeout is for the time between two bytes: an answer that trickles, from a
   *     proxy or a node that is about to die, would hold up a checkpoint for hours
   * @param compress whether bodies are sent with gzip
   */
  RestBulkClient(Supplier<RestClient> open, Duration patience, boolean compress) {
    this.open = open;
    this.patience = patience;
    this.compress = compress;
  }

  @Override
  @SuppressWarnings("FutureReturnValueIgnored") // the answer never fails, nor does a cancellation
  public CompletableFuture<BulkAnswer> send(List<BulkDocument> documents) {
    CompletableFuture<BulkAnswer> answer = new CompletableFuture<>();
    try {
      Request request = new Request("POST", "/_bulk");
      request.addParameter("filter_path", BulkAnswerReader.FILTER_PATH);
      request.setOptions(OPTIONS);
      request.setEntity(compress ? compressed(documents) : plain(documents));
      RestClient running = running();
      Cancellable exchange =
          running.performRequestAsync(
              request, new Listener(answer, running.getNodes(), documents.size(), patience));
      CompletableFuture<Void> deadline =
          new CompletableFuture<Void>()
              .completeOnTimeout(null, patience.toMillis(), TimeUnit.MILLISECONDS);
      // Not on the timer's thread, which is the only one of its kind: whoever waits for the answer
      // goes on here. The connection is free when he does.
      deadline.thenRunAsync(exchange::cancel);
      answer.thenRun(() -> deadline.cancel(false));
    } catch (RuntimeException | IOException e) {
      answer.complete(new BulkAnswer.Unanswered(e));
    }
    return answer;
  }

  private synchronized RestClient running() throws IOException {
    if (closed) {
      throw new IOException("the client is closed");
    }
    if (client != null && !client.isRunning()) {
      LOG.warn("The Elasticsearch client has stopped; opening a new one.");
      try {
        client.close();
      } catch (IOException e) {
        LOG.debug("closing the stopped client", e);
      }
      client = null;
    }
    if (client == null) {
      client = open.get();
    }
    return client;
  }

  @Override
  public synchronized void close() throws IOException {
    closed = true;
    if (client != null) {
      client.close();
    }
  }

  private static HttpEntity plain(List<BulkDocument> documents) {
    long length = 0;
    for (BulkDocument document : documents) {
      length += document.sizeInBytes();
    }
    return new RequestBody(NDJSON, null, length, () -> new BulkLines(documents));
  }

  private static HttpEntity compressed(List<BulkDocument> documents) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(64 * 1024);
    try (OutputStream gzip = new FastGzip(bytes)) {
      plain(documents).writeTo(gzip);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    byte[] body = bytes.toByteArray();
    return new RequestBody(NDJSON, "gzip", body.length, () -> new Bytes(ByteBuffer.wrap(body)));
  }

  /** The fastest level: it is the network that is short, or compression would be off. */
  private static final class FastGzip extends GZIPOutputStream {
    private FastGzip(OutputStream out) throws IOException {
      super(out, 8 * 1024);
      def.setLevel(Deflater.BEST_SPEED);
    }
  }

  private record Bytes(ByteBuffer bytes) implements RequestBody.Content {
    @Override
    public boolean fill(ByteBuffer target) {
      int length = Math.min(target.remaining(), bytes.remaining());
      target.put(bytes.slice(bytes.position(), length));
      bytes.position(bytes.position() + length);
      return bytes.hasRemaining();
    }
  }

  /** Runs on the client's I/O thread, which any exception from here would end. */
  private record Listener(
      CompletableFuture<BulkAnswer> answer, List<Node> nodes, int documents, Duration patience)
      implements ResponseListener {

    @Override
    public void onSuccess(Response response) {
      answer.complete(read(response));
    }

    @Override
    public void onFailure(Exception failure) {
      if (failure instanceof ResponseException refused) {
        Response response = refused.getResponse();
        answer.complete(
            new BulkAnswer.Refused(
                response.getStatusLine().getStatusCode(), error(response), describe(response)));
      } else if (failure instanceof CancellationException) {
        answer.complete(
            new BulkAnswer.Unanswered(
                new SocketTimeoutException("no whole answer within " + patience)));
      } else {
        answer.complete(
            TrustedCertificates.distrust(failure)
                .<BulkAnswer>map(reason -> new BulkAnswer.Untrusted(distrust(reason)))
                .orElseGet(() -> new BulkAnswer.Unanswered(failure)));
      }
    }

    private String distrust(String reason) {
      return TrustedCertificates.notSent(
          "POST "
              + nodes.stream().map(node -> node.getHost().toURI()).toList()
              + "/_bulk with "
              + documents
              + " documents",
          reason);
    }

    private BulkAnswer read(Response response) {
      try (InputStream body = response.getEntity().getContent()) {
        return BulkAnswerReader.readJudged(body, documents);
      } catch (IOException | RuntimeException e) {
        return new BulkAnswer.Unreadable(
            describe(response)
                + " was answered "
                + response.getStatusLine().getStatusCode()
                + " with something that is no answer to a bulk request; is this Elasticsearch? "
                + ErrorCause.cut(String.valueOf(e.getMessage())));
      }
    }

    private static ErrorCause error(Response response) {
      if (response.getEntity() == null) {
        return ErrorCause.NONE;
      }
      try (InputStream body = response.getEntity().getContent()) {
        return BulkAnswerReader.readError(body);
      } catch (IOException | RuntimeException e) {
        return ErrorCause.NONE;
      }
    }

    private static String describe(Response response) {
      return "POST " + response.getHost() + "/_bulk";
    }
  }
}
