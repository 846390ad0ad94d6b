package io.weir.gateway.prometheus;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** What answers HTTP in Prometheus' place, says what it is told to and remembers what it heard. */
public final class TestingPrometheus implements AutoCloseable {
  private static final String EMPTY_MATRIX =
      "{\"status\":\"success\",\"data\":{\"resultType\":\"matrix\",\"result\":[]}}";

  private final HttpServer server;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final List<Heard> heard = new ArrayList<>();
  private final Semaphore blocked = new Semaphore(0);
  private int status = 200;
  private String contentType = "application/json";
  private byte[] body = EMPTY_MATRIX.getBytes(UTF_8);
  private boolean chunked;
  private CountDownLatch release = new CountDownLatch(0);

  /** One request. */
  public record Heard(
      String method, String path, Map<String, List<String>> form, String authorization) {
    /** Returns a parameter that was given once. */
    public String parameter(String name) {
      List<String> values = form.getOrDefault(name, List.of());
      return values.size() == 1 ? values.get(0) : null;
    }
  }

  public TestingPrometheus() {
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 50);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server.createContext("/", this::handle);
    server.setExecutor(threads);
    server.start();
  }

  public URI uri() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/prom");
  }

  /** Answers like this from now on. */
  public synchronized void answer(int withStatus, String json) {
    answer(withStatus, "application/json", json.getBytes(UTF_8), false);
  }

  /** Answers like this from now on. */
  public synchronized void answer(
      int withStatus, String withType, byte[] withBody, boolean inChunks) {
    status = withStatus;
    contentType = withType;
    body = withBody;
    chunked = inChunks;
  }

  /** Answers a range query with series. */
  public void answerMatrix(String... series) {
    answer(
        200,
        "{\"status\":\"success\",\"data\":{\"resultType\":\"matrix\",\"result\":["
            + String.join(",", series)
            + "]}}");
  }

  /** Holds every answer back from now on, until {@link #release}. */
  public synchronized void block() {
    release = new CountDownLatch(1);
  }

  /** Waits until some requests are held back. */
  public void awaitBlocked(int requests) throws InterruptedException {
    if (!blocked.tryAcquire(requests, 10, TimeUnit.SECONDS)) {
      throw new AssertionError("no " + requests + " requests came");
    }
  }

  public synchronized void release() {
    release.countDown();
  }

  public synchronized List<Heard> heard() {
    return List.copyOf(heard);
  }

  /** Returns the latest request. */
  public synchronized Heard last() {
    return heard.get(heard.size() - 1);
  }

  private void handle(HttpExchange exchange) throws IOException {
    String sent = new String(exchange.getRequestBody().readAllBytes(), UTF_8);
    String query = exchange.getRequestURI().getRawQuery();
    int answerStatus;
    byte[] answerBody;
    boolean inChunks;
    CountDownLatch hold;
    synchronized (this) {
      heard.add(
          new Heard(
              exchange.getRequestMethod(),
              exchange.getRequestURI().getRawPath(),
              form(sent.isEmpty() || sent.startsWith("{") ? query : sent),
              exchange.getRequestHeaders().getFirst("Authorization")));
      answerStatus = status;
      answerBody = body;
      inChunks = chunked;
      hold = release;
      exchange.getResponseHeaders().set("Content-Type", contentType);
    }
    if (hold.getCount() > 0) {
      blocked.release();
      try {
        hold.await(20, TimeUnit.SECONDS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
    exchange.sendResponseHeaders(answerStatus, inChunks ? 0 : answerBody.length);
    try (OutputStream out = exchange.getResponseBody()) {
      out.write(answerBody);
    }
  }

  private static Map<String, List<String>> form(String text) {
    Map<String, List<String>> form = new LinkedHashMap<>();
    if (text != null && !text.isEmpty()) {
      for (String part : text.split("&", -1)) {
        int equals = part.indexOf('=');
        form.computeIfAbsent(
                URLDecoder.decode(part.substring(0, equals), UTF_8), name -> new ArrayList<>())
            .add(URLDecoder.decode(part.substring(equals + 1), UTF_8));
      }
    }
    return form;
  }

  @Override
  public void close() {
    release();
    server.stop(0);
    threads.shutdownNow();
  }
}
