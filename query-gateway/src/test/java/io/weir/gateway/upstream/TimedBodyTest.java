package io.weir.gateway.upstream;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class TimedBodyTest {

  @Test
  void readsTheBeginningOfALongBodyAndAllOfAShortOne() throws IOException {
    byte[] body = {1, 2, 3};
    Duration time = Duration.ofMinutes(1);
    assertThat(TimedBody.read(new ByteArrayInputStream(body), 2, time)).containsExactly(1, 2);
    assertThat(TimedBody.read(new ByteArrayInputStream(body), 4, time)).containsExactly(1, 2, 3);
  }

  /** Its head comes at once, a byte now and then, and never the end. */
  @Test
  void givesUpABodyThatTrickles() throws Exception {
    try (ServerSocket server = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
      CompletableFuture<Void> trickle = CompletableFuture.runAsync(() -> trickle(server));
      HttpRequest request =
          HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.getLocalPort() + "/"))
              .timeout(Duration.ofSeconds(30))
              .build();
      HttpResponse<InputStream> response =
          HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofInputStream());

      try (InputStream body = response.body()) {
        assertThatThrownBy(() -> TimedBody.read(body, 1_000_000, Duration.ofMillis(300)))
            .isInstanceOf(IOException.class);
      }
      trickle.get(60, TimeUnit.SECONDS);
    }
  }

  /** Until the other side has closed. */
  private static void trickle(ServerSocket server) {
    try (Socket socket = server.accept()) {
      socket.setSoTimeout(20);
      socket
          .getOutputStream()
          .write("HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n".getBytes(ISO_8859_1));
      while (true) {
        try {
          if (socket.getInputStream().read() < 0) {
            return;
          }
        } catch (SocketTimeoutException e) {
          socket.getOutputStream().write('x');
        }
      }
    } catch (IOException e) {
      // Closed by the client: what the test waits for.
      return;
    }
  }
}
