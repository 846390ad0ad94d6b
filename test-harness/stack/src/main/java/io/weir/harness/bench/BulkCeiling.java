package io.weir.harness.bench;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.weir.harness.node.ElasticsearchNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;

/** Sends bulk requests that are ready, as fast as Elasticsearch takes them: its ceiling. */
final class BulkCeiling {
  private final ElasticsearchNode node;
  private final int inFlight;

  /**
   * Makes a sender.
   *
   * @param inFlight requests under way at once, as many as all writers of the job together may have
   */
  BulkCeiling(ElasticsearchNode node, int inFlight) {
    this.node = node;
    this.inFlight = inFlight;
  }

  /**
   * Sends them all and waits for the answers.
   *
   * @throws IllegalStateException if a document was refused: then it was not the same work
   */
  void send(List<Preload.Bulk> bulks) throws InterruptedException {
    HttpClient client =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(10))
            .build();
    Semaphore permits = new Semaphore(inFlight);
    CompletableFuture<?>[] answers = new CompletableFuture<?>[bulks.size()];
    for (int i = 0; i < answers.length; i++) {
      permits.acquire();
      HttpRequest request =
          HttpRequest.newBuilder(node.uri().resolve("/_bulk"))
              .header("Content-Type", "application/x-ndjson")
              .POST(BodyPublishers.ofByteArray(bulks.get(i).body()))
              .build();
      answers[i] =
          client
              .sendAsync(request, BodyHandlers.ofByteArray())
              .whenComplete((answer, failure) -> permits.release())
              .thenAccept(BulkCeiling::check);
    }
    CompletableFuture.allOf(answers).join();
  }

  private static void check(HttpResponse<byte[]> answer) {
    if (answer.statusCode() != 200 || hasErrors(answer.body())) {
      String body = new String(answer.body(), java.nio.charset.StandardCharsets.UTF_8);
      throw new IllegalStateException(
          "bulk answered "
              + answer.statusCode()
              + ": "
              + body.substring(0, Math.min(500, body.length())));
    }
  }

  /** The answer begins with "errors" and "took": the items need not be read. */
  private static boolean hasErrors(byte[] body) {
    try (JsonParser json = new JsonFactory().createParser(body)) {
      json.nextToken();
      while (json.nextToken() == JsonToken.FIELD_NAME) {
        String name = json.currentName();
        json.nextToken();
        if (name.equals("errors")) {
          return json.getBooleanValue();
        }
        json.skipChildren();
      }
      return true;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
