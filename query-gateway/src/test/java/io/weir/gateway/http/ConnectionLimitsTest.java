package io.weir.gateway.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.weir.gateway.metrics.GatewayMetrics;
import java.io.IOException;
import java.lang.ref.WeakReference;
import java.net.Socket;
import java.net.SocketException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What clients that take their time, or come in crowds, can hold of a gateway. */
@Timeout(120)
class ConnectionLimitsTest {

  @ParameterizedTest
  @CsvSource({
    "POST, alerts, application/json",
    "PUT, alerts/a, application/json",
    "POST, alerts/test, application/json",
    "POST, dashboards, application/json",
    "PUT, dashboards/a, application/json",
    "POST, silences, application/json",
    "POST, api/v1/query, application/x-www-form-urlencoded"
  })
  void aSmallBodyThatTricklesIsGivenUpAndItsConnectionClosed(
      String method, String path, String type) throws IOException {
    try (TestingGateway gateway =
            new TestingGateway(
                "http.body-timeout", "300ms", "alertmanager.url", "http://127.0.0.1:9");
        Socket socket = new Socket("127.0.0.1", gateway.port())) {
      socket.setSoTimeout(60_000);
      String head =
          method
              + " /"
              + path
              + " HTTP/1.1\r\nHost: x\r\nContent-Type: "
              + type
              + "\r\nContent-Length: 100\r\n\r\nq";
      socket.getOutputStream().write(head.getBytes(ISO_8859_1));

      String answer = new String(socket.getInputStream().readAllBytes(), ISO_8859_1);

      assertThat(answer).startsWith("HTTP/1.1 408 ").contains("within 300 ms");
    }
  }

  @Test
  void howManyThereMayBeIsStillKnownAfterACollection() {
    try (TestingGateway gateway = new TestingGateway("http.max-connections", "12345")) {
      // As unreachable as a number that only a gauge had been given.
      WeakReference<Object> number = new WeakReference<>(new Object());
      await()
          .atMost(Duration.ofSeconds(30))
          .until(
              () -> {
                System.gc();
                return number.get() == null;
              });
      assertThat(gateway.registry.get(GatewayMetrics.CONNECTIONS_MAX).gauge().value())
          .isEqualTo(12345);
    }
  }

  @Test
  void aConnectionMoreThanThereMayBeIsClosedAndOthersAreNot() throws Exception {
    try (TestingGateway gateway = new TestingGateway("http.max-connections", "3")) {
      List<Socket> idle = new ArrayList<>();
      try {
        for (int i = 0; i < 2; i++) {
          idle.add(new Socket("127.0.0.1", gateway.port()));
          assertThat(health(idle.get(i))).isEqualTo("HTTP/1.1 200");
        }
        idle.add(silent(gateway));
        try (Socket another = new Socket("127.0.0.1", gateway.port())) {
          assertThat(health(another)).isEmpty();
        }
        assertThat(health(idle.get(1))).isEqualTo("HTTP/1.1 200");
        await()
            .atMost(Duration.ofSeconds(30))
            .until(() -> gateway.registry.get(GatewayMetrics.CONNECTIONS).gauge().value() == 3);
        assertThat(gateway.registry.get(GatewayMetrics.CONNECTIONS_MAX).gauge().value())
            .isEqualTo(3);
        assertThat(gateway.registry.get(GatewayMetrics.CONNECTIONS_REFUSED).counter().count())
            .isPositive();

        idle.remove(0).close();
        await()
            .atMost(Duration.ofSeconds(30))
            .until(
                () -> {
                  try (Socket next = new Socket("127.0.0.1", gateway.port())) {
                    return health(next).equals("HTTP/1.1 200");
                  }
                });
      } finally {
        for (Socket socket : idle) {
          socket.close();
        }
      }
    }
  }

  /** It sends nothing, and counts all the same once the gateway has seen it. */
  private static Socket silent(TestingGateway gateway) throws IOException {
    Socket socket = new Socket("127.0.0.1", gateway.port());
    await()
        .atMost(Duration.ofSeconds(30))
        .until(
            () -> {
              try (Socket another = new Socket("127.0.0.1", gateway.port())) {
                return health(another).isEmpty();
              }
            });
    return socket;
  }

  /** Returns the beginning of the answer; empty when there is none. */
  private static String health(Socket socket) throws IOException {
    socket.setSoTimeout(60_000);
    try {
      socket
          .getOutputStream()
          .write("GET /health HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(ISO_8859_1));
      String begin = new String(socket.getInputStream().readNBytes(12), ISO_8859_1);
      int left = socket.getInputStream().available();
      socket.getInputStream().readNBytes(left);
      return begin;
    } catch (SocketException e) {
      return "";
    }
  }
}
