package io.weir.harness.fault;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;

/**
 * Stands between HTTP clients and a server and passes requests on whole, or does to some of them
 * what servers and networks do at their worst. A server that does not answer looks as it would
 * without the proxy: the connection is closed. Thread-safe.
 *
 * <p>Run the JVM with {@code -Dsun.net.httpserver.nodelay=true}: without, each answer waits up to
 * 40 ms for an acknowledgement.
 */
public final class HttpFaultProxy implements AutoCloseable {
  private final URI server;
  private final HttpServer front;
  private final ExecutorService threads =
      Executors.newCachedThreadPool(
          work -> {
            Thread thread = new Thread(work, "http-fault-proxy");
            thread.setDaemon(true);
            return thread;
          });
  private final HttpClient client =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(Duration.ofSeconds(5))
          .build();
  private final List<Injection> injections = new CopyOnWriteArrayList<>();

  /**
   * Listens on a free port at once.
   *
   * @param server where requests go
   */
  public HttpFaultProxy(URI server) {
    this.server = server;
    try {
      this.front = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new UncheckedIOException("the proxy before " + server + " cannot listen", e);
    }
    front.setExecutor(threads);
    front.createContext("/", this::handle);
    front.start();
  }

  /** Returns where clients connect. */
  public URI uri() {
    return URI.create("http://127.0.0.1:" + front.getAddress().getPort() + "/");
  }

  /** A fault that is being injected; closing it ends that. */
  public final class Injection implements AutoCloseable {
    private final Predicate<HttpCall> calls;
    private final HttpFault fault;
    private final AtomicLong hits = new AtomicLong();

    private Injection(Predicate<HttpCall> calls, HttpFault fault) {
      this.calls = calls;
      this.fault = fault;
    }

    /** Returns how many requests it was given, also those that it passed on in the end. */
    public long hits() {
      return hits.get();
    }

    @Override
    public void close() {
      injections.remove(this);
    }
  }

  /**
   * Injects a fault until the result is closed. Of several the one that came first and has an
   * interest in a request gets it.
   *
   * @param calls which requests
   */
  public Injection inject(Predicate<HttpCall> calls, HttpFault fault) {
    Injection injection = new Injection(calls, fault);
    injections.add(injection);
    return injection;
  }

  /** Ends all faults. */
  public void clear() {
    injections.clear();
  }

  private void handle(HttpExchange exchange) {
    try (exchange) {
      HttpCall call =
          new HttpCall(exchange, exchange.getRequestBody().readAllBytes(), server, client);
      for (Injection injection : injections) {
        if (injection.calls.test(call)) {
          injection.hits.incrementAndGet();
          injection.fault.handle(call);
          break;
        }
      }
      if (!call.isDone()) {
        call.answer(call.forward());
      }
    } catch (IOException e) {
      // The client has gone, or the server does not answer: closing the exchange says the rest.
      exchange.close();
    }
  }

  @Override
  public void close() {
    front.stop(0);
    threads.shutdownNow();
  }
}
