package io.weir.jobs.bench;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;

/** Servers that take whatever Alertmanagers are told, and do nothing with it. */
final class ToldAlertmanagers implements AutoCloseable {
  private final List<HttpServer> servers = new ArrayList<>();

  ToldAlertmanagers(int count) throws IOException {
    for (int i = 0; i < count; i++) {
      HttpServer server =
          HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
      server.createContext(
          "/",
          exchange -> {
            exchange.getRequestBody().readAllBytes();
            exchange.sendResponseHeaders(200, -1);
            exchange.close();
          });
      server.start();
      servers.add(server);
    }
  }

  URI[] urls() {
    return servers.stream()
        .map(server -> URI.create("http://127.0.0.1:" + server.getAddress().getPort()))
        .toArray(URI[]::new);
  }

  @Override
  public void close() {
    servers.forEach(server -> server.stop(0));
  }
}
