package io.weir.harness.e2e.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.weir.harness.node.GatewayProcess;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;

/** A client of the live stream that reads as fast as it can. */
public final class TailStream implements AutoCloseable {
  private static final HttpClient CLIENT =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  private final InputStream body;
  private final List<Event> events = new CopyOnWriteArrayList<>();
  private final CompletableFuture<Void> ended = new CompletableFuture<>();

  /** One event of the stream; an empty id means that it has none. */
  public record Event(String id, String type, JsonNode data) {
    int partition() {
      return data.path("kafka_partition").asInt();
    }

    long offset() {
      return data.path("kafka_offset").asLong();
    }

    String message() {
      return data.path("message").asText();
    }
  }

  private TailStream(InputStream body) {
    this.body = body;
    Thread thread = new Thread(this::read, "tail-stream");
    thread.setDaemon(true);
    thread.start();
  }

  /** Opens a stream that has to be answered with 200; an empty id sends none. */
  public static TailStream open(GatewayProcess gateway, String query, String lastId) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(gateway.uri() + "logs/stream" + query));
    if (!lastId.isEmpty()) {
      request.header("Last-Event-ID", lastId);
    }
    try {
      HttpResponse<InputStream> response =
          CLIENT.send(
              request.timeout(Duration.ofSeconds(30)).build(),
              HttpResponse.BodyHandlers.ofInputStream());
      if (response.statusCode() != 200) {
        assertThat(new String(response.body().readAllBytes(), StandardCharsets.UTF_8))
            .as("status " + response.statusCode())
            .isEmpty();
      }
      return new TailStream(response.body());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private void read() {
    try (BufferedReader lines =
        new BufferedReader(new InputStreamReader(body, StandardCharsets.UTF_8))) {
      String id = "";
      String type = "";
      String data = "";
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        if (line.startsWith("id: ")) {
          id = line.substring(4);
        } else if (line.startsWith("event: ")) {
          type = line.substring(7);
        } else if (line.startsWith("data: ")) {
          data = line.substring(6);
        } else if (line.isEmpty() && !data.isEmpty()) {
          events.add(new Event(id, type, HotLogs.json(data)));
          id = "";
          type = "";
          data = "";
        }
      }
    } catch (IOException e) {
      // Closed by the test; what matters is what had come by then.
    } finally {
      ended.complete(null);
    }
  }

  /** However busy the machine is: no timing decides here. */
  private static ConditionFactory await() {
    return Awaitility.await().atMost(Duration.ofSeconds(90));
  }

  /** Returns everything so far. */
  List<Event> events() {
    return List.copyOf(events);
  }

  /** Returns the log events so far. */
  List<Event> logs() {
    return of("log");
  }

  /** Returns the events of one type so far. */
  public List<Event> of(String type) {
    return events.stream().filter(event -> event.type().equals(type)).toList();
  }

  /** Waits for so many log events and returns them. */
  public List<Event> awaitLogs(int count) {
    await()
        .pollInterval(Duration.ofMillis(20))
        .until(() -> events.size() >= count && logs().size() >= count);
    return logs();
  }

  /** Waits for an id and returns the last one. */
  public String lastId() {
    await().until(() -> events.stream().anyMatch(event -> !event.id().isEmpty()));
    return events.stream()
        .map(Event::id)
        .filter(id -> !id.isEmpty())
        .reduce((one, other) -> other)
        .orElseThrow();
  }

  /** Completes when the gateway has ended the stream. */
  CompletableFuture<Void> ended() {
    return ended;
  }

  @Override
  public void close() {
    try {
      body.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
