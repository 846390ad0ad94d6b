package io.weir.harness.fault;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A server that takes every document it gets, behind a proxy that does not give it all. */
class BulkFailuresTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final List<String> stored = new CopyOnWriteArrayList<>();
  private HttpServer server;
  private HttpFaultProxy proxy;

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/_bulk",
        exchange -> {
          try (exchange) {
            String body = new String(exchange.getRequestBody().readAllBytes(), UTF_8);
            ObjectNode answer = JSON.createObjectNode().put("errors", false);
            ArrayNode items = answer.putArray("items");
            String[] lines = body.split("\n");
            for (int i = 0; i < lines.length; i += 2) {
              String id = JSON.readTree(lines[i]).at("/create/_id").asText();
              assertThat(JSON.readTree(lines[i + 1]).path("n").asText()).isEqualTo(id);
              stored.add(id);
              items.addObject().putObject("create").put("_id", id).put("status", 201);
            }
            byte[] bytes = answer.toString().getBytes(UTF_8);
            exchange.sendResponseHeaders(200, bytes.length);
            exchange.getResponseBody().write(bytes);
          }
        });
    server.start();
    proxy = new HttpFaultProxy(URI.create("http://127.0.0.1:" + server.getAddress().getPort()));
  }

  @AfterEach
  void stop() {
    proxy.close();
    server.stop(0);
  }

  @Test
  void answersEachDocumentInItsPlaceAndPassesOnTheOthers() throws Exception {
    BulkFailures failures = new BulkFailures(0.3, 5, new SplittableRandom(7)::nextDouble);
    proxy.inject(call -> true, failures);
    JsonNode answer = bulk(200);
    assertThat(answer.path("errors").asBoolean()).isTrue();
    assertThat(answer.path("items")).hasSize(200);
    List<String> taken = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      JsonNode item = answer.path("items").get(i).path("create");
      assertThat(item.path("_id").asText()).isEqualTo("d" + i);
      int status = item.path("status").asInt();
      assertThat(status).isIn(201, 400, 429);
      if (status == 201) {
        taken.add("d" + i);
        assertThat(failures.isMalformed("d" + i)).isFalse();
      } else if (status == 400) {
        assertThat(failures.isMalformed("d" + i)).isTrue();
        assertThat(item.at("/error/type").asText()).isEqualTo("document_parsing_exception");
      }
    }
    assertThat(stored).isEqualTo(taken);
    assertThat(failures.busy()).isPositive();
    assertThat(failures.malformed()).isPositive();
    assertThat(failures.busy() + failures.malformed() + stored.size()).isEqualTo(200);
  }

  @Test
  void passesOnARequestOfWhichItWantsNothing() throws Exception {
    proxy.inject(call -> true, new BulkFailures(0, 0, () -> 0.5));
    assertThat(bulk(10).path("errors").asBoolean()).isFalse();
    assertThat(stored).hasSize(10);
  }

  @Test
  void doesNotAskTheServerWhereNothingIsLeft() throws Exception {
    proxy.inject(call -> true, new BulkFailures(1, 0, () -> 0.5));
    assertThat(bulk(3).path("items")).hasSize(3);
    assertThat(stored).isEmpty();
  }

  private JsonNode bulk(int documents) throws Exception {
    StringBuilder body = new StringBuilder();
    for (int i = 0; i < documents; i++) {
      body.append(
          "{\"create\":{\"_index\":\"logs\",\"_id\":\"d%d\"}}\n{\"n\":\"d%d\"}\n".formatted(i, i));
    }
    HttpResponse<String> answer =
        HttpClient.newHttpClient()
            .send(
                HttpRequest.newBuilder(URI.create(proxy.uri() + "_bulk"))
                    .POST(HttpRequest.BodyPublishers.ofString(body.toString()))
                    .build(),
                HttpResponse.BodyHandlers.ofString());
    assertThat(answer.statusCode()).isEqualTo(200);
    return JSON.readTree(answer.body());
  }
}
